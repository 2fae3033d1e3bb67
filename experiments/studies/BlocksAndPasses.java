import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.data.DataFolders;
import dev.chainrule.core.data.PublicFile;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.model.AutoregressiveModel;
import dev.chainrule.core.model.Batch;
import dev.chainrule.core.optim.AdamW;
import dev.chainrule.core.optim.LearningRateSchedule;
import dev.chainrule.core.train.BatchSource;
import dev.chainrule.core.train.Evaluator;
import dev.chainrule.core.train.TrainConfig;
import dev.chainrule.core.train.Trainer;
import dev.chainrule.plot.Chart;
import dev.chainrule.text.gpt.Gpt;
import dev.chainrule.text.gpt.GptConfig;
import dev.chainrule.text.model.TokenBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Characters one after the other, in blocks, or all at once? One convolutional network learns texts
 * of 64 characters in blocks of B, each block given those before it and by way of masking (block
 * diffusion, Arriola et al. 2025): with B = 1 it is autoregressive, with B = 64 a masked diffusion
 * (MDLM, Sahoo et al. 2024). All get the same multiply-adds to learn from, and draw texts in as
 * many passes as they are told. What is drawn is judged by a larger autoregressive network of
 * another kind, and by how well real text can be told from it.
 */
public final class BlocksAndPasses {
  private static final int LENGTH = BlockDiffusion.LENGTH;
  private static final int BLOCK = 8;
  private static final int BATCH = 32;
  private static final int SAMPLES = 256;
  private static final int HELD_OUT = 2048;

  /** The best of 0.001, 0.002 and 0.004 after 400 steps, for blocks of 1, 8 and 64 alike. */
  private static final double RATE = 0.004;

  /** The judge's seed, of which the networks have others. */
  private static final long JUDGE = 3;

  private static final String REAL = "real text";
  private static final String ONE = "one by one";
  private static final String UNKEPT = ONE + ", nothing kept";
  private static final List<String> FAMILIES = List.of(ONE, UNKEPT, "masked", "learnt in blocks");
  private static final String ADDS = "million multiply-adds";
  private static final String PASSES = "passes in a row";

  /** The text as numbers, the last tenth kept from training. */
  private record Text(List<Character> alphabet, int[] training, int[] heldOut) {
    /** What stands for a masked character, and before the first. */
    int nothing() {
      return alphabet.size();
    }

    static Text read() throws IOException {
      Path file = DataFolders.ofEnvironment().fetch(PublicFile.TINY_SHAKESPEARE, (done, all) -> {});
      String text = Files.readString(file);
      List<Character> alphabet = text.chars().distinct().sorted().mapToObj(c -> (char) c).toList();
      int[] ids = text.chars().map(c -> Collections.binarySearch(alphabet, (char) c)).toArray();
      int split = ids.length * 9 / 10;
      return new Text(
          alphabet, Arrays.copyOf(ids, split), Arrays.copyOfRange(ids, split, ids.length));
    }

    static int[][] windows(int[] of, int count, CounterRandom random) {
      return IntStream.range(0, count)
          .map(i -> random.nextInt(of.length - LENGTH))
          .mapToObj(from -> Arrays.copyOfRange(of, from, from + LENGTH))
          .toArray(int[][]::new);
    }

    /** Windows that do not overlap, as what is drawn does not, from all over a text. */
    static int[][] apart(int[] of, int count, int first) {
      int step = of.length / count;
      return IntStream.range(0, count)
          .map(i -> (i * step + first) % (of.length - LENGTH))
          .mapToObj(from -> Arrays.copyOfRange(of, from, from + LENGTH))
          .toArray(int[][]::new);
    }

    String shown(int[] ids) {
      StringBuilder shown = new StringBuilder();
      for (int id : ids) {
        shown.append(alphabet.get(id) == '\n' ? '/' : (char) alphabet.get(id));
      }
      return shown.toString();
    }
  }

  private static <B extends Batch> void train(
      AutoregressiveModel<B> model,
      Engine engine,
      long steps,
      double rate,
      long seed,
      BatchSource<B> batches)
      throws IOException {
    model.parameters().allocate(DType.FLOAT32, seed);
    long never = Long.MAX_VALUE;
    TrainConfig config =
        new TrainConfig(
            seed,
            TrainConfig.Limits.steps(steps),
            new TrainConfig.Cadence(never, never, never),
            1,
            8,
            1,
            0);
    Trainer.Result result =
        new Trainer<B>(
                model,
                config,
                new AdamW(AdamW.Config.defaults()),
                LearningRateSchedule.warmupCosine(rate, rate / 10, Math.max(1, steps / 20), steps),
                engine,
                List.of())
            .run(batches, List.of(), Trainer.Progress.start(), (at, best) -> {}, () -> false);
    System.err.println(result);
  }

  /**
   * The network of blocks of this size, from as many multiply-adds as the others; says its bits.
   */
  private static BlockDiffusion learnt(int block, Text text, Engine engine, long steps, long seed)
      throws IOException {
    BlockDiffusion network = new BlockDiffusion(block, text.nothing());
    long afforded =
        Math.round(steps * new BlockDiffusion(1, text.nothing()).learning() / network.learning());
    train(
        network,
        engine,
        afforded,
        RATE,
        seed,
        step -> {
          CounterRandom random = CounterRandom.of(seed, step);
          int[][] windows = Text.windows(text.training, BATCH, random);
          return BlockDiffusion.Noised.of(windows, block, text.nothing(), random);
        });
    int[][] heldOut = Text.windows(text.heldOut, HELD_OUT, CounterRandom.of(0));
    double bits =
        new Evaluator<>(network, engine, 8)
            .evaluate(
                List.of(
                    BlockDiffusion.Noised.of(heldOut, block, text.nothing(), CounterRandom.of(0))))
            .bitsPerElement();
    System.out.printf(
        "seed %d, blocks of %d: %d weights, %d steps, %s %.4f bits a character%n",
        seed,
        block,
        network.parameters.count(),
        afforded,
        block == 1 ? "exactly" : "at most",
        bits);
    return network;
  }

  /** A larger network of another kind, to judge by. */
  private static Evaluator<TokenBatch> judge(Text text, Engine engine, long steps)
      throws IOException {
    Gpt gpt = new Gpt(GptConfig.nanoCpu(text.nothing() + 1));
    train(
        gpt,
        engine,
        steps,
        RATE / 4,
        JUDGE,
        step -> begun(Text.windows(text.training, BATCH, CounterRandom.of(JUDGE, step)), text));
    return new Evaluator<>(gpt, engine, 8);
  }

  private static TokenBatch begun(int[][] texts, Text text) {
    Tensor ids = Tensor.zeros(DType.INT32, texts.length, LENGTH + 1);
    for (int i = 0; i < ids.size(); i++) {
      int t = i % (LENGTH + 1);
      ids.set(i, t == 0 ? text.nothing() : texts[i / (LENGTH + 1)][t - 1]);
    }
    return new TokenBatch(ids);
  }

  /** All ways of the three networks. */
  private static List<BlockDrawing> ways(
      BlockDiffusion one, BlockDiffusion blocks, BlockDiffusion all) {
    List<BlockDrawing> ways = new ArrayList<>();
    for (double temperature : new double[] {1, 0.8, 0.6}) {
      String name = temperature == 1 ? ONE : ONE + ", temperature " + temperature;
      ways.add(new BlockDrawing(name, one, 1, 1, BlockDrawing.Order.RANDOM, temperature));
    }
    ways.add(new BlockDrawing("masked, all at once", all, LENGTH, 1, BlockDrawing.Order.RANDOM, 1));
    for (BlockDrawing.Order order : BlockDrawing.Order.values()) {
      for (int passes = 2; passes <= LENGTH; passes *= 2) {
        ways.add(new BlockDrawing("masked, " + order.said, all, LENGTH, passes, order, 1));
      }
    }
    for (int passes = 1; passes <= BLOCK; passes *= 2) {
      ways.add(
          new BlockDrawing(
              "masked, block by block", all, BLOCK, passes, BlockDrawing.Order.RANDOM, 1));
    }
    for (BlockDrawing.Order order :
        List.of(BlockDrawing.Order.RANDOM, BlockDrawing.Order.CONFIDENT)) {
      for (int passes = 1; passes <= BLOCK; passes *= 2) {
        ways.add(
            new BlockDrawing("learnt in blocks, " + order.said, blocks, BLOCK, passes, order, 1));
      }
    }
    return ways;
  }

  /**
   * What was found of texts.
   *
   * @param judged bits a character, to the judge
   * @param different share of 4-grams of characters that are no repetition
   * @param real bits a character of real text, to one who knows only how often characters follow
   *     each other in these texts
   */
  private record Found(double judged, double different, double real) {
    static Found of(int[][] texts, Text text, Evaluator<TokenBatch> judge, int[][] heldOut) {
      Set<List<Integer>> grams = new HashSet<>();
      int all = 0;
      for (int[] ids : texts) {
        for (int t = 0; t + 4 <= LENGTH; t++, all++) {
          grams.add(List.of(ids[t], ids[t + 1], ids[t + 2], ids[t + 3]));
        }
      }
      double judged = judge.evaluate(List.of(begun(texts, text))).bitsPerElement();
      return new Found(
          judged, (double) grams.size() / all, new Trigrams(texts, text).bits(heldOut));
    }
  }

  /** Counts of characters after none to two others, interpolated (Witten and Bell 1991). */
  private static final class Trigrams {
    final int vocabulary;
    final Map<List<Integer>, int[]> counts = new HashMap<>();

    Trigrams(int[][] texts, Text text) {
      vocabulary = text.nothing();
      for (int[] ids : texts) {
        for (int t = 0; t < LENGTH; t++) {
          for (int order = 0; order <= Math.min(t, 2); order++) {
            counts.computeIfAbsent(before(ids, t, order), k -> new int[vocabulary])[ids[t]]++;
          }
        }
      }
    }

    static List<Integer> before(int[] ids, int t, int order) {
      return Arrays.stream(ids, t - order, t).boxed().toList();
    }

    double bits(int[][] texts) {
      double nats = 0;
      for (int[] ids : texts) {
        for (int t = 0; t < LENGTH; t++) {
          double p = 1.0 / vocabulary;
          for (int order = 0; order <= Math.min(t, 2); order++) {
            int[] seen = counts.get(before(ids, t, order));
            if (seen != null) {
              double kinds = Arrays.stream(seen).filter(n -> n > 0).count();
              p = (seen[ids[t]] + kinds * p) / (Arrays.stream(seen).sum() + kinds);
            }
          }
          nats -= Math.log(p);
        }
      }
      return nats / Math.log(2) / texts.length / LENGTH;
    }
  }

  /** A way, what it costs, and what was found of its texts: the mean of two seeds. */
  private record Outcome(String name, int passes, double adds, Found found, double differ) {
    static Outcome of(String name, int passes, double adds, Found a, Found b) {
      Found mean =
          new Found(
              (a.judged + b.judged) / 2, (a.different + b.different) / 2, (a.real + b.real) / 2);
      return new Outcome(name, passes, adds, mean, Math.abs(a.judged - b.judged));
    }

    String shown() {
      return "%.3f (%s, %d passes)".formatted(found.real, name, passes);
    }
  }

  public static void main(String[] args) throws Exception {
    if (args.length < 1 || args.length > 2) {
      System.err.println("usage: BlocksAndPasses OUT [STEPS]");
      System.exit(2);
    }
    Path out = Path.of(args[0]);
    long steps = args.length > 1 ? Long.parseLong(args[1]) : 1600;
    List<Outcome> outcomes;
    try (Engine engine = Compute.automatic().open()) {
      outcomes = outcomes(engine, steps);
    }
    report(out, outcomes);
  }

  private static void report(Path out, List<Outcome> outcomes) throws IOException {
    StudyTable table =
        new StudyTable(
            out,
            "blocks-and-passes",
            "way",
            PASSES,
            ADDS,
            "bits, judged",
            "seeds differ by",
            "different 4-grams, %",
            "real text, bits");
    for (Outcome each : outcomes) {
      Found found = each.found;
      table.add(
          each.name,
          each.passes,
          each.adds,
          found.judged,
          each.differ,
          100 * found.different,
          found.real);
    }
    table.finish();
    equal(
        new StudyTable(out, "blocks-and-passes-equal-adds", families(ADDS)),
        outcomes,
        Outcome::adds,
        24);
    equal(
        new StudyTable(out, "blocks-and-passes-equal-passes", families(PASSES)),
        outcomes,
        Outcome::passes,
        1);
    figures(table);
  }

  private static List<Outcome> outcomes(Engine engine, long steps) throws IOException {
    Text text = Text.read();
    Evaluator<TokenBatch> judge = judge(text, engine, steps * 5 / 4);
    int half = text.heldOut.length / 2;
    int[][] real =
        Text.windows(Arrays.copyOf(text.heldOut, half), HELD_OUT, CounterRandom.of(JUDGE));
    int[] other = Arrays.copyOfRange(text.heldOut, half, text.heldOut.length);
    List<Outcome> outcomes = new ArrayList<>(controls(other, text, judge, real));
    List<BlockDrawing> ways = List.of();
    List<Found> found = new ArrayList<>();
    for (long seed = 1; seed <= 2; seed++) {
      ways =
          ways(
              learnt(1, text, engine, steps, seed),
              learnt(BLOCK, text, engine, steps, seed),
              learnt(LENGTH, text, engine, steps, seed));
      for (BlockDrawing way : ways) {
        int[][] drawn = way.draw(engine, SAMPLES, seed);
        found.add(Found.of(drawn, text, judge, real));
        System.err.printf(
            "%s, %d passes: %s%n%s%n",
            way.name(), way.inARow(), found.getLast(), text.shown(drawn[0]));
      }
    }
    for (int i = 0; i < ways.size(); i++) {
      BlockDrawing way = ways.get(i);
      double adds = way.multiplyAdds() / 1e6;
      Found first = found.get(i);
      Found second = found.get(i + ways.size());
      outcomes.add(Outcome.of(way.name(), way.inARow(), adds, first, second));
      if (way.name().equals(ONE)) {
        // Without caches the n-th pass is over n characters.
        outcomes.add(Outcome.of(UNKEPT, LENGTH, adds * (LENGTH + 1) / 2, first, second));
      }
    }
    return outcomes;
  }

  /** Real text, and what the measures must find amiss. */
  private static List<Outcome> controls(
      int[] other, Text text, Evaluator<TokenBatch> judge, int[][] real) {
    List<Found> as = new ArrayList<>();
    List<Found> shuffled = new ArrayList<>();
    List<Found> again = new ArrayList<>();
    for (long seed = 1; seed <= 2; seed++) {
      CounterRandom random = CounterRandom.of(seed);
      int[][] texts = Text.apart(other, SAMPLES, (int) seed * LENGTH);
      as.add(Found.of(texts, text, judge, real));
      int[][] one = new int[SAMPLES][];
      Arrays.fill(one, texts[0]);
      again.add(Found.of(one, text, judge, real));
      for (int[] ids : texts) {
        BlockDiffusion.shuffle(ids, random);
      }
      shuffled.add(Found.of(texts, text, judge, real));
    }
    return List.of(
        Outcome.of(REAL, 0, 0, as.get(0), as.get(1)),
        Outcome.of("real text, shuffled", 0, 0, shuffled.get(0), shuffled.get(1)),
        Outcome.of("one real text again and again", 0, 0, again.get(0), again.get(1)));
  }

  private static String[] families(String cost) {
    return Stream.concat(Stream.of(cost + ", at most"), FAMILIES.stream()).toArray(String[]::new);
  }

  /** Of each family, what comes nearest to real text of all that costs no more. */
  private static void equal(
      StudyTable table, List<Outcome> outcomes, ToDoubleFunction<Outcome> cost, int least)
      throws IOException {
    for (int most = least; most <= LENGTH * least; most *= 2) {
      int limit = most;
      List<Object> cells = new ArrayList<>(List.of(most));
      for (String family : FAMILIES) {
        cells.add(
            outcomes.stream()
                .filter(o -> family.equals(ONE) ? o.name.equals(ONE) : o.name.startsWith(family))
                .filter(o -> cost.applyAsDouble(o) <= limit)
                .min(Comparator.comparingDouble(o -> o.found.real))
                .map(Outcome::shown)
                .orElse(""));
      }
      table.add(cells.toArray());
    }
    table.finish();
  }

  private static void figures(StudyTable table) throws IOException {
    List<String> lines =
        List.of(
            "masked, at random",
            "masked, the surest",
            "masked, the surest, refined",
            "masked, block by block",
            "learnt in blocks, at random",
            "learnt in blocks, the surest");
    double real = table.numbers("bits, judged", REAL).getFirst();
    List<Chart.Mark> cost = new ArrayList<>();
    List<Chart.Mark> diversity = new ArrayList<>();
    cost.add(
        new Chart.Line(
            REAL, Chart.INK, Chart.Style.DASHED, List.of(20.0, 1600.0), List.of(real, real)));
    diversity.add(
        new Chart.Dots(
            REAL, Chart.INK, List.of(real), table.numbers("different 4-grams, %", REAL)));
    for (String name : lines) {
      Chart.Style style = name.startsWith("masked") ? Chart.Style.PLAIN : Chart.Style.DASHED;
      int colour = 1 + lines.indexOf(name);
      List<Double> judged = table.numbers("bits, judged", name);
      cost.add(new Chart.Line(name, colour, style, table.numbers(ADDS, name), judged));
      diversity.add(
          new Chart.Line(name, colour, style, judged, table.numbers("different 4-grams, %", name)));
    }
    for (String name : List.of(ONE, UNKEPT)) {
      cost.add(
          new Chart.Dots(name, 0, table.numbers(ADDS, name), table.numbers("bits, judged", name)));
    }
    List<Double> judged = new ArrayList<>();
    List<Double> different = new ArrayList<>();
    for (String name : List.of(ONE, ONE + ", temperature 0.8", ONE + ", temperature 0.6")) {
      judged.addAll(table.numbers("bits, judged", name));
      different.addAll(table.numbers("different 4-grams, %", name));
    }
    diversity.add(
        new Chart.Line(ONE + ", at three temperatures", 0, Chart.Style.PLAIN, judged, different));
    table.figure(
        "blocks-and-passes",
        new Chart(
            "What a text costs and is worth",
            Chart.Axis.of(ADDS + " a text").log(),
            Chart.Axis.of("bits a character, to the judge"),
            cost));
    table.figure(
        "blocks-and-passes-diversity",
        new Chart(
            "Probable or diverse",
            Chart.Axis.of("bits a character, to the judge"),
            Chart.Axis.of("different 4-grams, %"),
            diversity));
  }
}
