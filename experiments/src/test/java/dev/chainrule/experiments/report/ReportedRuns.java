package dev.chainrule.experiments.report;

import dev.chainrule.core.train.MetricsLog;
import dev.chainrule.plot.Chart;
import dev.chainrule.wavenet.audio.AudioClip;
import dev.chainrule.wavenet.audio.WavWriter;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.ImageIO;

/** Runs and exhibits made up for tests. */
final class ReportedRuns {
  private ReportedRuns() {}

  /** A run that ends at a likelihood of its own. */
  static ReportedRun run(String name, double rate, long seed, List<Path> samples) {
    List<MetricsLog.Line> lines = new ArrayList<>();
    double end = 0;
    for (int step = 10; step <= 100; step += 10) {
      double nll = 1 + Math.exp(-step * rate) + 0.01 * seed;
      lines.add(new MetricsLog.Line(step, nll, 0.5, rate, null, null, step / 10.0));
      if (step % 50 == 0) {
        end = nll + 0.1;
        lines.add(new MetricsLog.Line(step, null, null, null, end, end / Math.log(2), step / 10.0));
      }
    }
    Map<String, String> settings = new TreeMap<>();
    settings.put("schedule.learning_rate", Figures.shown(rate));
    settings.put("schedule.min_learning_rate", Figures.shown(rate / 10));
    settings.put("training.seed", Long.toString(seed));
    settings.put("batch_size", "12");
    return new ReportedRun(
        name,
        Path.of(name),
        "",
        "text.gpt",
        seed,
        Map.of(),
        settings,
        lines,
        Map.of("validation_nll", end, "steps", 100.0),
        Map.of("jdk", "25 <\"&'>"),
        null,
        samples,
        "done");
  }

  /** The same with other figures. */
  static ReportedRun measured(ReportedRun run, Map<String, Double> figures) {
    return new ReportedRun(
        run.name(),
        run.path(),
        run.experiment(),
        run.kind(),
        run.seed(),
        run.varied(),
        run.settings(),
        run.metrics(),
        figures,
        run.provenance(),
        run.checkpoint(),
        run.samples(),
        run.state());
  }

  /** A picture, a sound and a text. */
  static List<Path> samples(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path png = folder.resolve("images.png");
    ImageIO.write(new BufferedImage(40, 20, BufferedImage.TYPE_INT_RGB), "png", png.toFile());
    float[] wave = new float[8000];
    for (int i = 0; i < wave.length; i++) {
      wave[i] = (float) (0.5 * Math.sin(2 * Math.PI * 440 * i / 4000));
    }
    Path wav = folder.resolve("tone.wav");
    WavWriter.write(wav, new AudioClip(4000, wave));
    Path text = folder.resolve("text.txt");
    Files.writeString(text, "A text </script><b>of</b> two lines,\nhere & there.\n");
    return List.of(png, text, wav);
  }

  /** A fan over named times. */
  static Exhibit fan() {
    List<Double> x = new ArrayList<>();
    List<Double> middle = new ArrayList<>();
    List<Double> low = new ArrayList<>();
    List<Double> high = new ArrayList<>();
    List<Chart.Tick> ticks = new ArrayList<>();
    for (int month = 0; month < 24; month++) {
      double seconds = 86_400.0 * 30 * month;
      x.add(seconds);
      middle.add(month < 12 ? Double.NaN : (double) month);
      low.add(month < 12 ? Double.NaN : month - 1.0);
      high.add(month < 12 ? Double.NaN : month + 1.0);
      if (month % 6 == 0) {
        ticks.add(new Chart.Tick(seconds, "1970-%02d".formatted(month % 12 + 1)));
      }
    }
    return new Exhibit.Drawing(
        new Chart(
            "Fan",
            Chart.Axis.of("month").at(ticks),
            Chart.Axis.of("y"),
            List.of(
                new Chart.Band("80 %", 0, 0.3, x, low, high),
                new Chart.Line("median", 0, Chart.Style.PLAIN, x, middle))),
        true);
  }

  /** Tokens of every probability. */
  static Exhibit words() {
    List<Exhibit.Token> tokens = new ArrayList<>();
    tokens.add(new Exhibit.Token("<b>", Double.NaN));
    for (double p : new double[] {1e-5, 0.02, 0.1, 0.3, 0.7, 0.99}) {
      tokens.add(new Exhibit.Token(" word" + p, p));
    }
    return new Exhibit.Words("Words", tokens);
  }
}
