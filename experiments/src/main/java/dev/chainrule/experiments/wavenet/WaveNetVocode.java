package dev.chainrule.experiments.wavenet;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.experiments.cli.Target;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.wavenet.Conditions;
import dev.chainrule.wavenet.audio.AudioClip;
import dev.chainrule.wavenet.audio.MelFeatures;
import dev.chainrule.wavenet.run.AudioModel;
import dev.chainrule.wavenet.run.AudioSampling;
import java.nio.file.Path;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code chainrule wavenet vocode}. */
@Command(
    name = "vocode",
    description = "Make a WAV file anew from its mel features; --out gets the result.")
final class WaveNetVocode extends Verb {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "A model trained with --mel.")
  Path model;

  @Parameters(paramLabel = "WAV", description = "Whose features are taken.")
  Path source;

  @Option(names = "--resample", description = "Bring the file to the model's rate.")
  boolean resample;

  @Mixin SoundOptions sound = new SoundOptions();

  @Override
  protected Target target() {
    return new Target.Folder(Path.of("."));
  }

  @Override
  protected Object run() throws Exception {
    AudioSampling sampling = fromOptions(() -> sound.sampling(common().seed()));
    AudioModel loaded = AudioModel.open(model).on(common().compute());
    MelFeatures.Config mel = loaded.mel();
    if (mel == null) {
      throw badOption("--model", model, "a model trained with --mel");
    }
    AudioClip clip = WaveNetContinue.read(source, mel.sampleRate(), resample, output()::println);
    Tensor frames = new MelFeatures(mel).of(clip.samples());
    int count = frames.dim(0);
    if (count == 0) {
      throw badOption("WAV", source, "a file with at least one sample");
    }
    Tensor numbers = fromOptions(() -> AudioModel.numbers(loaded.shape(), sampling.labels(), 1));
    Path out = Objects.requireNonNull(out());
    Synthesis.Result result =
        new Synthesis(loaded, out, "vocoded", this::stopRequested)
            .draw(
                1,
                new Conditions(numbers, frames.reshape(1, count, mel.bands())),
                sampling,
                new float[0],
                clip.samples().length);
    output().print(WaveNetSample.describe(result));
    return result;
  }
}
