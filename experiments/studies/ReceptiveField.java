import dev.chainrule.experiments.experiment.RunFolder;
import dev.chainrule.plot.Chart;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Draws what receptive-field.yaml measured: bits a sample by the samples that the network hears. */
public final class ReceptiveField {
  public static void main(String[] args) throws Exception {
    if (args.length != 2) {
      System.err.println("usage: ReceptiveField EXPERIMENT OUT");
      System.exit(2);
    }
    StudyTable table =
        new StudyTable(
            Path.of(args[1]), "receptive-field", "stacks", "layers", "field", "parameters", "seed", "bits");
    double linear = 0;
    for (RunFolder run : RunFolder.all(Path.of(args[0]))) {
      int stacks = Integer.parseInt(run.varied().get("model.stacks"));
      int layers = Integer.parseInt(run.varied().get("model.layers"));
      Map<String, Double> found = run.result().metrics();
      linear = found.get("linear_prediction_bits_per_dim");
      table.add(
          stacks,
          layers,
          stacks * ((1 << layers) - 1) + 1,
          found.get("parameters").intValue(),
          (int) run.seed(),
          found.get("evaluation_bits_per_dim"));
    }
    table.finish();
    List<Chart.Mark> marks = new ArrayList<>();
    for (int stacks = 1; stacks <= 2; stacks++) {
      Map<Double, List<Double>> byField = new LinkedHashMap<>();
      List<Double> fields = table.numbers("field", stacks);
      List<Double> bits = table.numbers("bits", stacks);
      for (int i = 0; i < fields.size(); i++) {
        byField.computeIfAbsent(fields.get(i), f -> new ArrayList<>()).add(bits.get(i));
      }
      List<Double> sorted = byField.keySet().stream().sorted().toList();
      String name = stacks == 1 ? "1 stack" : "2 stacks";
      marks.add(
          new Chart.Line(
              name + ", mean of seeds",
              stacks - 1,
              Chart.Style.PLAIN,
              sorted,
              sorted.stream().map(f -> StudyTable.mean(byField.get(f))).toList()));
      marks.add(new Chart.Dots("", stacks - 1, fields, bits));
    }
    marks.add(
        new Chart.Line(
            "linear prediction of order 16",
            Chart.INK,
            Chart.Style.DASHED,
            List.of(3.0, 600.0),
            List.of(linear, linear)));
    table.figure(
        "receptive-field",
        new Chart(
            "WaveNet on spoken digits: what hearing further back is worth",
            Chart.Axis.of("receptive field, samples of 1/8000 s").log(),
            Chart.Axis.of("bits a sample"),
            marks));
  }
}
