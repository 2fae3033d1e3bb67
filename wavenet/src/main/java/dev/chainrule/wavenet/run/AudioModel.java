package dev.chainrule.wavenet.run;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.run.StoredOptions;
import dev.chainrule.core.run.TrainedModel;
import dev.chainrule.core.run.TrainingRun;
import dev.chainrule.core.train.Checkpoint;
import dev.chainrule.core.train.Evaluator;
import dev.chainrule.core.train.TrainingListener;
import dev.chainrule.wavenet.Conditions;
import dev.chainrule.wavenet.WaveBatch;
import dev.chainrule.wavenet.WaveGenerator;
import dev.chainrule.wavenet.WaveNet;
import dev.chainrule.wavenet.WaveNetConfig;
import dev.chainrule.wavenet.audio.AudioClip;
import dev.chainrule.wavenet.audio.MelFeatures;
import dev.chainrule.wavenet.data.ClipBatches;
import dev.chainrule.wavenet.data.LabelledClip;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A trained model of audio: trained by {@link #train} or opened by {@link #open}, it evaluates and
 * draws sound. Its methods may be called from one thread at a time.
 */
public final class AudioModel implements TrainedModel {
  private final Path folder;
  private final WaveNet network;
  private final MelFeatures.@Nullable Config mel;
  private final Checkpoint.Config config;
  private final Compute compute;

  private AudioModel(
      Path folder,
      WaveNet network,
      MelFeatures.@Nullable Config mel,
      Checkpoint.Config config,
      Compute compute) {
    this.folder = folder;
    this.network = network;
    this.mel = mel;
    this.config = config;
    this.compute = compute;
  }

  /**
   * Opens a trained model.
   *
   * @throws InputException if the folder holds none, or one that is damaged
   */
  public static AudioModel open(Path folder) throws IOException {
    WaveNetKind kind = new WaveNetKind();
    Checkpoint checkpoint = kind.checkpoint(folder);
    Checkpoint.Config config = checkpoint.config();
    WaveNetConfig shape = kind.configuration(folder, config);
    WaveNet network = (WaveNet) kind.load(checkpoint, shape);
    MelFeatures.Config mel = FeaturesFile.read(checkpoint);
    FeaturesFile.requireFit(folder, shape.local(), mel);
    return new AudioModel(folder, network, mel, config, Compute.automatic());
  }

  /**
   * Trains a model.
   *
   * @param data a folder of WAV files; {@code notes}, melodies made in code; {@code fsdd} or {@code
   *     chorales}
   * @param out the folder that gets the model; must not hold one yet
   * @param listeners are told how it goes; a {@link dev.chainrule.core.run.TrainingBar} shows it
   */
  public static AudioModel train(
      String data, AudioTraining training, Path out, TrainingListener... listeners)
      throws IOException {
    TrainingRun.train(
        new WaveNetKind(),
        out,
        () -> AudioRun.begin(data, training, out).run(),
        List.of(listeners));
    return open(out);
  }

  @Override
  public String kind() {
    return config.kind();
  }

  @Override
  public long numParameters() {
    return network.parameters().count();
  }

  @Override
  public AudioModel on(Compute other) {
    return new AudioModel(folder, network, mel, config, other);
  }

  /** The network itself. */
  public WaveNet network() {
    return network;
  }

  /** What computes. */
  public Compute compute() {
    return compute;
  }

  /** Its shape. */
  public WaveNetConfig shape() {
    return network.config();
  }

  /** In Hz. */
  public int sampleRate() {
    return shape().sampleRate();
  }

  /** How its local features are computed; null where it takes none. */
  public MelFeatures.@Nullable Config mel() {
    return mel;
  }

  /**
   * Where the clips that it was trained on came from, and how they were read.
   *
   * @throws InputException if the checkpoint does not say
   */
  public WaveData.Source source() {
    if (config.training() == null) {
      throw new InputException(folder + ": does not say how its data were read");
    }
    return StoredOptions.of(folder, config, AudioSource.class).data().source();
  }

  /** The likelihood of the held-out clips of data that are read as the training data were. */
  @Override
  public Evaluator.Result evaluate(String data) throws IOException {
    List<LabelledClip> heldOut = WaveData.read(source().withData(data)).heldOut();
    return evaluate(new ClipBatches(shape(), heldOut, mel), clip -> {}, () -> false);
  }

  /**
   * The likelihood of clips, every sample of every clip counted.
   *
   * @param done hears how many clips are done
   * @param stop asked before each clip; true ends with those that are done
   */
  public Evaluator.Result evaluate(ClipBatches clips, IntConsumer done, BooleanSupplier stop) {
    double sum = 0;
    long elements = 0;
    int count = 0;
    // A clip is evaluated whole, by one worker.
    try (Engine engine = compute.open()) {
      Evaluator<WaveBatch> evaluator = new Evaluator<>(network, engine.worker(0), 1);
      for (WaveBatch clip : clips.whole()) {
        if (stop.getAsBoolean()) {
          break;
        }
        if (clip.length() > 0) {
          Evaluator.Result part = evaluator.evaluate(List.of(clip));
          sum += part.nll() * part.elements();
          elements += part.elements();
        }
        count++;
        done.accept(count);
      }
    }
    if (elements == 0) {
      throw new InputException("held-out data without a sample to predict");
    }
    return new Evaluator.Result(sum / elements, elements);
  }

  /** Draws sound of this length: samples from -1 to 1. */
  public float[] sample(double seconds) {
    return sample(seconds, 1, AudioSampling.of(1)).getFirst().samples();
  }

  /**
   * Draws several clips, side by side.
   *
   * @throws IllegalArgumentException if labels do not fit, or the model is a vocoder
   */
  public List<AudioClip> sample(double seconds, int count, AudioSampling sampling) {
    if (!(seconds > 0) || count < 1) {
      throw new IllegalArgumentException(
          "%s seconds and %d clips, expected above 0 and 1 or more".formatted(seconds, count));
    }
    if (mel != null) {
      throw new IllegalArgumentException(
          "the model is a vocoder, expected mel features to draw from");
    }
    Conditions conditions = new Conditions(numbers(shape(), sampling.labels(), count), null);
    int length = (int) Math.round(seconds * sampleRate());
    try (Engine engine = compute.open()) {
      return draw(engine, count, conditions, length, sampling);
    }
  }

  /**
   * Draws clips side by side on an engine that is open.
   *
   * @param count of them, each with its conditions
   * @param length of each in samples
   * @param sampling whose labels are not looked at: conditions are told
   */
  public List<AudioClip> draw(
      Engine engine, int count, Conditions conditions, int length, AudioSampling sampling) {
    int[][] codes = new int[count][length];
    List<AudioClip> clips = new ArrayList<>();
    try (Decoder decoder =
        network.decoder(engine, WaveBatch.room(count, conditions, length), sampling.precision())) {
      WaveGenerator generator =
          new WaveGenerator(decoder, shape(), sampling.temperature(), sampling.seed());
      generator.generate(codes);
      for (int[] stream : codes) {
        float[] audio = new float[length];
        generator.decode(stream, audio);
        clips.add(new AudioClip(sampleRate(), audio));
      }
    }
    return clips;
  }

  /**
   * Label numbers [streams, labels] from their words, null for a model without.
   *
   * @throws IllegalArgumentException if one is missing or unknown
   */
  public static @Nullable Tensor numbers(
      WaveNetConfig config, Map<String, String> given, int streams) {
    List<WaveNetConfig.Label> known = config.labels();
    for (String name : given.keySet()) {
      if (known.stream().noneMatch(label -> label.name().equals(name))) {
        throw new IllegalArgumentException(
            "label: found %s, expected %s"
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
            "label: found no %s, expected one of %s"
                .formatted(label.name(), String.join(", ", label.values())));
      }
      for (int s = 0; s < streams; s++) {
        numbers.set((long) s * known.size() + l, label.index(value));
      }
    }
    return numbers;
  }
}
