package dev.chainrule.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.model.AutoregressiveModel;
import dev.chainrule.core.model.Batch;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.model.RecomputingDecoder;

/** The part of the contract that is kept on a {@link FarEngine}. */
record FarCheck<B extends Batch>(ModelContract.Subject<B> subject, ModelContract<B> contract) {
  /** Trained, evaluated and sampled on memory that refuses the host; transfers are counted. */
  void run() {
    AutoregressiveModel<B> model = contract.allocated(DType.FLOAT32);
    B batch = contract.batch(2, subject.length());
    double[] expected = contract.nllAndGradients(model, ModelContract.REFERENCE, batch);
    double[] conditionals = contract.conditionals(model, ModelContract.REFERENCE, batch);
    FarEngine far = new FarEngine();
    model.parameters().moveTo(far);
    assertThat(contract.nllAndGradients(model, far, batch)).isEqualTo(expected);
    Tape tape = Tape.training(far, model.parameters());
    long[] perStep = new long[2];
    for (int step = 0; step < 2; step++) {
      far.resetCounts();
      tape.zeroGradients();
      tape.begin(ModelContract.SEED);
      Variable nll = model.nll(tape, batch);
      double loss = far.kernels(0).arrays().sum(nll.value());
      tape.backward(nll, 1);
      assertThat(loss).isNotNaN();
      assertThat(far.downloads()).as("transfers down").isEqualTo(subject.downloads());
      perStep[step] = far.uploadedElements();
    }
    assertThat(perStep[1]).as("a step uploads its batch").isLessThanOrEqualTo(perStep[0]);
    decodesFar(model, far, batch, conditionals);
  }

  private void decodesFar(
      AutoregressiveModel<B> model, FarEngine far, B batch, double[] conditionals) {
    int given = model.givenElements();
    int rows = subject.length() - given;
    int width = conditionals.length / (batch.size() * rows);
    try (Decoder decoder = model.decoder(far, batch)) {
      boolean cached = !(decoder instanceof RecomputingDecoder);
      long most = 0;
      for (int t = 0; t < subject.length(); t++) {
        if (t >= given) {
          far.resetCounts();
          Tensor conditional = decoder.conditional();
          assertThat(far.downloadedElements())
              .as("one row of parameters a stream comes down")
              .isLessThanOrEqualTo((long) batch.size() * width);
          for (int s = 0; s < batch.size(); s++) {
            ModelContract.assertRow(
                far, conditional, s, conditionals, (s * rows + t - given) * width, width);
          }
        }
        if (t + 1 < subject.length()) {
          far.resetCounts();
          decoder.feed(ModelContract.column(batch.elements(), t));
          long moved = far.uploadedElements() + far.downloadedElements();
          if (t <= given) {
            most = Math.max(most, moved);
          } else if (cached) {
            assertThat(moved).as("elements moved by step %d", t).isLessThanOrEqualTo(most);
          }
        }
      }
    }
  }
}
