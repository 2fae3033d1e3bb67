package dev.chainrule.wavenet.run;

import dev.chainrule.core.run.Recipe;
import dev.chainrule.core.run.StoredOptions;
import dev.chainrule.core.run.TrainingRun;
import dev.chainrule.core.train.Checkpoint;
import dev.chainrule.wavenet.WaveBatch;
import dev.chainrule.wavenet.WaveNet;
import dev.chainrule.wavenet.WaveNetConfig;
import dev.chainrule.wavenet.audio.MelFeatures;
import dev.chainrule.wavenet.data.ClipBatches;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A run that trains a model of audio.
 *
 * @param run itself
 * @param shape of the network
 * @param linearPredictionBits per sample of linear prediction of order 16 on the held-out crops,
 *     which the network must beat; null if nothing is held out
 */
public record AudioRun(
    TrainingRun<WaveBatch> run, WaveNetConfig shape, @Nullable Double linearPredictionBits) {
  /** Crops by which progress is measured while training; eval measures all of the held-out set. */
  private static final int HELD_OUT_CROPS = 24;

  private static final WaveNetKind KIND = new WaveNetKind();

  /**
   * A run from its first step.
   *
   * @param data folder or known set
   * @param out the folder that gets the model
   */
  public static AudioRun begin(String data, AudioTraining training, Path out) throws IOException {
    StoredOptions<AudioSource> options =
        new StoredOptions<>(
            new AudioSource(training.clips().of(data), training.cropLength()), training.recipe());
    int sampleRate = training.clips().sampleRate();
    MelFeatures.Config features = training.mel() ? MelFeatures.Config.of(sampleRate) : null;
    WaveData clips = WaveData.read(options.data().source());
    WaveNetConfig.Local local =
        features == null
            ? null
            : new WaveNetConfig.Local(features.bands(), features.hop(), factors(features.hop()));
    WaveNetConfig shape =
        new WaveNetConfig(
            sampleRate,
            training.signal(),
            training.head(),
            training.stack(),
            clips.labels(training.condition()),
            local);
    return of(options, shape, new WaveNet(shape), features, clips, out, false);
  }

  /**
   * A run that goes on from the checkpoint in its folder, as it was but for how long.
   *
   * @param data if it lies elsewhere now
   * @param length what of the recipe is other, which may only be its length
   */
  public static AudioRun resume(Path out, @Nullable String data, UnaryOperator<Recipe> length)
      throws IOException {
    Checkpoint checkpoint = KIND.checkpoint(out);
    Checkpoint.Config config = checkpoint.config();
    StoredOptions<AudioSource> stored = StoredOptions.of(out, config, AudioSource.class);
    WaveData.Source source = stored.data().source();
    if (data != null) {
      source = source.withData(data);
    }
    StoredOptions<AudioSource> options =
        new StoredOptions<>(
            new AudioSource(source, stored.data().cropLength()), length.apply(stored.recipe()));
    WaveNetConfig shape = KIND.configuration(out, config);
    WaveNet model = checkpoint.construct(() -> new WaveNet(shape));
    MelFeatures.Config features = FeaturesFile.read(checkpoint);
    return of(options, shape, model, features, WaveData.read(source), out, true);
  }

  private static AudioRun of(
      StoredOptions<AudioSource> options,
      WaveNetConfig shape,
      WaveNet model,
      MelFeatures.@Nullable Config features,
      WaveData clips,
      Path out,
      boolean resume) {
    ClipBatches learned = new ClipBatches(shape, clips.training(), features);
    ClipBatches heldOut = new ClipBatches(shape, clips.heldOut(), features);
    int cropLength = options.data().cropLength();
    List<WaveBatch> crops = new ArrayList<>();
    if (heldOut.clips() > 0) {
      // Always the same ones, whatever the run's seed.
      crops.add(heldOut.training(HELD_OUT_CROPS, cropLength, 0).at(0));
    }
    Double linear =
        crops.isEmpty()
            ? null
            : Double.valueOf(Yardstick.bits(shape.signal(), learned, Yardstick.crops(crops)));
    String description =
        String.format(
            Locale.ROOT,
            "%s: %d clips of %.1f s to learn, %d of %.1f s held out, %.1f s of silence trimmed%n"
                + "%,d parameters, receptive field %,d samples (%.1f ms)",
            options.data().source().data(),
            learned.clips(),
            learned.samples() / (double) shape.sampleRate(),
            heldOut.clips(),
            heldOut.samples() / (double) shape.sampleRate(),
            clips.secondsTrimmed(),
            model.parameters().count(),
            shape.receptiveField(),
            shape.receptiveFieldMillis());
    TrainingRun.Subject<WaveNetConfig, WaveBatch> subject =
        new TrainingRun.Subject<>(KIND, shape, model, options, FeaturesFile.writer(features));
    Recipe recipe = options.recipe();
    TrainingRun.Data<WaveBatch> data =
        TrainingRun.Data.of(
            learned.training(recipe.batchSize(), cropLength, recipe.training().seed()),
            crops,
            description);
    TrainingRun<WaveBatch> run =
        resume ? TrainingRun.resume(subject, data, out) : TrainingRun.begin(subject, data, out);
    return new AudioRun(run, shape, linear);
  }

  /** A hop as a product of small steps. */
  private static List<Integer> factors(int hop) {
    List<Integer> factors = new ArrayList<>();
    int left = hop;
    for (int factor = 2; left > 1; factor++) {
      while (left % factor == 0) {
        factors.add(factor);
        left /= factor;
      }
    }
    return factors.isEmpty() ? List.of(1) : factors;
  }
}
