package dev.chainrule.experiments.wavenet;

import dev.chainrule.base.progress.Progress;
import dev.chainrule.core.train.Evaluator;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.wavenet.data.ClipBatches;
import dev.chainrule.wavenet.data.LabelledClip;
import dev.chainrule.wavenet.run.AudioModel;
import dev.chainrule.wavenet.run.WaveData;
import dev.chainrule.wavenet.run.Yardstick;
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
    AudioModel loaded = AudioModel.open(model).on(common().compute());
    WaveData.Source source = loaded.source();
    if (data != null) {
      source = source.withData(data);
    }
    WaveData read = WaveData.read(source);
    List<LabelledClip> heldOut = read.heldOut();
    if (clips > 0 && clips < heldOut.size()) {
      heldOut = heldOut.subList(0, clips);
    }
    ClipBatches batches = new ClipBatches(loaded.shape(), heldOut, loaded.mel());
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
              loaded.shape().signal().levels(),
              Math.log(loaded.shape().signal().levels()) / Math.log(2));
      if (!(result.bitsPerDim() < linear)) {
        output().printf("The model is worse than linear prediction: what it plays is noise.%n");
      }
    }
    return result;
  }

  private static double linear(
      AudioModel loaded, List<LabelledClip> training, ClipBatches heldOut) {
    ClipBatches learned = new ClipBatches(loaded.shape(), training, loaded.mel());
    return Yardstick.bits(loaded.shape().signal(), learned, heldOut.codes());
  }

  private Result evaluate(AudioModel loaded, ClipBatches batches, @Nullable Double linear) {
    int[] done = new int[1];
    try (Progress bar = Progress.start("evaluating", batches.clips(), "clips")) {
      Evaluator.Result result =
          loaded.evaluate(
              batches,
              count -> {
                done[0] = count;
                bar.moveTo(count);
              },
              this::stopRequested);
      return new Result(result.elements(), result.nll(), result.bitsPerElement(), done[0], linear);
    }
  }
}
