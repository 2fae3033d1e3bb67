package dev.chainrule.experiments.wavenet;

import dev.chainrule.base.InputException;
import dev.chainrule.base.progress.Progress;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.train.Checkpoint;
import dev.chainrule.core.train.Evaluator;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.wavenet.WaveBatch;
import dev.chainrule.wavenet.data.ClipBatches;
import dev.chainrule.wavenet.data.LabelledClip;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chainrule wavenet eval}. */
@Command(
    name = "eval",
    description = "Bits per sample of held-out clips, every sample of every clip counted.")
final class WaveNetEval extends Verb {
  @Option(names = "--model", required = true, paramLabel = "DIR", description = "A trained model.")
  Path model;

  @Option(
      names = "--data",
      paramLabel = "DIR|fsdd|chorales|notes",
      description = "Other clips than those it was trained beside; held out as there.")
  @Nullable String data;

  @Option(names = "--clips", paramLabel = "N", description = "At most so many clips; 0 for all.")
  int clips = 0;

  @Option(
      names = "--baseline",
      description = "Also an order-16 linear predictor, fitted to the same training clips.")
  boolean baseline;

  /** As {@code --json} prints it; the baseline is null unless asked for. */
  record Result(
      long elements,
      double nll,
      double bitsPerDim,
      int clips,
      @Nullable Double linearPredictionBitsPerDim) {}

  @Override
  protected Object run() throws Exception {
    WaveModel loaded = WaveModel.load(model);
    Checkpoint.Training state = loaded.stored().training();
    if (state == null) {
      throw new InputException(model + ": does not say how its data were read");
    }
    WaveData.Source source = WaveModel.parse(model, state.options(), WaveRun.class).source();
    if (data != null) {
      source = source.withData(data);
    }
    WaveData read = WaveData.read(source);
    List<LabelledClip> heldOut = read.heldOut();
    if (clips > 0 && clips < heldOut.size()) {
      heldOut = heldOut.subList(0, clips);
    }
    ClipBatches batches = new ClipBatches(loaded.config(), heldOut, loaded.mel());
    Double linear = baseline ? Double.valueOf(linear(loaded, read.training(), batches)) : null;
    Result result = evaluate(loaded, batches, linear);
    output()
        .printf(
            Locale.ROOT,
            "%d clips, %,d samples: %.4f bits a sample (%.4f nats)%n",
            result.clips(),
            result.elements(),
            result.bitsPerDim(),
            result.nll());
    if (linear != null) {
      output()
          .printf(
              Locale.ROOT,
              "linear prediction of order 16: %.4f bits a sample; uniform over %d codes: %.4f%n",
              linear,
              loaded.config().signal().levels(),
              Math.log(loaded.config().signal().levels()) / Math.log(2));
      if (!(result.bitsPerDim() < linear)) {
        output().printf("The model is worse than linear prediction: what it plays is noise.%n");
      }
    }
    return result;
  }

  private static double linear(WaveModel loaded, List<LabelledClip> training, ClipBatches heldOut) {
    ClipBatches learned = new ClipBatches(loaded.config(), training, loaded.mel());
    return Yardstick.bits(loaded.config().signal(), learned, heldOut.codes());
  }

  private Result evaluate(WaveModel loaded, ClipBatches batches, @Nullable Double linear) {
    double sum = 0;
    long elements = 0;
    int done = 0;
    // A clip is evaluated whole, by one worker.
    try (Engine engine = common().open();
        Progress bar = Progress.start("evaluating", batches.clips(), "clips")) {
      Evaluator<WaveBatch> evaluator = new Evaluator<>(loaded.net(), engine.worker(0), 1);
      for (WaveBatch clip : batches.whole()) {
        if (stopRequested()) {
          break;
        }
        if (clip.length() > 0) {
          Evaluator.Result part = evaluator.evaluate(List.of(clip));
          sum += part.nll() * part.elements();
          elements += part.elements();
        }
        done++;
        bar.advance(1);
      }
    }
    if (elements == 0) {
      throw new InputException("held-out data without a sample to predict");
    }
    double nll = sum / elements;
    return new Result(elements, nll, nll / Math.log(2), done, linear);
  }
}
