package dev.chainrule.text.run;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.text.model.LanguageModel;
import dev.chainrule.text.model.Readout;

/** What a network makes of texts before it says what comes next. */
public final class HiddenStates {
  private HiddenStates() {}

  /**
   * The mean of the states from which the logits after each token are computed, scaled to length 1:
   * a text's embedding.
   *
   * @param ids 1 to as many tokens as the model sees at once
   * @return [C]
   * @throws InputException if the network's last part is no map from states to logits
   */
  public static float[] mean(LanguageModel network, Engine engine, int... ids) {
    Tape tape = Tape.evaluation(engine, network.parameters().on(engine));
    tape.begin();
    Readout readout = network.readout(tape, tape.upload(Tensor.of(ids, 1, ids.length)));
    if (readout.map() == null) {
      throw new InputException("a model that has logits and no states before them, expected some");
    }
    Tensor states = readout.states().value().host();
    float[] row = new float[states.dim(-1)];
    double[] sum = new double[row.length];
    for (int t = 0; t < ids.length; t++) {
      states.read((long) t * row.length, row, 0, row.length);
      for (int c = 0; c < row.length; c++) {
        sum[c] += row[c];
      }
    }
    double squares = 0;
    for (double part : sum) {
      squares += part * part;
    }
    double scale = squares == 0 ? 0 : 1 / Math.sqrt(squares);
    for (int c = 0; c < row.length; c++) {
      row[c] = (float) (sum[c] * scale);
    }
    return row;
  }
}
