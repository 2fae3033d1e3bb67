package dev.chainrule.core.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.InputException;
import dev.chainrule.base.random.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Classes that may not come have no probability; all else is as without a constraint. */
class ConstraintTest {
  private static final long SEED = 5;

  /** The same classes at every place. */
  private static final class Always implements Constraint {
    private final long[] allowed;
    private final List<Integer> heard = new ArrayList<>();

    Always(long... allowed) {
      this.allowed = allowed;
    }

    @Override
    public long[] allowed() {
      return allowed;
    }

    @Override
    public void accept(int id) {
      heard.add(id);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 63, 64, 65, 131, 1000})
  void drawsAreThoseOfLogitsWithoutTheClassesThatMayNotCome(int classes) {
    RandomGenerator random = CounterRandom.of(SEED);
    double[] element = new double[1];
    double[] expected = new double[1];
    for (int round = 0; round < 40; round++) {
      float[] logits = new float[classes];
      float[] masked = new float[classes];
      BitSet bits = new BitSet();
      int share = 1 + random.nextInt(20);
      bits.set(random.nextInt(classes));
      for (int id = 0; id < classes; id++) {
        logits[id] =
            round % 4 == 0 && random.nextInt(4) == 0
                ? Float.NEGATIVE_INFINITY
                : (float) random.nextGaussian();
        if (random.nextInt(20) < share) {
          bits.set(id);
        }
      }
      logits[bits.nextSetBit(0)] = 1;
      for (int id = 0; id < classes; id++) {
        masked[id] = bits.get(id) ? logits[id] : Float.NEGATIVE_INFINITY;
      }
      Always constraint = new Always(Arrays.copyOf(bits.toLongArray(), (classes + 63) / 64));
      List<Warper> warpers =
          switch (round % 3) {
            case 0 -> List.of();
            case 1 -> List.of(Warper.temperature(0.7), Warper.topK(3));
            default -> List.of(Warper.greedy());
          };
      CategoricalSampler sampler = new CategoricalSampler(classes, warpers, null, constraint);
      double logProb = sampler.sample(logits, CounterRandom.of(SEED, round), element);
      new CategoricalSampler(classes, warpers)
          .sample(masked, CounterRandom.of(SEED, round), expected);
      assertThat(element).containsExactly(expected);
      assertThat(constraint.heard).containsExactly((int) element[0]);
      double sum = 0;
      for (float logit : logits) {
        sum += Math.exp(logit);
      }
      assertThat(logProb).isEqualTo(logits[(int) element[0]] - Math.log(sum), within(1e-5));
    }
  }

  @Test
  void theOnlyClassThatMayComeComesWhateverElseIsAsked() {
    Penalties ban = new Penalties(Map.of(2, Double.NEGATIVE_INFINITY), 1, 0, 0, 0, List.of());
    List<Warper> warpers = SamplingConfig.of(1).withPenalties(ban).warpers();
    CategoricalSampler sampler = new CategoricalSampler(4, warpers, null, new Always(0b100));
    double[] element = new double[1];
    sampler.sample(new float[] {0, 0, 0, 0}, CounterRandom.of(SEED), element);
    assertThat(element).containsExactly(2);
  }

  @Test
  void classesThatMayComeAndAreAllImpossibleAreRefused() {
    CategoricalSampler sampler = new CategoricalSampler(2, List.of(), null, new Always(0b10));
    float[] logits = {0, Float.NEGATIVE_INFINITY};
    assertThatThrownBy(() -> sampler.sample(logits, CounterRandom.of(SEED), new double[1]))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("possible to the model");
  }

  @Test
  void logitsThatAreNoNumbersAreRefused() {
    float[] logits = new float[64];
    logits[7] = Float.NaN;
    CategoricalSampler sampler = new CategoricalSampler(64, List.of(), null, new Always(-1L));
    assertThatThrownBy(() -> sampler.sample(logits, CounterRandom.of(SEED), new double[1]))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("class 7 is NaN");
  }
}
