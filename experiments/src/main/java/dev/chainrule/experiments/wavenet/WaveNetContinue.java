package dev.chainrule.experiments.wavenet;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.experiments.cli.Target;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.wavenet.Conditions;
import dev.chainrule.wavenet.WaveNetConfig;
import dev.chainrule.wavenet.audio.AudioClip;
import dev.chainrule.wavenet.audio.Resampler;
import dev.chainrule.wavenet.audio.WavReader;
import dev.chainrule.wavenet.run.AudioModel;
import dev.chainrule.wavenet.run.AudioSampling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code chainrule wavenet continue}. */
@Command(name = "continue", description = "Let a WAV file go on; --out gets it with what follows.")
final class WaveNetContinue extends Verb {
  @Option(names = "--model", required = true, paramLabel = "DIR", description = "A trained model.")
  Path model;

  @Parameters(paramLabel = "WAV", description = "What goes before; may be of any length.")
  Path prompt;

  @Option(names = "--resample", description = "Bring the file to the model's rate.")
  boolean resample;

  @Option(names = "--seconds", paramLabel = "S", description = "How long it goes on.")
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
    AudioClip clip = read(prompt, loaded.shape().sampleRate(), resample, output()::println);
    Tensor numbers =
        fromOptions(() -> AudioModel.numbers(loaded.shape(), sampling.labels(), samples));
    Path out = Objects.requireNonNull(out());
    Synthesis.Result result =
        new Synthesis(loaded, out, "continued", this::stopRequested)
            .draw(
                samples,
                new Conditions(numbers, null),
                sampling,
                clip.samples(),
                length(loaded.shape()));
    output().print(WaveNetSample.describe(result));
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

  /**
   * Reads a clip that a model is to hear.
   *
   * @param notes gets a sentence if the file was not of one channel
   * @throws InputException if it is of another rate and is not to be resampled
   */
  static AudioClip read(Path file, int sampleRate, boolean resample, Consumer<String> notes)
      throws IOException {
    AudioClip clip = WavReader.read(file, notes);
    if (clip.sampleRate() != sampleRate && !resample) {
      throw new InputException(
          "%s: is sampled at %d Hz, expected the model's %d Hz; --resample converts it"
              .formatted(file, clip.sampleRate(), sampleRate));
    }
    if (clip.samples().length == 0) {
      throw new InputException(file + ": has no samples, expected a sound");
    }
    return Resampler.toRate(clip, sampleRate, file.toString());
  }
}
