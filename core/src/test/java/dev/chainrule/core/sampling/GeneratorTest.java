package dev.chainrule.core.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.distribution.Categorical;
import dev.chainrule.base.distribution.QuantileSpline;
import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.model.Decoder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GeneratorTest {
  private static final int CLASSES = 7;

  @Test
  void aStreamDoesNotDependOnTheOthers() {
    Generation four = generate(4, 50, GenerationConfig.of(20, 3));
    Generation one = generate(1, 50, GenerationConfig.of(20, 3).withFirstStream(2));
    assertThat(one.sequences().get(0).elements().toInts())
        .isEqualTo(four.sequences().get(2).elements().toInts());
    assertThat(one.sequences().get(0).logProbs()).isEqualTo(four.sequences().get(2).logProbs());
  }

  @Test
  void streamsAndSeedsDiffer() {
    Generation generation = generate(2, 50, GenerationConfig.of(20, 3));
    int[] first = generation.sequences().get(0).elements().toInts();
    assertThat(generation.sequences().get(1).elements().toInts()).isNotEqualTo(first);
    assertThat(generate(1, 50, GenerationConfig.of(20, 4)).sequences().get(0).elements().toInts())
        .isNotEqualTo(first);
    assertThat(generate(1, 50, GenerationConfig.of(20, 3)).sequences().get(0).elements().toInts())
        .isEqualTo(first);
  }

  @Test
  void logProbabilitiesAreTheModelsWhateverTheWarpers() {
    HistoryDecoder decoder = new HistoryDecoder(1, 50);
    Sampler greedy = new CategoricalSampler(CLASSES, List.of(Warper.greedy()));
    Tensor given = Tensor.of(new int[] {1, 2}, 1, 2);
    Generation.Sequence sequence =
        new Generator(decoder, greedy)
            .generate(given, GenerationConfig.of(5, 0))
            .sequences()
            .get(0);
    double sum = 0;
    List<Integer> history = new ArrayList<>(List.of(1, 2));
    for (int t = 0; t < 5; t++) {
      float[] logits = logits(history);
      int expected = new Categorical(logits).mode();
      assertThat(sequence.elements().getInt(t)).isEqualTo(expected);
      double logProb = new Categorical(logits).logProb(expected);
      assertThat(sequence.logProbs()[t]).isEqualTo(logProb);
      sum += logProb;
      history.add(expected);
    }
    assertThat(sequence.logProb()).isCloseTo(sum, within(1e-12));
  }

  @Test
  void beyondTheCapacityEveryElementIsConditionedOnAWindow() {
    for (ContextOverflow overflow :
        List.of(ContextOverflow.keepHalf(), ContextOverflow.keepAll())) {
      int capacity = 6;
      HistoryDecoder decoder = new HistoryDecoder(1, capacity);
      Tensor given = Tensor.of(new int[] {1, 2, 3, 4, 5, 6, 0, 1}, 1, 8);
      GenerationConfig config = GenerationConfig.of(20, 9).withOverflow(overflow);
      Generation.Sequence sequence =
          new Generator(decoder, sampler()).generate(given, config).sequences().get(0);
      List<Integer> history = new ArrayList<>(List.of(1, 2, 3, 4, 5, 6, 0, 1));
      int window = capacity;
      for (int t = 0; t < 20; t++) {
        List<Integer> seen = history.subList(history.size() - window, history.size());
        int element = sequence.elements().getInt(t);
        assertThat(sequence.logProbs()[t])
            .isCloseTo(new Categorical(logits(seen)).logProb(element), within(1e-14));
        history.add(element);
        window = window == capacity ? overflow.keep(capacity) : window + 1;
      }
    }
  }

  @Test
  void withoutAPolicyGrowingTooLongIsAnError() {
    Generator generator = new Generator(new HistoryDecoder(1, 4), sampler());
    Tensor given = Tensor.of(new int[] {1}, 1, 1);
    assertThat(generator.generate(given, GenerationConfig.of(4, 0)).sequences().get(0).length())
        .isEqualTo(4);
    assertThatThrownBy(() -> generator.generate(given, GenerationConfig.of(5, 0)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("longer than the 4 elements");
    assertThatThrownBy(
            () -> generator.generate(Tensor.of(new int[5], 1, 5), GenerationConfig.of(0, 0)))
        .hasMessageContaining("longer than the 4 elements");
  }

  @Test
  void aStreamEndsWithAStopElementAndTheOthersGoOn() {
    int streams = 8;
    GenerationConfig config = GenerationConfig.of(30, 5).withStop(StopCondition.atClasses(2, 3));
    Generation stopped = generate(streams, 50, config);
    Generation whole = generate(streams, 50, GenerationConfig.of(30, 5));
    for (int s = 0; s < streams; s++) {
      int[] all = whole.sequences().get(s).elements().toInts();
      Generation.Sequence sequence = stopped.sequences().get(s);
      int n = sequence.length();
      for (int t = 0; t < n; t++) {
        assertThat(sequence.elements().getInt(t)).isEqualTo(all[t]);
        assertThat(all[t] == 2 || all[t] == 3).isEqualTo(sequence.stopped() && t == n - 1);
      }
      assertThat(sequence.stopped() || n == 30).isTrue();
    }
  }

  @Test
  void listenersHearElementsAsTheyComeAndCanCancel() {
    List<String> heard = new ArrayList<>();
    GenerationConfig config =
        GenerationConfig.of(30, 5)
            .withListener((s, i, element, logProb) -> heard.add(s + ":" + i + ":" + element[0]))
            .withCancelled(() -> heard.size() >= 6);
    Generation generation = generate(2, 50, config);
    assertThat(generation.cancelled()).isTrue();
    assertThat(heard).hasSize(6);
    assertThat(generation.sequences()).allMatch(sequence -> sequence.length() == 3);
    assertThat(heard.get(5)).isEqualTo("1:2:" + generation.sequences().get(1).elements().get(2));
  }

  @Test
  void realNumbersAndElementsOfSeveralNumbersAreGenerated() {
    Sampler pairs =
        (row, rng, element) -> {
          double logProb = UNIFORM.sample(row, rng, element);
          element[1] = element[0] / 2;
          return logProb;
        };
    SumDecoder decoder = new SumDecoder();
    Generation.Sequence sequence =
        new Generator(decoder, pairs, DType.FLOAT32, 2)
            .generate(GenerationConfig.of(3, 1))
            .sequences()
            .get(0);
    assertThat(sequence.elements().shape()).containsExactly(3, 2);
    assertThat(sequence.elements().get(5)).isEqualTo(sequence.elements().get(4) / 2);
    double sum = sequence.elements().get(0) + sequence.elements().get(1);
    assertThat(sequence.logProbs()[0]).isZero();
    assertThat(sequence.logProbs()[1]).isCloseTo(-Math.log(1 + sum), within(1e-6));
    assertThat(UNIFORM.sample(new float[] {4}, CounterRandom.of(2), new double[1]))
        .isEqualTo(-Math.log(4));
  }

  @Test
  void streamsMayDrawEachInItsOwnWayAndFromTheirOwnNumbers() {
    Sampler greedy = new CategoricalSampler(CLASSES, List.of(Warper.greedy()));
    Generation mixed =
        new Generator(new HistoryDecoder(2, 50), s -> s == 0 ? sampler() : greedy, DType.INT32, 1)
            .generate(GenerationConfig.of(20, number -> CounterRandom.of(8, 5, number)));
    Generation drawn =
        new Generator(new HistoryDecoder(1, 50), sampler())
            .generate(GenerationConfig.of(20, number -> CounterRandom.of(8, 5, 0)));
    Generation best =
        new Generator(new HistoryDecoder(1, 50), greedy).generate(GenerationConfig.of(20, 99));
    assertThat(mixed.sequences().get(0).elements().toInts())
        .isEqualTo(drawn.sequences().get(0).elements().toInts());
    assertThat(mixed.sequences().get(1).elements().toInts())
        .isEqualTo(best.sequences().get(0).elements().toInts());
  }

  @Test
  void whatIsGivenTakesItsNumbersOrNone() {
    for (boolean keepsPace : new boolean[] {true, false}) {
      CounterRandom random = CounterRandom.of(1);
      HistoryDecoder decoder = new HistoryDecoder(1, 50);
      Generation.Sequence sequence =
          new Generator(decoder, sampler())
              .generate(
                  GenerationConfig.of(5, number -> random).withGiven(new EveryOther(keepsPace)))
              .sequences()
              .get(0);
      assertThat(random.position()).isEqualTo(keepsPace ? 5 : 2);
      assertThat(sequence.elements().getInt(2)).isEqualTo(6);
      assertThat(sequence.logProbs()[2]).isZero();
      assertThat(sequence.logProbs()[1]).isNegative();
    }
  }

  /** Elements 0, 2, 4. */
  private record EveryOther(boolean keepsPace) implements Given {
    @Override
    public boolean get(int stream, int index, double[] element) {
      element[0] = 6;
      return index % 2 == 0;
    }
  }

  @Test
  void badGivenElementsAreSaid() {
    Generator generator = new Generator(new HistoryDecoder(3, 4), sampler());
    assertThatThrownBy(
            () -> generator.generate(Tensor.of(new int[4], 2, 2), GenerationConfig.of(1, 0)))
        .hasMessageContaining("given elements INT32[2, 2], expected INT32[3, -1]");
    assertThatThrownBy(() -> GenerationConfig.of(-1, 0)).hasMessageContaining("-1 new elements");
  }

  private static Generation generate(int streams, int capacity, GenerationConfig config) {
    Tensor given = Tensor.of(new int[] {1, 2}, 1, 2);
    return new Generator(new HistoryDecoder(streams, capacity), sampler()).generate(given, config);
  }

  private static Sampler sampler() {
    return new CategoricalSampler(CLASSES, List.of());
  }

  /** Logits that hang on everything seen and on its order. */
  private static float[] logits(List<Integer> seen) {
    long hash = 1;
    for (int element : seen) {
      hash = CounterRandom.key(hash, element);
    }
    float[] logits = new float[CLASSES];
    for (int k = 0; k < CLASSES; k++) {
      logits[k] = (CounterRandom.bits(hash, k) >>> 40) / (float) (1 << 22);
    }
    return logits;
  }

  private static final class HistoryDecoder implements Decoder {
    private final List<List<Integer>> seen = new ArrayList<>();
    private final int capacity;

    HistoryDecoder(int streams, int capacity) {
      for (int s = 0; s < streams; s++) {
        seen.add(new ArrayList<>());
      }
      this.capacity = capacity;
    }

    @Override
    public int streams() {
      return seen.size();
    }

    @Override
    public int position(int stream) {
      return seen.get(stream).size();
    }

    @Override
    public int capacity() {
      return capacity;
    }

    @Override
    public void reset(int stream) {
      seen.get(stream).clear();
    }

    @Override
    public void fork(int from, int to) {
      seen.set(to, new ArrayList<>(seen.get(from)));
    }

    @Override
    public void feed(Tensor elements) {
      assertThat(position(0)).isLessThan(capacity);
      for (int s = 0; s < streams(); s++) {
        seen.get(s).add(elements.getInt(s));
      }
    }

    @Override
    public Tensor conditional() {
      Tensor rows = Tensor.zeros(DType.FLOAT32, streams(), CLASSES);
      for (int s = 0; s < streams(); s++) {
        rows.slice(s, s + 1).copyFrom(Tensor.of(logits(seen.get(s)), 1, CLASSES));
      }
      return rows;
    }
  }

  /** Uniform from 0 to the only parameter. */
  private static final Sampler UNIFORM =
      Sampler.of(row -> new QuantileSpline(new double[] {0, 1}, new double[] {0, row[0]}));

  /** The parameter is one plus the sum of all numbers fed. */
  private static final class SumDecoder implements Decoder {
    private double sum = 1;
    private int position;

    @Override
    public int streams() {
      return 1;
    }

    @Override
    public int position(int stream) {
      return position;
    }

    @Override
    public int capacity() {
      return Integer.MAX_VALUE;
    }

    @Override
    public void reset(int stream) {
      sum = 1;
      position = 0;
    }

    @Override
    public void fork(int from, int to) {
      assertThat(to).isEqualTo(from);
    }

    @Override
    public void feed(Tensor elements) {
      assertThat(elements.shape()).containsExactly(1, 2);
      sum += elements.get(0) + elements.get(1);
      position++;
    }

    @Override
    public Tensor conditional() {
      return Tensor.of(new float[] {(float) sum}, 1, 1);
    }
  }
}
