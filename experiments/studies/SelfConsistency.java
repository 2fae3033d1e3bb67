import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.sampling.GenerationConfig;
import dev.chainrule.core.sampling.SamplingConfig;
import dev.chainrule.plot.Chart;
import dev.chainrule.text.run.TextModel;
import dev.chainrule.text.run.TextSample;
import dev.chainrule.text.run.TextTraining;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Is an answer better if several are drawn? A small GPT learns sums of two numbers below 100; of
 * sums that it has not seen it draws answers, of which the most probable is taken (best of n), or the
 * one that comes most often (self-consistency, Wang et al. 2023).
 */
public final class SelfConsistency {
  private static final int LARGEST = 100;
  private static final int LEARNT = 6000;
  private static final int QUESTIONS = 300;
  private static final int[] COUNTS = {1, 2, 4, 8, 16, 32};

  /** What was drawn for a question. */
  private record Drawn(String right, List<TextSample> answers, String greedy) {}

  public static void main(String[] args) throws Exception {
    if (args.length < 1 || args.length > 3) {
      System.err.println("usage: SelfConsistency OUT [STEPS [SEED]]");
      System.exit(2);
    }
    Path out = Files.createDirectories(Path.of(args[0]));
    long steps = args.length > 1 ? Long.parseLong(args[1]) : 2000;
    long seed = args.length > 2 ? Long.parseLong(args[2]) : 1;
    CounterRandom random = CounterRandom.of(seed);
    Set<Integer> seen = new HashSet<>();
    StringBuilder lines = new StringBuilder();
    while (seen.size() < LEARNT) {
      int code = random.nextInt(LARGEST * LARGEST);
      if (seen.add(code)) {
        lines.append(
            "{\"prompt\": \"%s\", \"answer\": \"%s\"}%n".formatted(question(code), answer(code)));
      }
    }
    Path data = Files.writeString(out.resolve("sums.jsonl"), lines);
    Path folder = Files.createTempDirectory("sums").resolve("model");
    TextTraining training =
        TextTraining.nanoCpu().withSteps(steps).withSeed(seed).withValidationFraction(0.02);
    List<Drawn> drawn = new ArrayList<>();
    try (TextModel model = TextModel.train(data.toString(), training, folder)) {
      while (drawn.size() < QUESTIONS) {
        int code = random.nextInt(LARGEST * LARGEST);
        if (seen.add(code)) {
          drawn.add(answers(model, code, drawn.size()));
        }
      }
    }
    table(out, drawn);
  }

  private static String question(int code) {
    return "%d+%d=".formatted(code / LARGEST, code % LARGEST);
  }

  private static String answer(int code) {
    return Integer.toString(code / LARGEST + code % LARGEST);
  }

  private static Drawn answers(TextModel model, int code, int number) {
    int most = COUNTS[COUNTS.length - 1];
    int[] prompt = model.begun(question(code));
    GenerationConfig config = GenerationConfig.of(5, 1).withFirstStream((long) number * most);
    TextSample greedy =
        model.samples(prompt, 1, SamplingConfig.greedy(), GenerationConfig.of(5, 1)).getFirst();
    return new Drawn(
        answer(code), model.samples(prompt, most, SamplingConfig.of(1), config), greedy.text());
  }

  private static void table(Path out, List<Drawn> drawn) throws Exception {
    StudyTable table =
        new StudyTable(
            out, "self-consistency", "answers", "one, %", "most probable, %", "most frequent, %", "any, %");
    List<Double> counts = new ArrayList<>();
    for (int count : COUNTS) {
      double one = 0;
      double probable = 0;
      double frequent = 0;
      double any = 0;
      for (Drawn each : drawn) {
        List<TextSample> some = each.answers().subList(0, count);
        long right = some.stream().filter(s -> s.text().equals(each.right())).count();
        one += (double) right / count;
        probable += best(some).equals(each.right()) ? 1 : 0;
        frequent += mostFrequent(some).equals(each.right()) ? 1 : 0;
        any += right > 0 ? 1 : 0;
      }
      double percent = 100.0 / drawn.size();
      counts.add((double) count);
      table.add(count, percent * one, percent * probable, percent * frequent, percent * any);
    }
    table.finish();
    long greedy = drawn.stream().filter(each -> each.greedy().equals(each.right())).count();
    System.out.printf("greedy: %.1f %%%n", 100.0 * greedy / drawn.size());
    List<Chart.Mark> lines = new ArrayList<>();
    int colour = 0;
    for (String way : List.of("one, %", "most probable, %", "most frequent, %", "any, %")) {
      lines.add(
          new Chart.Line(
              way.replace(", %", ""), colour++, Chart.Style.PLAIN, counts, table.numbers(way)));
    }
    table.figure(
        "self-consistency",
        new Chart(
            "Sums that are right",
            Chart.Axis.of("answers drawn").log(),
            Chart.Axis.of("%"),
            lines));
  }

  private static String best(List<TextSample> answers) {
    TextSample best = answers.getFirst();
    for (TextSample answer : answers) {
      best = answer.logProb() > best.logProb() ? answer : best;
    }
    return best.text();
  }

  /** The first of several. */
  private static String mostFrequent(List<TextSample> answers) {
    Map<String, Integer> counts = new HashMap<>();
    answers.forEach(answer -> counts.merge(answer.text(), 1, Integer::sum));
    String best = answers.getFirst().text();
    for (TextSample answer : answers) {
      best = counts.get(answer.text()) > counts.get(best) ? answer.text() : best;
    }
    return best;
  }
}
