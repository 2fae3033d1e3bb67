package dev.chainrule.experiments.wavenet;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.experiments.cli.Target;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.wavenet.Conditions;
import dev.chainrule.wavenet.WaveNetConfig;
import dev.chainrule.wavenet.run.AudioModel;
import dev.chainrule.wavenet.run.AudioSampling;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
      names = {"--samples", "-n"},
      paramLabel = "N",
      description = "How many, side by side.")
  int samples = 1;

  @Mixin SoundOptions sound = new SoundOptions();

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
    AudioSampling sampling = fromOptions(() -> sound.sampling(common().seed()));
    AudioModel loaded = AudioModel.open(model).on(common().compute());
    if (loaded.mel() != null) {
      throw badOption(
          "--model", model, "a model without mel features; wavenet vocode takes this one");
    }
    Tensor numbers =
        fromOptions(() -> AudioModel.numbers(loaded.shape(), sampling.labels(), samples));
    Path out = Objects.requireNonNull(out());
    Synthesis synthesis = new Synthesis(loaded, out, "sample", this::stopRequested);
    Synthesis.Result result =
        synthesis.draw(
            samples, new Conditions(numbers, null), sampling, new float[0], length(loaded.shape()));
    output().print(describe(result));
    return result;
  }

  /** How many samples the seconds are. */
  private int length(WaveNetConfig config) {
    double length = seconds * config.sampleRate();
    if (length < 1) {
      throw badOption("--seconds", seconds, "at least a sample at " + config.sampleRate() + " Hz");
    }
    return (int) length;
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
}
