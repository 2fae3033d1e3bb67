package dev.chainrule.text.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Initializer;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.RecurrentOps;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.core.nn.Embedding;
import dev.chainrule.core.nn.Gru;
import dev.chainrule.core.nn.Linear;
import dev.chainrule.core.testkit.ModelContract;
import dev.chainrule.text.gpt.Gpt;
import dev.chainrule.text.gpt.GptConfig;
import dev.chainrule.text.model.LanguageModel;
import dev.chainrule.text.model.TokenBatch;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class AdaptedModelTest {
  private static final GptConfig CONFIG = new GptConfig(3, 9, 2, 2, 8, 0, true, true);

  private static Stream<DynamicTest> contract(
      Supplier<? extends LanguageModel> base, String... targets) {
    LowRank shape = new LowRank(2, 3, List.of(targets));
    return ModelContract.of(
            new ModelContract.Subject<>(
                () -> new AdaptedModel(base.get(), shape),
                (rng, n, t) -> new TokenBatch(Tensor.of(rng.ints(n * t, 0, 3).toArray(), n, t)),
                10,
                3,
                5))
        .tests();
  }

  @TestFactory
  Stream<DynamicTest> queriesKeysAndValuesOfAGpt() {
    return contract(() -> new Gpt(CONFIG), "c_attn");
  }

  /** The tied table is used twice: to look up, and as the output map. */
  @TestFactory
  Stream<DynamicTest> everyMatrixOfAGpt() {
    return contract(() -> new Gpt(CONFIG), "wte", "wpe", "c_attn", "c_proj", "c_fc");
  }

  @TestFactory
  Stream<DynamicTest> aRecurrentModel() {
    return contract(GruModel::new, "gru", "head");
  }

  /** Two maps around a gated recurrent unit. */
  private static final class GruModel implements LanguageModel {
    private final Parameters parameters = new Parameters();
    private final Embedding tokens =
        new Embedding(parameters, "tokens", 3, 8, Initializer.normal(0.2));
    private final Gru gru = new Gru(parameters, "gru", 8, 8);
    private final Linear head = new Linear(parameters, "head", 8, 3, true, Initializer.normal(0.2));

    @Override
    public Parameters parameters() {
      return parameters;
    }

    @Override
    public int vocabSize() {
      return 3;
    }

    @Override
    public int contextLength() {
      return 9;
    }

    @Override
    public Variable logits(Tape tape, Tensor ids) {
      Variable x = RecurrentOps.swapAxes(tape, tokens.forward(tape, ids));
      return head.forward(tape, RecurrentOps.swapAxes(tape, gru.forward(tape, x)));
    }
  }

  private static double[] nll(LanguageModel model) {
    try (Engine engine = Engines.open("vector", 1)) {
      Tape tape = Tape.evaluation(engine, model.parameters());
      tape.begin();
      int[] ids = {0, 1, 2, 2, 1, 0, 0, 2, 1};
      return model.nll(tape, new TokenBatch(Tensor.of(ids, 1, 9))).value().toDoubles();
    }
  }

  @Test
  void itBeginsAsTheModelWasAndMergesToWhatItBecame() {
    Gpt base = new Gpt(CONFIG);
    base.parameters().allocate(DType.FLOAT32, 1);
    float[] weights = base.parameters().values().toFloats();
    AdaptedModel adapted =
        new AdaptedModel(base, new LowRank(2, 4, List.of("wte", "c_attn", "c_fc")));
    adapted.parameters().allocate(DType.FLOAT32, 2);
    assertThat(adapted.matrices())
        .containsExactly(
            "wte.weight",
            "h.0.attn.c_attn.weight",
            "h.0.mlp.c_fc.weight",
            "h.1.attn.c_attn.weight",
            "h.1.mlp.c_fc.weight");
    assertThat(nll(adapted)).containsExactly(nll(base));

    Tensor learnt = adapted.parameters().values();
    for (long i = 0; i < learnt.size(); i++) {
      learnt.set(i, Math.sin(i));
    }
    double[] changed = nll(adapted);
    assertThat(changed).isNotEqualTo(nll(base));
    assertThat(base.parameters().values().toFloats()).containsExactly(weights);
    assertThat(adapted.merge()).isSameAs(base);
    assertThat(nll(base)).usingComparatorWithPrecision(2e-4).containsExactly(changed);
  }

  @Test
  void onlyTheAdaptersAreLearnt() {
    Gpt base = new Gpt(CONFIG);
    base.parameters().allocate(DType.FLOAT32, 1);
    float[] weights = base.parameters().values().toFloats();
    AdaptedModel adapted = new AdaptedModel(base, LowRank.of(2));
    adapted.parameters().allocate(DType.FLOAT32, 2);
    assertThat(adapted.parameters().count()).isEqualTo(2 * (8 * 2 + 2 * 24));
    try (Engine engine = Engines.open("vector", 1)) {
      Tape tape = Tape.training(engine, adapted.parameters());
      tape.zeroGradients();
      tape.begin();
      Variable loss = adapted.nll(tape, new TokenBatch(Tensor.of(new int[] {0, 1, 2, 1}, 1, 4)));
      tape.backward(loss, 1);
      assertThat(tape.gradients().size()).isEqualTo(adapted.parameters().size());
    }
    assertThat(base.parameters().values().toFloats()).containsExactly(weights);
  }

  @Test
  void namesOfNoMatrixAndShapesThatCannotBeAreRefused() {
    assertThatThrownBy(
            () -> new AdaptedModel(new Gpt(CONFIG), new LowRank(2, 4, List.of("q_proj"))))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "lora targets q_proj are in the name of no matrix of the model, expected some of attn,"
                + " c_attn, c_fc, c_proj, h, mlp, wpe, wte");
    assertThatThrownBy(() -> new LowRank(0, 4, List.of("q")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new LowRank(1, Double.NaN, List.of("q")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new LowRank(1, 1, List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
