import dev.chainrule.core.sampling.SamplingConfig;
import dev.chainrule.plot.Chart;
import dev.chainrule.text.run.TextModel;
import dev.chainrule.text.run.TextSample;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Temperature, top-k and top-p: what they give in quality and take in diversity. A model writes
 * stories, and says how probable it finds them without any of that.
 */
public final class SamplingChoices {
  private static final String PROMPT = "Once upon a time";
  private static final int TOKENS = 200;

  public static void main(String[] args) throws Exception {
    if (args.length < 3 || args.length > 4) {
      System.err.println("usage: SamplingChoices MODEL TOKENIZER OUT [TEXTS]");
      System.exit(2);
    }
    int count = args.length > 3 ? Integer.parseInt(args[3]) : 24;
    Path data = Path.of(System.getenv("CHAINRULE_DATA"));
    Set<String> english = new HashSet<>(words(Files.readString(data.resolve("tinyshakespeare.txt"))));
    english.addAll(words(Files.readString(data.resolve("text/wikitext2.valid.txt"))));
    StudyTable table =
        new StudyTable(
            Path.of(args[2]),
            "sampling-choices",
            "kind",
            "setting",
            "nats/token",
            "different 4-grams",
            "repeated within a text",
            "known words");
    try (TextModel model = TextModel.open(Path.of(args[0]), Path.of(args[1]))) {
      for (var entry : choices().entrySet()) {
        SamplingConfig sampling = entry.getValue().apply(SamplingConfig.of(1));
        List<TextSample> drawn = model.samples(PROMPT, TOKENS, count, sampling);
        String[] name = entry.getKey().split(" ", 2);
        table.add(row(name[0], name[1], model, drawn, english));
      }
    }
    table.finish();
    List<Chart.Mark> marks = new ArrayList<>();
    String[] kinds = {"temperature", "top-k", "top-p"};
    for (int k = 0; k < kinds.length; k++) {
      List<Double> x = table.numbers("nats/token", kinds[k]);
      List<Double> y = table.numbers("different 4-grams", kinds[k]);
      marks.add(new Chart.Line(kinds[k], k, Chart.Style.PLAIN, x, y));
      marks.add(new Chart.Dots("", k, x, y));
    }
    table.figure(
        "sampling-choices",
        new Chart(
            "What is drawn: probable or diverse",
            Chart.Axis.of("nats a token, as the model itself has it"),
            Chart.Axis.of("different 4-grams of words, share of all"),
            marks));
  }

  private static Map<String, UnaryOperator<SamplingConfig>> choices() {
    Map<String, UnaryOperator<SamplingConfig>> choices = new LinkedHashMap<>();
    for (double t : new double[] {0, 0.4, 0.7, 1, 1.3}) {
      choices.put("temperature " + t, s -> s.withTemperature(t));
    }
    for (int k : new int[] {2, 5, 20}) {
      choices.put("top-k " + k, s -> s.withTopK(k));
    }
    for (double p : new double[] {0.5, 0.8, 0.95}) {
      choices.put("top-p " + p, s -> s.withTopP(p));
    }
    return choices;
  }

  private static Object[] row(
      String kind, String setting, TextModel model, List<TextSample> drawn, Set<String> english) {
    double nats = 0;
    int tokens = 0;
    int known = 0;
    int all = 0;
    int repeated = 0;
    int places = 0;
    Set<List<String>> grams = new HashSet<>();
    int given = model.begun(PROMPT).length;
    for (TextSample sample : drawn) {
      double[] logProbs = model.score(PROMPT + sample.text());
      for (int i = given - 1; i < logProbs.length; i++) {
        nats -= logProbs[i];
        tokens++;
      }
      List<String> written = words(sample.text());
      for (String word : written) {
        known += english.contains(word) ? 1 : 0;
        all++;
      }
      Set<List<String>> own = new HashSet<>();
      for (int i = 0; i + 4 <= written.size(); i++) {
        List<String> gram = written.subList(i, i + 4);
        grams.add(gram);
        repeated += own.add(gram) ? 0 : 1;
        places++;
      }
    }
    return new Object[] {
      kind,
      setting,
      nats / tokens,
      (double) grams.size() / places,
      (double) repeated / places,
      (double) known / all
    };
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    for (String word : text.toLowerCase(java.util.Locale.ROOT).split("[^a-z']+")) {
      if (!word.isEmpty()) {
        words.add(word);
      }
    }
    return words;
  }
}
