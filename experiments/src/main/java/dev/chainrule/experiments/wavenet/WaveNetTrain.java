package dev.chainrule.experiments.wavenet;

import dev.chainrule.base.InputException;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.optim.AdamW;
import dev.chainrule.core.train.Checkpoint;
import dev.chainrule.experiments.cli.Target;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.experiments.training.RunFolder;
import dev.chainrule.experiments.training.ScheduleConfig;
import dev.chainrule.experiments.training.Session;
import dev.chainrule.experiments.training.TrainingOptions;
import dev.chainrule.wavenet.Quantization;
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
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chainrule wavenet train}. */
@Command(
    name = "train",
    description = "Train a WaveNet on WAV files; the folder --out gets the model.")
final class WaveNetTrain extends Verb {
  /** Bits below which held-out speech is not plausible. */
  private static final double IMPLAUSIBLE_BITS = 0.5;

  /** Crops by which progress is measured while training; eval measures all of the held-out set. */
  private static final int HELD_OUT_CROPS = 24;

  /** How elements are distributed. */
  enum Output {
    MU_LAW,
    LOGISTICS;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** The result, as {@code --json} prints it; linear prediction is null if nothing is held out. */
  record Result(
      long steps,
      long parameters,
      double trainNll,
      double validationNll,
      double validationBitsPerDim,
      double bestValidationNll,
      @Nullable Double linearPredictionBitsPerDim,
      double stepsPerSecond,
      boolean stopped) {
    static Result of(Session.Result run, @Nullable Double linear) {
      return new Result(
          run.steps(),
          run.parameters(),
          run.trainNll(),
          run.validationNll(),
          run.validationBitsPerDim(),
          run.bestValidationNll(),
          linear,
          run.stepsPerSecond(),
          run.stopped());
    }
  }

  @Option(
      names = "--data",
      paramLabel = "DIR|fsdd|chorales|notes",
      description =
          "A folder of WAV files, the spoken digits, chorales as music, or melodies made in code.")
  @Nullable String data;

  @Option(
      names = "--sample-rate",
      paramLabel = "HZ",
      description = "Rate that audio is brought to.")
  int sampleRate = 8000;

  @Option(
      names = "--labels",
      paramLabel = "PATTERN",
      description = "What file names say, such as {digit}_{speaker}_{index}.wav (fsdd: this one).")
  @Nullable String labels;

  @Option(
      names = "--condition",
      split = ",",
      paramLabel = "LABEL",
      description = "Labels that the model is conditioned on, such as digit,speaker.")
  List<String> condition = List.of();

  @Option(
      names = "--hold-out",
      paramLabel = "LABEL=V,V",
      description = "Files to hold out (fsdd: index=0,1,2,3,4; else every tenth).")
  @Nullable String holdOut;

  @Option(names = "--mel", description = "Condition on mel features too: a vocoder.")
  boolean mel;

  @Option(names = "--trim", paramLabel = "DB", description = "Cut silence below this; 0 for none.")
  double trim = 0;

  @Option(names = "--peak", paramLabel = "P", description = "Scale clips to this peak; 0 as is.")
  double peak = 0.9;

  @Option(
      names = "--loudness",
      paramLabel = "DB",
      description = "Scale clips to this root mean square instead of to a peak, such as -25.")
  @Nullable Double loudness;

  @Option(names = "--output", description = "Distribution: ${COMPLETION-CANDIDATES}.")
  Output output = Output.MU_LAW;

  @Option(names = "--mixtures", paramLabel = "M", description = "Logistics, where asked for.")
  int mixtures = 10;

  @Option(names = "--scalar-input", description = "Feed codes as numbers instead of vectors.")
  boolean scalarInput;

  @Option(names = "--stacks", paramLabel = "N", description = "Runs of dilations 1, 2, 4, ...")
  int stacks = 2;

  @Option(names = "--layers", paramLabel = "N", description = "Layers in a run.")
  int layers = 9;

  @Option(names = "--kernel", paramLabel = "K", description = "Taps of a convolution.")
  int kernel = 2;

  @Option(names = "--residual", paramLabel = "R", description = "Residual channels.")
  int residual = 48;

  @Option(names = "--gate", paramLabel = "G", description = "Channels of filter and gate each.")
  int gate = 48;

  @Option(names = "--skip", paramLabel = "S", description = "Skip channels.")
  int skip = 128;

  @Option(names = "--batch", paramLabel = "N", description = "Crops in a batch.")
  int batch = 8;

  @Option(names = "--crop", paramLabel = "N", description = "Samples in a crop.")
  int crop = 4096;

  @Option(names = "--steps", paramLabel = "N", description = "Optimiser steps in all.")
  @Nullable Long steps;

  @Mixin TrainingOptions training = new TrainingOptions(0, 250, 250);

  @Option(names = "--lr", paramLabel = "R", description = "Highest learning rate.")
  double learningRate = 2e-3;

  @Override
  protected Target target() {
    return new Target.Run(null);
  }

  @Override
  protected Object run() throws Exception {
    Path out = common().out();
    if (out == null) {
      throw badOption("--out", "nothing", "the folder that gets the model");
    }
    RunFolder.prepare(out, WaveModel.KIND, WaveModel.FILES, training.resume());
    return training.resume() ? resume(out) : start(out);
  }

  private Object start(Path out) throws IOException {
    if (data == null) {
      throw badOption("--data", "nothing", "a folder of WAV files, fsdd, chorales or notes");
    }
    WaveRun options = fromOptions(this::runOptions);
    WaveData clips = WaveData.read(options.source());
    MelFeatures.Config features = mel ? fromOptions(() -> MelFeatures.Config.of(sampleRate)) : null;
    WaveNetConfig shape = fromOptions(() -> shape(clips, features));
    return train(out, options, shape, features, clips, false);
  }

  private Object resume(Path out) throws IOException {
    Checkpoint checkpoint = new Checkpoint(out, WaveModel.KIND, WaveModel.FILES);
    Checkpoint.Config config = checkpoint.config();
    Checkpoint.Training state = config.training();
    if (state == null) {
      throw new InputException(out + ": holds no state of training, nothing to resume");
    }
    WaveRun stored = WaveModel.parse(out, state.options(), WaveRun.class);
    WaveData.Source source = data == null ? stored.source() : stored.source().withData(data);
    WaveRun options =
        stored.goingOn(source, fromOptions(() -> training.resumed(stored.training(), steps)));
    WaveNetConfig shape = WaveModel.parse(out, config.model(), WaveNetConfig.class);
    checkpoint.construct(() -> new WaveNet(shape));
    WaveData clips = WaveData.read(source);
    return train(out, options, shape, WaveModel.readMel(checkpoint), clips, true);
  }

  private Object train(
      Path out,
      WaveRun options,
      WaveNetConfig shape,
      MelFeatures.@Nullable Config features,
      WaveData clips,
      boolean goOn)
      throws IOException {
    WaveNet model = new WaveNet(shape);
    ClipBatches learned = new ClipBatches(shape, clips.training(), features);
    ClipBatches heldOut = new ClipBatches(shape, clips.heldOut(), features);
    List<WaveBatch> crops = heldOutCrops(heldOut, options);
    Double linear =
        crops.isEmpty()
            ? null
            : Double.valueOf(Yardstick.bits(shape.signal(), learned, Yardstick.crops(crops)));
    output()
        .printf(
            Locale.ROOT,
            "%s: %d clips of %.1f s to learn, %d of %.1f s held out, %.1f s of silence trimmed%n"
                + "%,d parameters, receptive field %,d samples (%.1f ms), engine %s, %d threads%n",
            options.source().data(),
            learned.clips(),
            learned.samples() / (double) shape.sampleRate(),
            heldOut.clips(),
            heldOut.samples() / (double) shape.sampleRate(),
            clips.secondsTrimmed(),
            model.parameters().count(),
            shape.receptiveField(),
            shape.receptiveFieldMillis(),
            common().engine(),
            common().threads());
    Session.Subject<WaveBatch> subject =
        new Session.Subject<>(
            WaveModel.KIND,
            model,
            shape,
            options,
            options(),
            WaveModel.FILES,
            WaveModel.writer(features));
    Session.Result result;
    try (Engine engine = common().open()) {
      result =
          new Session<>(subject, out, options.training(), engine, output())
              .train(
                  learned.training(
                      options.batchSize(), options.cropLength(), options.training().seed()),
                  crops,
                  new AdamW(options.optimizer()),
                  options.schedule().over(options.training().limits().steps()),
                  goOn,
                  this::stopRequested);
    }
    return report(out, shape, result, linear);
  }

  private static List<WaveBatch> heldOutCrops(ClipBatches heldOut, WaveRun options) {
    List<WaveBatch> batches = new ArrayList<>();
    if (heldOut.clips() > 0) {
      // Always the same ones, whatever the run's seed.
      batches.add(heldOut.training(HELD_OUT_CROPS, options.cropLength(), 0).at(0));
    }
    return batches;
  }

  private Result report(
      Path out, WaveNetConfig shape, Session.Result result, @Nullable Double linear) {
    output()
        .printf(
            Locale.ROOT,
            "%s after %,d steps (%.2f a second): %s%n",
            result.stopped() ? "stopped" : "done",
            result.steps(),
            result.stepsPerSecond(),
            linear == null
                ? "no clip is held out, so nothing says how good it is"
                : verdict(shape, result.validationBitsPerDim(), linear));
    String listen = shape.local() == null ? "sample --model %s" : "vocode --model %s WAV";
    output().printf("model in %s; listen with: ./chainrule wavenet " + listen + "%n", out, out);
    return Result.of(result, linear);
  }

  /** The bits on the held-out crops beside what they must be measured by. */
  static String verdict(WaveNetConfig shape, double bits, double linear) {
    String measured =
        String.format(
            Locale.ROOT,
            "held-out crops %.4f bits a sample (linear prediction of order 16: %.4f, uniform:"
                + " %.1f)",
            bits,
            linear,
            Math.log(shape.signal().levels()) / Math.log(2));
    if (!(bits < linear)) {
      return measured
          + String.format(
              "%nThis is worse than linear prediction, and what it plays is noise: train for more"
                  + " steps, or with smaller batches and so more steps in the same time.");
    }
    if (bits < IMPLAUSIBLE_BITS) {
      return measured
          + String.format(
              "%nThis is less than speech has: look for silence in the data, or held-out clips"
                  + " among the training clips, before you believe it.");
    }
    return measured;
  }

  private WaveRun runOptions() {
    return new WaveRun(
        WaveData.Source.of(String.valueOf(data), sampleRate, trim, peak, loudness, labels, holdOut),
        batch,
        crop,
        new ScheduleConfig(training.schedule(), learningRate, learningRate / 20, 50),
        new AdamW.Config(0.9, 0.999, 1e-8, 0),
        training.config(common().seed(), steps == null ? 4000 : steps, 1, 1));
  }

  private WaveNetConfig shape(WaveData clips, MelFeatures.@Nullable Config features) {
    boolean logistics = output == Output.LOGISTICS;
    WaveNetConfig.Signal signal =
        logistics
            ? new WaveNetConfig.Signal(Quantization.LINEAR, 65536, false)
            : new WaveNetConfig.Signal(Quantization.MU_LAW, 256, !scalarInput);
    WaveNetConfig.Local local =
        features == null
            ? null
            : new WaveNetConfig.Local(features.bands(), features.hop(), factors(features.hop()));
    return new WaveNetConfig(
        sampleRate,
        signal,
        logistics ? WaveNetConfig.Head.logistics(mixtures) : WaveNetConfig.Head.softmax(),
        new WaveNetConfig.Stack(stacks, layers, kernel, residual, gate, skip),
        clips.labels(condition),
        local);
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
