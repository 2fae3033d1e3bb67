package dev.chainrule.core.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.model.Decoder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Groups and penalties; plain beams are held to those of transformers elsewhere. */
class BeamSearchTest {
  private static final int CLASSES = 12;
  private static final int LENGTH = 7;
  private static final int[] PROMPT = {3, 1};

  /** Logits hang on the last two classes. */
  private static final class Table implements Decoder {
    private final float[][] rows = new float[CLASSES * CLASSES][CLASSES];
    private final int[] last;
    private final int[] before;
    private final int[] positions;

    Table(int streams, long seed) {
      RandomGenerator random = CounterRandom.of(seed);
      for (float[] row : rows) {
        for (int id = 0; id < CLASSES; id++) {
          row[id] = (float) (2 * random.nextGaussian());
        }
      }
      last = new int[streams];
      before = new int[streams];
      positions = new int[streams];
    }

    double[] logProbs(int two, int one) {
      float[] row = rows[two * CLASSES + one];
      double sum = 0;
      for (float logit : row) {
        sum += Math.exp(logit);
      }
      double[] logProbs = new double[CLASSES];
      for (int id = 0; id < CLASSES; id++) {
        logProbs[id] = row[id] - Math.log(sum);
      }
      return logProbs;
    }

    @Override
    public int streams() {
      return last.length;
    }

    @Override
    public int position(int stream) {
      return positions[stream];
    }

    @Override
    public int capacity() {
      return 100;
    }

    @Override
    public void reset(int stream) {
      positions[stream] = 0;
    }

    @Override
    public void fork(int from, int to) {
      last[to] = last[from];
      before[to] = before[from];
      positions[to] = positions[from];
    }

    @Override
    public void feed(Tensor elements) {
      for (int s = 0; s < last.length; s++) {
        before[s] = last[s];
        last[s] = elements.getInt(s);
        positions[s]++;
      }
    }

    @Override
    public void feedAll(Tensor elements) {
      int length = elements.dim(1);
      for (int t = 0; t < length; t++) {
        Tensor one = Tensor.zeros(DType.INT32, last.length);
        for (int s = 0; s < last.length; s++) {
          one.set(s, elements.getInt((long) s * length + t));
        }
        feed(one);
      }
    }

    @Override
    public Tensor conditional() {
      Tensor all = Tensor.zeros(DType.FLOAT32, last.length, CLASSES);
      for (int s = 0; s < last.length; s++) {
        all.write((long) s * CLASSES, rows[before[s] * CLASSES + last[s]], 0, CLASSES);
      }
      return all;
    }
  }

  private static BeamSearch.Config config(int beams) {
    return BeamSearch.Config.of(beams, LENGTH, 1, false, Set.of());
  }

  private static List<BeamSearch.Beam> search(long seed, BeamSearch.Config config) {
    return BeamSearch.search(new Table(config.beams(), seed), CLASSES, PROMPT, config);
  }

  @Test
  void groupsOfOneBeamAreGreedyAndAvoidWhatOthersHaveTaken() {
    double penalty = 1.5;
    int groups = 4;
    for (long seed = 0; seed < 20; seed++) {
      Table table = new Table(1, seed);
      int[][] texts = new int[groups][LENGTH];
      double[] scores = new double[groups];
      for (int t = 0; t < LENGTH; t++) {
        int[] taken = new int[CLASSES];
        for (int g = 0; g < groups; g++) {
          int two = t == 0 ? PROMPT[0] : t == 1 ? PROMPT[1] : texts[g][t - 2];
          double[] logProbs = table.logProbs(two, t == 0 ? PROMPT[1] : texts[g][t - 1]);
          int best = 0;
          for (int id = 0; id < CLASSES; id++) {
            double score = logProbs[id] - penalty * taken[id];
            best = score > logProbs[best] - penalty * taken[best] ? id : best;
          }
          scores[g] += logProbs[best] - penalty * taken[best];
          texts[g][t] = best;
          taken[best]++;
        }
      }
      List<BeamSearch.Beam> found = search(seed, config(groups).withGroups(groups, penalty));
      assertThat(found.stream().map(beam -> Arrays.toString(beam.elements())).toList())
          .as("seed %d", seed)
          .containsExactlyInAnyOrderElementsOf(Arrays.stream(texts).map(Arrays::toString).toList());
      double[] sorted = Arrays.stream(scores).map(score -> -score / LENGTH).sorted().toArray();
      for (int i = 0; i < groups; i++) {
        assertThat(found.get(i).score()).isCloseTo(-sorted[i], within(1e-5));
      }
    }
  }

  @Test
  void withoutAPenaltyEachGroupFindsTheSame() {
    List<BeamSearch.Beam> one = search(5, config(3));
    List<BeamSearch.Beam> two = search(5, config(6).withGroups(2, 0));
    assertThat(two).hasSize(6);
    for (int i = 0; i < 6; i++) {
      assertThat(two.get(i).elements()).isEqualTo(one.get(i / 2).elements());
    }
    List<BeamSearch.Beam> apart = search(5, config(6).withGroups(2, 100));
    assertThat(apart.stream().map(beam -> beam.elements()[0]).distinct().count()).isGreaterThan(1);
  }

  @Test
  void penaltiesHoldForBeams() {
    Penalties held =
        new Penalties(
            Map.of(4, Double.NEGATIVE_INFINITY), 1.2, 0.3, 0.1, 2, List.of(List.of(1, 2)));
    for (long seed = 0; seed < 10; seed++) {
      double[] first = new Table(1, seed).logProbs(PROMPT[0], PROMPT[1]);
      for (BeamSearch.Beam beam : search(seed, config(4).withPenalties(held))) {
        int[] all = Arrays.copyOf(PROMPT, PROMPT.length + LENGTH);
        System.arraycopy(beam.elements(), 0, all, PROMPT.length, LENGTH);
        Set<List<Integer>> pairs = new HashSet<>();
        for (int t = 1; t < all.length; t++) {
          assertThat(pairs.add(List.of(all[t - 1], all[t]))).as(Arrays.toString(all)).isTrue();
          assertThat(all[t] == 2 && all[t - 1] == 1).isFalse();
        }
        assertThat(beam.elements()).doesNotContain(4);
        // What is told of each class is the model's own.
        assertThat(beam.logProbs()[0]).isCloseTo(first[beam.elements()[0]], within(1e-5));
        assertThat(beam.score()).isLessThan(beam.logProb() / LENGTH + 1e-6);
      }
    }
  }

  @Test
  void aBeamAloneIsGreedyWithPenaltiesToo() {
    Penalties noPairs = new Penalties(Map.of(2, -1.5), 1, 0.5, 0.25, 2, List.of());
    BeamSearch.Beam beam = search(3, config(1).withPenalties(noPairs)).getFirst();
    CategoricalSampler sampler =
        new CategoricalSampler(
            CLASSES,
            SamplingConfig.greedy().withPenalties(noPairs).warpers(),
            new Past(CLASSES, PROMPT));
    Table table = new Table(1, 3);
    table.feedAll(Tensor.of(PROMPT, 1, 2));
    for (int id : beam.elements()) {
      double[] element = new double[1];
      sampler.sample(table.conditional().toFloats(), CounterRandom.of(1), element);
      assertThat(id).isEqualTo((int) element[0]);
      table.feed(Tensor.of(new int[] {id}, 1));
    }
  }

  /** Against all sequences there are: of so many beams none is lost. */
  @Test
  void forcedClassesAndStopsAreThoseOfAnExhaustiveSearch() {
    Map<Integer, Integer> forced = Map.of(1, 5);
    Predicate<int[]> stops = ids -> (ids[0] + ids[ids.length - 1]) % 4 == 3;
    for (long seed = 0; seed < 5; seed++) {
      Table table = new Table(1, seed);
      Map<String, Double> all = new HashMap<>();
      extend(table, new int[0], 0, forced, stops, all);
      List<String> best =
          all.entrySet().stream()
              .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
              .map(Map.Entry::getKey)
              .limit(20)
              .toList();
      BeamSearch.Config config =
          BeamSearch.Config.of(200, 3, 1, false, Set.of(2)).withForced(forced);
      List<BeamSearch.Beam> found =
          BeamSearch.search(new Table(200, seed), CLASSES, PROMPT, config, stops).subList(0, 20);
      assertThat(found.stream().map(beam -> Arrays.toString(beam.elements())).toList())
          .isEqualTo(best);
      for (BeamSearch.Beam beam : found) {
        assertThat(beam.score()).isCloseTo(all.get(Arrays.toString(beam.elements())), within(1e-5));
      }
    }
  }

  private static void extend(
      Table table,
      int[] ids,
      double score,
      Map<Integer, Integer> forced,
      Predicate<int[]> stops,
      Map<String, Double> into) {
    int n = ids.length;
    double[] logProbs =
        table.logProbs(
            n == 0 ? PROMPT[0] : n == 1 ? PROMPT[1] : ids[n - 2], n == 0 ? PROMPT[1] : ids[n - 1]);
    for (int id = 0; id < CLASSES; id++) {
      int[] longer = Arrays.copyOf(ids, n + 1);
      longer[n] = id;
      Integer only = forced.get(n);
      double sum = score + (only == null ? logProbs[id] : 0);
      if (only != null && only != id) {
        continue;
      }
      if (n == 2 || id == 2 || stops.test(longer)) {
        into.put(Arrays.toString(longer), sum / (n + 1));
      } else {
        extend(table, longer, sum, forced, stops, into);
      }
    }
  }

  @Test
  void groupsThatDoNotShareTheBeamsAreRefused() {
    assertThatThrownBy(() -> config(4).withGroups(3, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 groups of 4 beams");
    assertThatThrownBy(() -> config(4).withGroups(2, -1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
