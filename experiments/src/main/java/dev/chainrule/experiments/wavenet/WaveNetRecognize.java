package dev.chainrule.experiments.wavenet;

import dev.chainrule.base.progress.Progress;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.WeightFormat;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.wavenet.Conditions;
import dev.chainrule.wavenet.WaveNetConfig;
import dev.chainrule.wavenet.audio.AudioClip;
import dev.chainrule.wavenet.data.LabelledClip;
import dev.chainrule.wavenet.evaluation.Loudness;
import dev.chainrule.wavenet.evaluation.WordRecognizer;
import dev.chainrule.wavenet.run.AudioModel;
import dev.chainrule.wavenet.run.AudioSampling;
import dev.chainrule.wavenet.run.WaveData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chainrule wavenet recognize}. */
@Command(
    name = "recognize",
    description =
        "Draw samples of every label and ask a recogniser of the real training clips what they are;"
            + " how loud they are beside held-out clips.")
final class WaveNetRecognize extends Verb {
  private static final int STREAMS = 8;

  @Option(names = "--model", required = true, paramLabel = "DIR", description = "A trained model.")
  Path model;

  @Option(names = "--label", paramLabel = "NAME", description = "What is to be recognised.")
  String label = "digit";

  @Option(
      names = {"--samples", "-n"},
      paramLabel = "N",
      description = "How many are drawn, spread evenly over all labels.")
  int samples = 240;

  @Option(names = "--temperature", paramLabel = "T", description = "Below 1 calmer, above noisier.")
  double temperature = 1;

  @Option(names = "--precision", description = "Weights: ${COMPLETION-CANDIDATES}.")
  WeightFormat precision = WeightFormat.FLOAT32;

  /** As {@code --json} prints it; accuracies are shares. */
  record Result(
      int samples,
      double sampleAccuracy,
      double heldOutAccuracy,
      double chance,
      double sampleSeconds,
      Loudness sampleLoudness,
      Loudness heldOutLoudness) {}

  @Override
  protected Object run() throws Exception {
    if (samples < 1) {
      throw badOption("--samples", samples, "a whole number from 1");
    }
    AudioModel loaded = AudioModel.open(model).on(common().compute());
    List<WaveNetConfig.Label> known = loaded.shape().labels();
    int index = known.stream().map(WaveNetConfig.Label::name).toList().indexOf(label);
    if (index < 0) {
      throw badOption(
          "--label", label, "one that the model is conditioned on: " + known.stream().toList());
    }
    WaveData data = WaveData.read(loaded.source());
    WaveNetConfig.Label wanted = known.get(index);
    WordRecognizer recognizer =
        WordRecognizer.fit(
            clips(data.training()), numbers(data.training(), wanted), wanted.values().size());
    List<AudioClip> heldOut = clips(data.heldOut());
    int[] truth = numbers(data.heldOut(), wanted);
    int length = medianLength(data.training());
    int[][] asked = new int[samples][];
    for (int n = 0; n < samples; n++) {
      asked[n] = combination(known, n);
    }
    List<AudioClip> drawn = draw(loaded, asked, length);
    int[] meant = Arrays.stream(asked).limit(drawn.size()).mapToInt(a -> a[index]).toArray();
    Result result =
        new Result(
            drawn.size(),
            accuracy(recognizer, drawn, meant),
            accuracy(recognizer, heldOut, truth),
            1.0 / wanted.values().size(),
            (double) length / loaded.shape().sampleRate(),
            Loudness.of(drawn),
            Loudness.of(heldOut));
    report(result);
    return result;
  }

  private static List<AudioClip> clips(List<LabelledClip> labelled) {
    return labelled.stream().map(LabelledClip::clip).toList();
  }

  private static int[] numbers(List<LabelledClip> clips, WaveNetConfig.Label label) {
    return clips.stream()
        .mapToInt(clip -> label.index(String.valueOf(clip.labels().get(label.name()))))
        .toArray();
  }

  private static int medianLength(List<LabelledClip> clips) {
    int[] lengths = clips.stream().mapToInt(c -> c.clip().samples().length).sorted().toArray();
    return lengths[lengths.length / 2];
  }

  /** The n-th of all combinations of labels, beginning anew after the last. */
  private static int[] combination(List<WaveNetConfig.Label> labels, int n) {
    int[] values = new int[labels.size()];
    int left = n;
    for (int l = 0; l < values.length; l++) {
      int count = labels.get(l).values().size();
      values[l] = left % count;
      left /= count;
    }
    return values;
  }

  private List<AudioClip> draw(AudioModel loaded, int[][] asked, int length) {
    WaveNetConfig config = loaded.shape();
    List<AudioClip> drawn = new ArrayList<>();
    try (Engine engine = common().open();
        Progress bar = Progress.start("drawing", samples, "clips")) {
      for (int from = 0; from < samples && !stopRequested(); from += STREAMS) {
        int count = Math.min(STREAMS, samples - from);
        Tensor numbers = Tensor.zeros(DType.INT32, count, config.labels().size());
        for (int s = 0; s < count; s++) {
          for (int l = 0; l < asked[from + s].length; l++) {
            numbers.set((long) s * numbers.dim(1) + l, asked[from + s][l]);
          }
        }
        AudioSampling sampling =
            new AudioSampling(common().seed() + from, temperature, Map.of(), precision);
        drawn.addAll(loaded.draw(engine, count, new Conditions(numbers, null), length, sampling));
        bar.advance(count);
      }
    }
    return drawn;
  }

  private static double accuracy(WordRecognizer recognizer, List<AudioClip> clips, int[] truth) {
    int right = 0;
    for (int n = 0; n < clips.size(); n++) {
      right += recognizer.recognize(clips.get(n)) == truth[n] ? 1 : 0;
    }
    return (double) right / Math.max(1, clips.size());
  }

  private void report(Result r) {
    output()
        .printf(
            Locale.ROOT,
            "recognised as the %s meant: %.1f %% of %d samples of %.2f s, %.1f %% of real held-out"
                + " clips (chance %.1f %%)%n",
            label,
            100 * r.sampleAccuracy(),
            r.samples(),
            r.sampleSeconds(),
            100 * r.heldOutAccuracy(),
            100 * r.chance());
    report("samples", r.sampleLoudness());
    report("held-out clips", r.heldOutLoudness());
  }

  private void report(String whose, Loudness loudness) {
    output()
        .printf(
            Locale.ROOT,
            "%s: 10 / 50 / 90 %% of frames below %.1f / %.1f / %.1f dB, middle clip %.1f dB, %.1f %%"
                + " of clips silent, %.3f %% of samples saturated%n",
            whose,
            loudness.quietDecibels(),
            loudness.medianDecibels(),
            loudness.loudDecibels(),
            loudness.clipDecibels(),
            100 * loudness.silentClips(),
            100 * loudness.saturated());
  }
}
