package dev.chainrule.experiments.demo;

import dev.chainrule.experiments.report.ModulesPage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the demo runs. A modality adds its commands here. */
final class DemoSteps {
  /**
   * One command.
   *
   * @param purpose what it shows, in a few words
   * @param arguments of {@code ./chainrule}, beside the common options
   * @param result the file or folder worth looking at
   */
  record Step(String purpose, List<String> arguments, Optional<Path> result) {
    /** The arguments as a shell wants them. */
    List<String> shown() {
      return arguments.stream().map(a -> a.matches("[\\w./:=,-]+") ? a : "'" + a + "'").toList();
    }
  }

  /**
   * Seconds after which each of the four training runs ends on a slow machine before its steps are
   * done, with rates still high, so that the demo ends within three minutes; on two idle cores the
   * longest, that of the WaveNet, needs 34 of them.
   */
  private static final String LONGEST = "40";

  private DemoSteps() {}

  static List<Step> all(Path home, Path out) {
    List<Step> steps = new ArrayList<>();
    steps.addAll(text(home, out.resolve("text")));
    steps.addAll(images(out));
    steps.addAll(wavenet(out.resolve("wavenet")));
    steps.addAll(series(home, out));
    steps.add(arima(home, out.resolve("passengers-arima.png")));
    return steps;
  }

  /** What the page at the end shows of them. */
  static List<ModulesPage.Part> parts(Path out) {
    Path samples = out.resolve("wavenet/samples");
    return List.of(
        new ModulesPage.Part("Text", out.resolve("text"), List.of()),
        new ModulesPage.Part("Images", out.resolve("pixelcnn"), List.of(out.resolve("digits.png"))),
        new ModulesPage.Part(
            "Audio", out.resolve("wavenet/model"), List.of(samples.resolve("sample-0.wav"))),
        new ModulesPage.Part("Series", out.resolve("deepar"), List.of(out.resolve("forecast.csv"))),
        new ModulesPage.Part("ARIMA", null, List.of(out.resolve("passengers-arima.png"))));
  }

  /** A GPT of this project's own sources. */
  private static List<Step> text(Path home, Path model) {
    String sources = home.resolve("core/src/main/java").toString();
    return List.of(
        new Step(
            "Train a small GPT on this project's own Java sources",
            List.of(
                "text",
                "train",
                "--data",
                sources,
                "--glob",
                "**.java",
                "--out",
                model.toString(),
                "--steps",
                "400",
                "--seconds",
                LONGEST),
            Optional.of(model)),
        new Step(
            "Sample from it",
            List.of(
                "text",
                "sample",
                "--model",
                model.toString(),
                "--prompt",
                "  public ",
                "--tokens",
                "300",
                "--temperature",
                "0.8",
                "--top-p",
                "0.95"),
            Optional.empty()));
  }

  /**
   * A Gated PixelCNN of digits that the program draws itself: many narrow layers, so that a pixel
   * depends on the 14 rows above it and a digit is one shape.
   */
  private static List<Step> images(Path out) {
    String model = out.resolve("pixelcnn").toString();
    Path picture = out.resolve("digits.png");
    return List.of(
        new Step(
            "Train a small Gated PixelCNN on drawn digits, conditioned on their class",
            List.of(
                "pixelcnn",
                "train",
                "--data",
                "digits",
                "--classes",
                "--layers",
                "12",
                "--width",
                "24",
                "--batch-size",
                "8",
                "--learning-rate",
                "0.005",
                "--steps",
                "450",
                "--seconds",
                LONGEST,
                "--out",
                model),
            Optional.of(Path.of(model))),
        new Step(
            "Draw digits of all classes from it",
            List.of(
                "pixelcnn",
                "sample",
                "--model",
                model,
                "-n",
                "40",
                "--columns",
                "10",
                "--temperature",
                "0.9",
                "--out",
                picture.toString()),
            Optional.of(picture)));
  }

  /**
   * A WaveNet of melodies made in code. Many small batches and a rate that falls to its end within
   * the steps are what makes it play in so short a time.
   */
  private static List<Step> wavenet(Path out) {
    String model = out.resolve("model").toString();
    Path samples = out.resolve("samples");
    return List.of(
        new Step(
            "Train a small WaveNet on melodies made in code",
            List.of(
                "wavenet",
                "train",
                "--data",
                "notes",
                "--sample-rate",
                "4000",
                "--stacks",
                "1",
                "--residual",
                "32",
                "--gate",
                "32",
                "--skip",
                "64",
                "--batch-size",
                "4",
                "--crop",
                "1024",
                "--learning-rate",
                "0.006",
                "--steps",
                "800",
                "--seconds",
                LONGEST,
                "--out",
                model),
            Optional.of(Path.of(model))),
        new Step(
            "Let it play: a WAV file, and a picture of its wave form and spectrogram",
            List.of(
                "wavenet",
                "sample",
                "--model",
                model,
                "--seconds",
                "6",
                "--out",
                samples.toString()),
            Optional.of(samples)));
  }

  /** A DeepAR of monthly series, whose last two years are held out and drawn. */
  private static List<Step> series(Path home, Path out) {
    String model = out.resolve("deepar").toString();
    String data = home.resolve("timeseries/examples/monthly.csv").toString();
    String forecast = out.resolve("forecast.csv").toString();
    Path picture = out.resolve("forecast.png");
    return List.of(
        new Step(
            "Train a DeepAR on seven monthly series, without their last two years",
            List.of(
                "timeseries",
                "train",
                "--data",
                data,
                "--freq",
                "M",
                "--holdout",
                "24",
                "--horizon",
                "24",
                "--skip-lag",
                "12",
                "--no-anonymous",
                "--no-standardize",
                "--steps",
                "250",
                "--seconds",
                LONGEST,
                "--out",
                model),
            Optional.of(Path.of(model))),
        new Step(
            "Forecast those years",
            List.of(
                "timeseries",
                "forecast",
                "--model",
                model,
                "--data",
                data,
                "--freq",
                "M",
                "--holdout",
                "24",
                "--out",
                forecast),
            Optional.of(Path.of(forecast))),
        new Step(
            "Draw them as fan charts, beside what came",
            List.of(
                "timeseries",
                "plot",
                "--data",
                data,
                "--freq",
                "M",
                "--forecast",
                forecast,
                "--out",
                picture.toString()),
            Optional.of(picture)));
  }

  /** Two years of airline passengers to come, by a model that is chosen for them. */
  private static Step arima(Path home, Path fan) {
    return new Step(
        "Choose an ARIMA model of twelve years of airline passengers, and forecast two more",
        List.of(
            "arima",
            "auto",
            "--data",
            home.resolve("timeseries/examples/monthly.csv").toString(),
            "--where",
            "unique_id=air_passengers",
            "--season",
            "12",
            "--lambda",
            "0",
            "--horizon",
            "24",
            "--intervals",
            "calibrated",
            "--plot",
            fan.toString()),
        Optional.of(fan));
  }
}
