import dev.chainrule.core.sampling.GenerationConfig;
import dev.chainrule.core.sampling.SamplingConfig;
import dev.chainrule.plot.Chart;
import dev.chainrule.text.run.TextModel;
import dev.chainrule.text.run.TextSample;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How much worse a model gets on what it wrote itself. The truth is a model too, so that its
 * distribution is known at every place: at each the divergence of the student from it is computed, on
 * texts that the truth wrote, as in training, and on texts that the student wrote, as in use.
 */
public final class ExposureBias {
  private static final int TEXTS = 400;
  private static final int BINS = 8;

  public static void main(String[] args) throws Exception {
    if (args.length < 3) {
      System.err.println("usage: ExposureBias OUT TRUTH STUDENT...");
      System.exit(2);
    }
    StudyTable table =
        new StudyTable(
            Path.of(args[0]),
            "exposure-bias",
            "student",
            "tokens",
            "on the truth's texts, nats",
            "on its own, nats",
            "own / truth's");
    List<Chart.Mark> lines = new ArrayList<>();
    try (TextModel truth = TextModel.open(Path.of(args[1]))) {
      int length = truth.network().contextLength();
      for (int i = 2; i < args.length; i++) {
        Path path = Path.of(args[i]);
        String name = path.getFileName().toString();
        try (TextModel student = TextModel.open(path)) {
          double[] given = divergences(truth, student, truth, length);
          double[] own = divergences(truth, student, student, length);
          List<Double> places = new ArrayList<>();
          int bin = length / BINS;
          for (int b = 0; b < BINS; b++) {
            double g = mean(given, b * bin, (b + 1) * bin);
            double o = mean(own, b * bin, (b + 1) * bin);
            places.add((b + 0.5) * bin);
            table.add(name, "%d to %d".formatted(b * bin + 1, (b + 1) * bin), g, o, o / g);
          }
          int colour = i - 2;
          lines.add(
              new Chart.Line(
                  name + ", the truth's texts",
                  colour,
                  Chart.Style.DASHED,
                  places,
                  table.numbers("on the truth's texts, nats", name)));
          lines.add(
              new Chart.Line(
                  name + ", its own",
                  colour,
                  Chart.Style.PLAIN,
                  places,
                  table.numbers("on its own, nats", name)));
        }
      }
    }
    table.finish();
    table.figure(
        "exposure-bias",
        new Chart(
            "Divergence from the truth by place",
            Chart.Axis.of("tokens before"),
            Chart.Axis.of("nats"),
            lines));
  }

  /** Of the student from the truth after 1 to {@code length} tokens, mean over texts of a writer. */
  private static double[] divergences(
      TextModel truth, TextModel student, TextModel writer, int length) throws Exception {
    int[] first = writer.begun("\n");
    double[] sums = new double[length];
    for (int from = 0; from < TEXTS; from += 50) {
      GenerationConfig config = GenerationConfig.of(length - 1, 1).withFirstStream(from);
      for (TextSample text : writer.samples(first, 50, SamplingConfig.of(1), config)) {
        int[] ids = new int[length];
        ids[0] = first[0];
        for (int t = 1; t < length; t++) {
          ids[t] = text.ids().get(t - 1);
        }
        float[][] p = truth.logits(ids).toFloatMatrix();
        float[][] q = student.logits(ids).toFloatMatrix();
        for (int t = 0; t < length; t++) {
          sums[t] += divergence(p[t], q[t]);
        }
      }
    }
    return Arrays.stream(sums).map(sum -> sum / TEXTS).toArray();
  }

  private static double divergence(float[] p, float[] q) {
    double sumP = logSumExp(p);
    double sumQ = logSumExp(q);
    double sum = 0;
    for (int v = 0; v < p.length; v++) {
      double logP = p[v] - sumP;
      sum += Math.exp(logP) * (logP - (q[v] - sumQ));
    }
    return sum;
  }

  private static double logSumExp(float[] x) {
    double max = Float.NEGATIVE_INFINITY;
    for (float each : x) {
      max = Math.max(max, each);
    }
    double sum = 0;
    for (float each : x) {
      sum += Math.exp(each - max);
    }
    return max + Math.log(sum);
  }

  private static double mean(double[] values, int from, int to) {
    return Arrays.stream(values, from, to).average().orElseThrow();
  }
}
