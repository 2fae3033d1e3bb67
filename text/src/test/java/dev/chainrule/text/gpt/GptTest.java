package dev.chainrule.text.gpt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.core.testkit.ModelContract;
import dev.chainrule.text.model.TokenBatch;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class GptTest {
  private static final GptConfig TIED = new GptConfig(3, 9, 2, 2, 8, 0.0, false, true);
  private static final GptConfig UNTIED = new GptConfig(4, 9, 2, 1, 12, 0.0, true, false);
  private static final GptConfig DROPOUT = new GptConfig(3, 9, 1, 2, 8, 0.3, true, true);

  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return Stream.of(TIED, UNTIED, DROPOUT)
        .flatMap(
            config ->
                ModelContract.of(
                        new ModelContract.Subject<>(
                            () -> new Gpt(config),
                            (rng, n, t) -> tokens(rng, n, t, config.vocabSize()),
                            10,
                            config.vocabSize(),
                            5))
                    .tests());
  }

  /** Positions have a row of the table each, so their gradients show who is looked at. */
  @Test
  void gradientsOfFuturePositionsAreExactlyZero() {
    for (Engine engine :
        List.of(Engines.open("reference", 1), Engines.open("vector", 1), Engines.open("nd4j", 1))) {
      Gpt model = new Gpt(UNTIED);
      model.parameters().allocate(DType.FLOAT32, 7);
      Parameter positions = model.positions.table();
      Tape tape = Tape.training(engine, model.parameters());
      TokenBatch batch = tokens(new java.util.Random(3), 1, 10, 4);
      for (int t = 0; t < 9; t++) {
        tape.zeroGradients();
        tape.begin();
        Variable nll = model.nll(tape, batch);
        Tensor onlyT = Tensor.zeros(DType.FLOAT32, 9);
        onlyT.set(t, 1);
        tape.backward(nll, onlyT);
        Tensor gradient = model.parameters().views(tape.gradients()).get(positions.name());
        for (int s = 0; s < 9; s++) {
          double largest = 0;
          for (int c = 0; c < 12; c++) {
            largest = Math.max(largest, Math.abs(gradient.get(s * 12L + c)));
          }
          assertThat(largest > 0).as("%s: row %d from %d", engine.name(), t, s).isEqualTo(s <= t);
        }
      }
    }
  }

  @Test
  void parameterCountIsThatOfNanoGpt() {
    // 10.65 million without positions, as its log says: 6 layers, width 384, 65 characters.
    assertThat(new Gpt(GptConfig.baby(65)).parameters().count()).isEqualTo(10_745_088L);
  }

  @Test
  void longerSequencesThanTheContextAreRefused() {
    Gpt model = new Gpt(TIED);
    model.parameters().allocate(DType.FLOAT32, 1);
    Tape tape = Tape.evaluation(Engines.open("vector", 1), model.parameters());
    assertThatThrownBy(() -> model.nll(tape, tokens(new java.util.Random(1), 1, 11, 3)))
        .hasMessageContaining("10 tokens")
        .hasMessageContaining("context length 9");
  }

  @Test
  void tokensOutsideTheVocabularyAreRefused() {
    Gpt model = new Gpt(TIED);
    model.parameters().allocate(DType.FLOAT32, 1);
    Tape tape = Tape.evaluation(Engines.open("vector", 1), model.parameters());
    assertThatThrownBy(() -> model.nll(tape, new TokenBatch(Tensor.of(new int[] {0, 3, 1}, 1, 3))))
        .hasMessageContaining("id 3")
        .hasMessageContaining("0 to 2");
    // The last one is only predicted.
    assertThatThrownBy(() -> model.nll(tape, new TokenBatch(Tensor.of(new int[] {0, 1, 3}, 1, 3))))
        .hasMessageContaining("id 3")
        .hasMessageContaining("2");
  }

  static TokenBatch tokens(RandomGenerator rng, int sequences, int length, int vocabSize) {
    int[] ids = new int[sequences * length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = rng.nextInt(vocabSize);
    }
    return new TokenBatch(Tensor.of(ids, sequences, length));
  }
}
