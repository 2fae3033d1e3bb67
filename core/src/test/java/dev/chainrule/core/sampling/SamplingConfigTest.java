package dev.chainrule.core.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.random.CounterRandom;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SamplingConfigTest {
  @Test
  void filtersAreAppliedInTheOrderGiven() {
    SamplingConfig config = SamplingConfig.of(1).withTemperature(4).withTopP(0.6);
    // Shares 0.64, 0.24, 0.12 as they are; 0.41, 0.32, 0.27 at temperature 4.
    float[] logits = {(float) Math.log(0.64), (float) Math.log(0.24), (float) Math.log(0.12)};
    assertThat(possible(config, logits)).isEqualTo(2);
    assertThat(possible(config.withOrder(SamplingStage.LLAMA_CPP), logits)).isEqualTo(1);
  }

  private static int possible(SamplingConfig config, float[] logits) {
    Candidates candidates = new Candidates(logits.length);
    candidates.reset(logits);
    config.warpers().forEach(warper -> warper.warp(candidates));
    return candidates.size();
  }

  @Test
  void greedyMindsPenaltiesAlone() {
    SamplingConfig greedy =
        SamplingConfig.greedy()
            .withTopK(1)
            .withPenalties(new Penalties(Map.of(), 1, 0, 1, 0, List.of()));
    CategoricalSampler sampler = new CategoricalSampler(2, greedy.warpers(), new Past(2));
    double[] element = new double[1];
    int[] drawn = new int[6];
    for (int t = 0; t < drawn.length; t++) {
      sampler.sample(new float[] {0.5f, 0}, CounterRandom.of(1, 0), element);
      drawn[t] = (int) element[0];
    }
    assertThat(drawn).containsExactly(0, 1, 0, 1, 0, 1);
  }

  @Test
  void anOrderThatLeavesOutWhatIsAskedForIsRefused() {
    List<SamplingStage> order = List.of(SamplingStage.TEMPERATURE, SamplingStage.TOP_K);
    assertThat(SamplingConfig.of(1).withOrder(order).withTopK(3).warpers()).hasSize(1);
    assertThatThrownBy(() -> SamplingConfig.of(1).withTopP(0.5).withOrder(order))
        .hasMessage("order [temperature, top-k]: leaves out top-p, which is asked for");
    assertThatThrownBy(
            () -> SamplingConfig.of(1).withOrder(List.of(SamplingStage.TOP_P, SamplingStage.TOP_P)))
        .hasMessageContaining("top-p occurs twice");
  }

  @Test
  void penaltiesWithoutAPastAreRefused() {
    SamplingConfig config =
        SamplingConfig.of(1).withPenalties(new Penalties(Map.of(), 1.2, 0, 0, 0, List.of()));
    CategoricalSampler shared = new CategoricalSampler(2, config.warpers());
    assertThatThrownBy(() -> shared.sample(new float[2], CounterRandom.of(1, 0), new double[1]))
        .hasMessageContaining("needs a sampler for each stream");
  }

  @Test
  void valuesOutOfRangeAreNamed() {
    assertThatThrownBy(() -> new Penalties(Map.of(), 0, 0, 0, 0, List.of()))
        .hasMessageContaining("repetition penalty 0.0");
    assertThatThrownBy(() -> new Penalties(Map.of(), 1, Double.NaN, 0, 0, List.of()))
        .hasMessageContaining("presence penalty NaN");
    assertThatThrownBy(() -> new Penalties(Map.of(), 1, 0, 0, -1, List.of()))
        .hasMessageContaining("no-repeat ngram -1");
    assertThatThrownBy(() -> new Penalties(Map.of(-1, 0.0), 1, 0, 0, 0, List.of()))
        .hasMessageContaining("bias -1=0.0");
    assertThatThrownBy(() -> SamplingConfig.of(1).withTypicalP(0))
        .hasMessageContaining("typical_p 0.0");
  }

  @Test
  void cutOffsByProbabilityAreStagesToo() {
    float[] logits = new float[20];
    logits[3] = 8;
    logits[4] = 7;
    assertThat(possible(SamplingConfig.of(1).withEpsilon(0.1), logits)).isEqualTo(2);
    assertThat(possible(SamplingConfig.of(1).withEta(0.1), logits)).isEqualTo(2);
    assertThat(possible(SamplingConfig.of(1).withEta(1e-9), logits)).isEqualTo(20);
    assertThat(possible(SamplingConfig.of(1).withEpsilon(0.9), logits)).isEqualTo(1);
    for (double wrong : new double[] {-0.1, 1, Double.NaN}) {
      assertThatThrownBy(() -> SamplingConfig.of(1).withEpsilon(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("epsilon");
      assertThatThrownBy(() -> SamplingConfig.of(1).withEta(wrong))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
