package dev.chainrule.experiments.wavenet;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.WeightFormat;
import dev.chainrule.experiments.cli.Target;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.wavenet.Conditions;
import dev.chainrule.wavenet.WaveNetConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chainrule wavenet sample}. */
@Command(
    name = "sample",
    description = "Draw audio; --out gets a WAV file and a picture for each sample.")
final class WaveNetSample extends Verb {
  @Option(names = "--model", required = true, paramLabel = "DIR", description = "A trained model.")
  Path model;

  @Option(names = "--seconds", paramLabel = "S", description = "Length of each sample.")
  double seconds = 1;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description =
          "Below 1 calmer, above 1 noisier; 0 always the most probable, which ends still.")
  double temperature = 1;

  @Option(
      names = "--label",
      paramLabel = "NAME=VALUE",
      description = "What to draw, such as --label digit=3 --label speaker=theo.")
  Map<String, String> labels = Map.of();

  @Option(
      names = {"--samples", "-n"},
      paramLabel = "N",
      description = "How many, side by side.")
  int samples = 1;

  @Option(names = "--precision", description = "Weights: ${COMPLETION-CANDIDATES}.")
  WeightFormat precision = WeightFormat.FLOAT32;

  @Override
  protected Target target() {
    return new Target.Folder(Path.of("."));
  }

  @Override
  protected Object run() throws Exception {
    if (samples < 1) {
      throw badOption("--samples", samples, "a whole number from 1");
    }
    if (!(seconds > 0 && seconds <= 86_400)) {
      throw badOption("--seconds", seconds, "a number above 0, at most a day");
    }
    if (!(temperature >= 0 && temperature <= 100)) {
      throw badOption("--temperature", temperature, "a number from 0 to 100");
    }
    WaveModel loaded = WaveModel.load(model);
    if (loaded.mel() != null) {
      throw badOption(
          "--model", model, "a model without mel features; wavenet vocode takes this one");
    }
    Tensor numbers = fromOptions(() -> numbers(loaded.config(), labels, samples));
    Path out = Objects.requireNonNull(out());
    Synthesis synthesis = new Synthesis(loaded, out, "sample", this::stopRequested);
    Synthesis.Result result =
        synthesis.draw(
            common(),
            samples,
            new Conditions(numbers, null),
            precision,
            temperature,
            new float[0],
            (int) (seconds * loaded.config().sampleRate()));
    output().print(describe(result));
    return result;
  }

  /** What was drawn, and how fast. */
  static String describe(Synthesis.Result result) {
    StringBuilder text = new StringBuilder();
    for (Synthesis.Sample sample : result.samples()) {
      text.append(
          String.format(
              Locale.ROOT,
              "%s (%s): %,d samples, %.3f bits each%n",
              sample.file(),
              sample.picture(),
              sample.elements(),
              -sample.logProb() / Math.log(2) / Math.max(1, sample.elements())));
    }
    return text.append(
            String.format(
                Locale.ROOT,
                "%,.0f samples a second, %.2f times real time%n",
                result.elementsPerSecond(),
                result.realTimeFactor()))
        .toString();
  }

  /**
   * Label numbers [streams, numLabels] from what the user gave, null for a model without.
   *
   * @throws IllegalArgumentException if one is missing or unknown
   */
  static @Nullable Tensor numbers(WaveNetConfig config, Map<String, String> given, int streams) {
    List<WaveNetConfig.Label> known = config.labels();
    for (String name : given.keySet()) {
      if (known.stream().noneMatch(label -> label.name().equals(name))) {
        throw new IllegalArgumentException(
            "--label: found %s, expected %s"
                .formatted(
                    name,
                    known.isEmpty()
                        ? "none: the model is not conditioned"
                        : "one of " + known.stream().map(WaveNetConfig.Label::name).toList()));
      }
    }
    if (known.isEmpty()) {
      return null;
    }
    Tensor numbers = Tensor.zeros(DType.INT32, streams, known.size());
    for (int l = 0; l < known.size(); l++) {
      WaveNetConfig.Label label = known.get(l);
      String value = given.get(label.name());
      if (value == null) {
        throw new IllegalArgumentException(
            "--label: found no %s, expected one of %s"
                .formatted(label.name(), String.join(", ", label.values())));
      }
      for (int s = 0; s < streams; s++) {
        numbers.set((long) s * known.size() + l, label.index(value));
      }
    }
    return numbers;
  }
}
