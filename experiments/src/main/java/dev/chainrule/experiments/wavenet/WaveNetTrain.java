package dev.chainrule.experiments.wavenet;

import dev.chainrule.core.run.ModelKind;
import dev.chainrule.core.run.Recipe;
import dev.chainrule.core.run.TrainingRun;
import dev.chainrule.experiments.cli.ShellWord;
import dev.chainrule.experiments.training.TrainVerb;
import dev.chainrule.wavenet.Quantization;
import dev.chainrule.wavenet.WaveBatch;
import dev.chainrule.wavenet.WaveNetConfig;
import dev.chainrule.wavenet.run.AudioRun;
import dev.chainrule.wavenet.run.AudioTraining;
import dev.chainrule.wavenet.run.WaveNetKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chainrule wavenet train}. */
@Command(
    name = "train",
    description = "Train a WaveNet on WAV files; the folder --out gets the model.")
final class WaveNetTrain extends TrainVerb<WaveBatch> {
  /** Bits below which held-out speech is not plausible. */
  private static final double IMPLAUSIBLE_BITS = 0.5;

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
    static Result of(TrainingRun.Result run, @Nullable Double linear) {
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

  @Option(names = "--crop", paramLabel = "N", description = "Samples in a crop.")
  int crop = 4096;

  private @Nullable AudioRun audio;

  @Override
  protected ModelKind<?, WaveBatch> kind() {
    return new WaveNetKind();
  }

  @Override
  protected Recipe usual() {
    return AudioTraining.usual().recipe();
  }

  @Override
  protected TrainingRun<WaveBatch> begin(Path out) throws IOException {
    if (data == null) {
      throw badOption("--data", "nothing", "a folder of WAV files, fsdd, chorales or notes");
    }
    boolean logistics = output == Output.LOGISTICS;
    AudioTraining wanted =
        new AudioTraining(
            new AudioTraining.Clips(sampleRate, trim, peak, loudness, labels, holdOut),
            logistics
                ? new WaveNetConfig.Signal(Quantization.LINEAR, 65536, false)
                : new WaveNetConfig.Signal(Quantization.MU_LAW, 256, !scalarInput),
            logistics ? WaveNetConfig.Head.logistics(mixtures) : WaveNetConfig.Head.softmax(),
            new WaveNetConfig.Stack(stacks, layers, kernel, residual, gate, skip),
            condition,
            mel,
            crop,
            recipe(usual()));
    audio = AudioRun.begin(data, wanted, out);
    return audio.run();
  }

  @Override
  protected TrainingRun<WaveBatch> resume(Path out) throws IOException {
    audio = AudioRun.resume(out, data, this::resumed);
    return audio.run();
  }

  @Override
  protected Object report(Path out, TrainingRun.Result result) {
    AudioRun trained = Objects.requireNonNull(audio);
    WaveNetConfig shape = trained.shape();
    Double linear = trained.linearPredictionBits();
    output()
        .printf(
            "%s: %s%n",
            progress(result),
            linear == null
                ? "no clip is held out, so nothing says how good it is"
                : verdict(shape, result.validationBitsPerDim(), linear));
    String listen = shape.local() == null ? "sample --model %s" : "vocode --model %s WAV";
    output()
        .printf(
            "model in %s; listen with: ./chainrule wavenet " + listen + "%n",
            out,
            ShellWord.of(out));
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
}
