import dev.chainrule.core.sampling.GenerationConfig;
import dev.chainrule.core.sampling.SamplingConfig;
import dev.chainrule.plot.Chart;
import dev.chainrule.text.run.Speculation;
import dev.chainrule.text.run.TextModel;
import dev.chainrule.text.speculation.Acceptance;
import dev.chainrule.text.speculation.GuessBounds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How often what drafts guess is what a model then draws: by temperature, by how many tokens are
 * guessed at once, and by what the draft learnt. What is drawn is always the same.
 */
public final class Drafts {
  private static final int TOKENS = 1500;
  private static final double[] TEMPERATURES = {0, 0.7, 1};
  private static final int[] DEPTHS = {1, 2, 4, 8};

  public static void main(String[] args) throws Exception {
    if (args.length < 3) {
      System.err.println("usage: Drafts OUT MODEL DRAFT...");
      System.exit(2);
    }
    StudyTable table =
        new StudyTable(
            Path.of(args[0]), "drafts", "draft", "temperature", "guesses", "came true, %", "tokens a step");
    Map<String, Speculation> drafts = new LinkedHashMap<>();
    drafts.put("look-up", Speculation.lookup());
    for (int i = 2; i < args.length; i++) {
      Path path = Path.of(args[i]);
      drafts.put(path.getFileName().toString(), Speculation.model(TextModel.open(path)));
    }
    try (TextModel model = TextModel.open(Path.of(args[1]))) {
      int[] prompt = model.begun("\n");
      for (double temperature : TEMPERATURES) {
        SamplingConfig sampling = SamplingConfig.of(1).withTemperature(temperature);
        GenerationConfig config = GenerationConfig.of(TOKENS, 1);
        List<Integer> plain = model.samples(prompt, 1, sampling, config).getFirst().ids();
        drafts.forEach(
            (name, draft) -> {
              for (int depth : DEPTHS) {
                Acceptance[] found = new Acceptance[1];
                Speculation guesses =
                    draft.within(new GuessBounds(depth, depth)).withReport(all -> found[0] = all);
                List<Integer> drawn =
                    model.withSpeculation(guesses).samples(prompt, 1, sampling, config).getFirst().ids();
                if (!drawn.equals(plain)) {
                  throw new IllegalStateException(name + " changed what is drawn");
                }
                double steps = (double) found[0].tokens() / found[0].steps();
                table.add(name, temperature, depth, 100 * found[0].share(), steps);
              }
            });
      }
    }
    table.finish();
    List<Chart.Mark> lines = new ArrayList<>();
    List<Double> depths = List.of(1.0, 2.0, 4.0, 8.0);
    int colour = 0;
    for (String name : drafts.keySet()) {
      List<Double> steps = table.numbers("tokens a step", name, 0.7);
      lines.add(new Chart.Line(name, colour++, Chart.Style.PLAIN, depths, steps));
    }
    table.figure(
        "drafts",
        new Chart(
            "Tokens a step of the model, at temperature 0.7",
            Chart.Axis.of("tokens guessed at once"),
            Chart.Axis.of("tokens a step"),
            lines));
  }
}
