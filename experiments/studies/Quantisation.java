import dev.chainrule.core.gguf.FileType;
import dev.chainrule.core.gguf.Rounding;
import dev.chainrule.core.sampling.SamplingConfig;
import dev.chainrule.plot.Chart;
import dev.chainrule.text.run.TextExport;
import dev.chainrule.text.run.TextModel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What fewer bits a weight cost in bits a byte of text. Texts are what the model itself writes in
 * float32: there no other weights can be better in the long run, and what they are worse is an
 * estimate of the divergence from the model.
 */
public final class Quantisation {
  private static final int TOKENS = 250;

  private static final List<FileType> FORMATS =
      List.of(
          FileType.F32,
          FileType.F16,
          FileType.Q8_0,
          FileType.Q5_1,
          FileType.Q5_0,
          FileType.Q4_1,
          FileType.Q4_0);

  public static void main(String[] args) throws Exception {
    if (args.length < 3 || args.length > 4) {
      System.err.println("usage: Quantisation MODEL TOKENIZER OUT [TEXTS]");
      System.exit(2);
    }
    int count = args.length > 3 ? Integer.parseInt(args[3]) : 100;
    StudyTable table =
        new StudyTable(
            Path.of(args[2]),
            "quantisation",
            "format",
            "bits/weight",
            "bits/byte",
            "more",
            "error of it");
    Path folder = Files.createTempDirectory("quantisation");
    try (TextModel model = TextModel.open(Path.of(args[0]), Path.of(args[1]))) {
      List<String> texts = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        String prompt = "Once upon a time";
        texts.add(prompt + model.sample(prompt, TOKENS, SamplingConfig.of(i + 1)));
      }
      double[] base = bits(model, texts);
      for (FileType format : FORMATS) {
        Path file = folder.resolve(format.option() + ".gguf");
        double size =
            TextExport.gguf(model, Rounding.to(format).withPure(true))
                .write(file, 1, b -> {})
                .bitsPerElement();
        try (TextModel rounded = TextModel.open(file)) {
          double[] bits = bits(rounded, texts);
          double[] more = new double[count];
          for (int i = 0; i < count; i++) {
            more[i] = bits[i] - base[i];
          }
          table.add(format.option(), size, mean(bits), mean(more), error(more));
        }
      }
    }
    table.finish();
    table.figure(
        "quantisation",
        new Chart(
            "What fewer bits a weight cost",
            Chart.Axis.of("bits a weight"),
            Chart.Axis.of("bits a byte of text more").log(),
            List.of(
                new Chart.Dots(
                    "float16, q8_0, q5_1, q5_0, q4_1, q4_0",
                    0,
                    table.numbers("bits/weight"),
                    table.numbers("more")))));
  }

  /** Bits a byte of each text. */
  private static double[] bits(TextModel model, List<String> texts) {
    double[] bits = new double[texts.size()];
    for (int i = 0; i < bits.length; i++) {
      double nats = 0;
      for (double logProb : model.score(texts.get(i))) {
        nats -= logProb;
      }
      int bytes = texts.get(i).getBytes(StandardCharsets.UTF_8).length;
      bits[i] = nats / Math.log(2) / bytes;
    }
    return bits;
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  /** Of the mean: the deviation between texts over the root of their number. */
  private static double error(double[] values) {
    double mean = mean(values);
    double sum = 0;
    for (double value : values) {
      sum += (value - mean) * (value - mean);
    }
    return Math.sqrt(sum / (values.length - 1) / values.length);
  }
}
