package dev.chainrule.core.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.random.CounterRandom;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WarperTest {
  private static final float NONE = Float.NEGATIVE_INFINITY;

  /** Probabilities 0.1, 0.4, 0.2, 0.3. */
  private static final float[] TENTHS = logs(0.1, 0.4, 0.2, 0.3);

  @Test
  void temperatureRaisesProbabilitiesToItsInverse() {
    // 0.1^2 : 0.4^2 : 0.2^2 : 0.3^2 = 1 : 16 : 4 : 9
    assertThat(probabilities(TENTHS, Warper.temperature(0.5)))
        .containsExactly(new double[] {1 / 30.0, 16 / 30.0, 4 / 30.0, 9 / 30.0}, within(1e-6));
  }

  @Test
  void tinyTemperaturesStayFinite() {
    for (double temperature : new double[] {1e-40, 1e-300, Double.MIN_VALUE}) {
      assertThat(probabilities(TENTHS, Warper.temperature(temperature)))
          .containsExactly(0, 1, 0, 0);
    }
  }

  @Test
  void temperatureZeroIsGreedyAndTakesTheFirstOfTies() {
    assertThat(kept(new float[] {1, 5, 5, 0}, Warper.temperature(0))).containsExactly(1);
    assertThat(kept(new float[] {1, 5, 5, 0}, Warper.greedy())).containsExactly(1);
  }

  @Test
  void topKKeepsTheLargest() {
    assertThat(kept(TENTHS, Warper.topK(2))).containsExactly(1, 3);
    assertThat(kept(TENTHS, Warper.topK(9))).containsExactly(0, 1, 2, 3);
  }

  @Test
  void topKKeepsWhatTiesWithTheLast() {
    assertThat(kept(new float[] {1, 2, 1, 3, 1}, Warper.topK(3))).containsExactly(0, 1, 2, 3, 4);
    assertThat(kept(new float[] {1, 2, 1, 3, 0}, Warper.topK(3))).containsExactly(0, 1, 2, 3);
  }

  @Test
  void topPIncludesTheClassThatReachesP() {
    assertThat(kept(TENTHS, Warper.topP(0.01))).containsExactly(1);
    assertThat(kept(TENTHS, Warper.topP(0.39))).containsExactly(1);
    assertThat(kept(TENTHS, Warper.topP(0.41))).containsExactly(1, 3);
    assertThat(kept(TENTHS, Warper.topP(0.75))).containsExactly(1, 2, 3);
    assertThat(kept(TENTHS, Warper.topP(1))).containsExactly(0, 1, 2, 3);
  }

  @Test
  void topPTakesTheLowerOfTies() {
    assertThat(kept(new float[] {0, 0, 0, 0}, Warper.topP(0.5))).containsExactly(0, 1);
  }

  @Test
  void minPIsRelativeToTheMostProbable() {
    assertThat(kept(TENTHS, Warper.minP(0.6))).containsExactly(1, 3);
    assertThat(kept(TENTHS, Warper.minP(0.2))).containsExactly(0, 1, 2, 3);
    assertThat(kept(TENTHS, Warper.minP(0))).containsExactly(0, 1, 2, 3);
    assertThat(kept(new float[] {2, 2, 1}, Warper.minP(1))).containsExactly(0, 1);
  }

  @Test
  void theOrderOfTheChainMatters() {
    // After top-p 0.5 two are left; a temperature before it makes the distribution flatter.
    assertThat(kept(TENTHS, Warper.topP(0.5), Warper.temperature(10))).containsExactly(1, 3);
    assertThat(kept(TENTHS, Warper.temperature(1000), Warper.topP(0.51))).containsExactly(1, 2, 3);
  }

  @Test
  void impossibleClassesStayImpossible() {
    float[] logits = {NONE, 1, NONE, 1};
    assertThat(kept(logits, Warper.temperature(2), Warper.topK(4), Warper.topP(1)))
        .containsExactly(1, 3);
    assertThat(kept(new float[] {NONE, -3}, Warper.topP(0.9), Warper.minP(0.5))).containsExactly(1);
  }

  @Test
  void drawsTakeClassesInTheirOrder() {
    Candidates candidates = new Candidates(4);
    candidates.reset(TENTHS);
    Warper.topK(3).warp(candidates);
    // 0.4, 0.2 and 0.3 of 0.9
    assertThat(candidates.draw(0)).isEqualTo(1);
    assertThat(candidates.draw(0.44)).isEqualTo(1);
    assertThat(candidates.draw(0.45)).isEqualTo(2);
    assertThat(candidates.draw(0.66)).isEqualTo(2);
    assertThat(candidates.draw(0.67)).isEqualTo(3);
    assertThat(candidates.draw(Math.nextDown(1.0))).isEqualTo(3);
  }

  @Test
  void selectionAgreesWithSorting() {
    CounterRandom rng = CounterRandom.of(7);
    for (int trial = 0; trial < 300; trial++) {
      int n = rng.nextInt(1, 60);
      float[] logits = new float[n];
      for (int i = 0; i < n; i++) {
        // Few distinct values, so that there are ties.
        logits[i] = rng.nextInt(12) / 2f;
      }
      int k = rng.nextInt(1, n + 1);
      double p = rng.nextDouble(0.01, 0.999);
      assertThat(kept(logits, Warper.topK(k))).containsExactly(sortedTopK(logits, k));
      assertThat(kept(logits, Warper.topP(p))).containsExactly(sortedTopP(logits, p));
    }
  }

  @Test
  void ofALargeVocabularyTheSameIsKept() {
    CounterRandom rng = CounterRandom.of(8);
    for (int trial = 0; trial < 40; trial++) {
      int n = rng.nextInt(500, 3000);
      float[] logits = new float[n];
      for (int i = 0; i < n; i++) {
        logits[i] = trial % 2 == 0 ? rng.nextInt(400) / 16f : (float) (4 * rng.nextGaussian());
      }
      for (int k : new int[] {1, 2, 7, 40, n / 16, n / 16 + 1}) {
        assertThat(kept(logits, Warper.topK(k))).containsExactly(sortedTopK(logits, k));
      }
      double p = rng.nextDouble(0.01, 0.999);
      assertThat(kept(logits, Warper.topP(p))).containsExactly(sortedTopP(logits, p));
      assertThat(kept(logits, Warper.greedy())).containsExactly(descending(logits)[0]);
    }
  }

  @Test
  void badSettingsAreSaid() {
    assertThatThrownBy(() -> Warper.temperature(-0.5)).hasMessageContaining("temperature -0.5");
    assertThatThrownBy(() -> Warper.temperature(Double.NaN)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> Warper.topK(0)).hasMessageContaining("top-k 0, expected 1");
    assertThatThrownBy(() -> Warper.topP(0)).hasMessageContaining("top-p 0.0, expected more");
    assertThatThrownBy(() -> Warper.topP(1.1)).hasMessageContaining("top-p 1.1");
    assertThatThrownBy(() -> Warper.minP(-1)).hasMessageContaining("min-p -1.0");
    assertThatThrownBy(() -> new Candidates(2).reset(new float[] {1, Float.NaN}))
        .hasMessageContaining("class 1 is NaN");
    assertThatThrownBy(() -> new Candidates(1).reset(new float[] {NONE}))
        .hasMessageContaining("expected a possible class");
  }

  @Test
  void penaltiesFindTheSignOfLogitsAfterATemperature() {
    float[] logits = {2, 1, -1};
    Past past = new Past(3, 1, 2);
    // Halved temperature: 4, 2, -2; the second is divided by 2, the third multiplied.
    double[] after =
        probabilities(past, logits, Warper.temperature(0.5), Warper.repetitionPenalty(2));
    double sum = Math.exp(4) + Math.exp(1) + Math.exp(-4);
    assertThat(after)
        .containsExactly(
            new double[] {Math.exp(4) / sum, Math.exp(1) / sum, Math.exp(-4) / sum}, within(1e-6));
  }

  @Test
  void presenceAndFrequencyCountWhatWasDrawnAlone() {
    Past past = new Past(4, 0, 0, 0);
    past.append(1);
    past.append(1);
    past.append(3);
    double[] p = probabilities(past, TENTHS, Warper.drawnPenalty(Math.log(2), Math.log(3)));
    // 0.1 : 0.4 / 18 : 0.2 : 0.3 / 6
    double sum = 0.1 + 0.4 / 18 + 0.2 + 0.3 / 6;
    assertThat(p)
        .containsExactly(
            new double[] {0.1 / sum, 0.4 / 18 / sum, 0.2 / sum, 0.05 / sum}, within(1e-6));
  }

  @Test
  void biasAddsAndBans() {
    Warper bias = Warper.bias(Map.of(1, Double.NEGATIVE_INFINITY, 0, Math.log(2)));
    assertThat(probabilities(TENTHS, bias))
        .containsExactly(new double[] {2 / 7.0, 0, 2 / 7.0, 3 / 7.0}, within(1e-6));
  }

  @Test
  void banningAllIsSaid() {
    Warper ban = Warper.bias(Map.of(0, Double.NEGATIVE_INFINITY));
    assertThatThrownBy(() -> probabilities(new float[] {0, NONE}, ban))
        .hasMessageContaining("every class that could come next is banned");
  }

  @Test
  void noSequenceOccursTwice() {
    Past past = new Past(4, 1, 2, 3, 1, 2);
    assertThat(probabilities(past, new float[4], Warper.noRepeatNgram(3))[3]).isZero();
    assertThat(probabilities(past, new float[4], Warper.noRepeatNgram(2))[3]).isZero();
    assertThat(probabilities(past, new float[4], Warper.noRepeatNgram(1)))
        .containsExactly(1, 0, 0, 0);
    assertThat(probabilities(past, new float[4], Warper.noRepeatNgram(4))[3]).isEqualTo(0.25);
  }

  static double[] probabilities(float[] logits, Warper... chain) {
    return probabilities(new Past(logits.length), logits, chain);
  }

  static double[] probabilities(Past past, float[] logits, Warper... chain) {
    Candidates candidates = warped(past, logits, chain);
    double[] p = new double[logits.length];
    double sum = 0;
    for (int i = 0; i < candidates.size(); i++) {
      p[candidates.id(i)] = Math.exp(candidates.logit(i) - candidates.max());
      sum += p[candidates.id(i)];
    }
    for (int i = 0; i < p.length; i++) {
      p[i] /= sum;
    }
    return p;
  }

  private static int[] kept(float[] logits, Warper... chain) {
    Candidates candidates = warped(new Past(logits.length), logits, chain);
    return IntStream.range(0, candidates.size()).map(candidates::id).toArray();
  }

  private static Candidates warped(Past past, float[] logits, Warper... chain) {
    Candidates candidates = new Candidates(logits.length, past);
    candidates.reset(logits);
    for (Warper warper : chain) {
      warper.warp(candidates);
    }
    return candidates;
  }

  private static int[] sortedTopK(float[] logits, int k) {
    float least = logits[descending(logits)[k - 1]];
    return IntStream.range(0, logits.length).filter(i -> logits[i] >= least).toArray();
  }

  private static int[] sortedTopP(float[] logits, double p) {
    double[] probabilities = probabilities(logits);
    int[] order = descending(logits);
    double sum = 0;
    int n = 0;
    while (sum < p && n < order.length) {
      sum += probabilities[order[n++]];
    }
    return Arrays.stream(order, 0, n).sorted().toArray();
  }

  private static int[] descending(float[] logits) {
    return IntStream.range(0, logits.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> -logits[i]))
        .mapToInt(i -> i)
        .toArray();
  }

  private static float[] logs(double... probabilities) {
    float[] logits = new float[probabilities.length];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) Math.log(probabilities[i]);
    }
    return logits;
  }
}
