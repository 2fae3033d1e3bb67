package dev.chainrule.wavenet.data;

import dev.chainrule.base.InputException;
import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.train.BatchSource;
import dev.chainrule.wavenet.Conditions;
import dev.chainrule.wavenet.WaveBatch;
import dev.chainrule.wavenet.WaveNetConfig;
import dev.chainrule.wavenet.audio.MelFeatures;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Clips as a model sees them: codes, label numbers, feature frames; cut into batches. */
public final class ClipBatches {
  private final WaveNetConfig config;
  private final List<int[]> codes = new ArrayList<>();
  private final List<int[]> labels = new ArrayList<>();
  private final List<Tensor> frames = new ArrayList<>();
  private final long[] ends;

  /**
   * Encodes clips.
   *
   * @param mel how local features are computed, where the model takes them
   * @throws InputException if a label is unknown or missing
   */
  public ClipBatches(
      WaveNetConfig config, List<LabelledClip> clips, MelFeatures.@Nullable Config mel) {
    this.config = config;
    this.ends = new long[clips.size()];
    MelFeatures features = mel == null ? null : new MelFeatures(mel);
    long total = 0;
    for (int i = 0; i < clips.size(); i++) {
      LabelledClip clip = clips.get(i);
      float[] samples = clip.clip().samples();
      int[] encoded = new int[samples.length];
      int levels = config.signal().levels();
      for (int t = 0; t < encoded.length; t++) {
        encoded[t] = config.signal().quantization().encode(samples[t], levels);
      }
      codes.add(encoded);
      labels.add(numbers(clip));
      if (features != null) {
        frames.add(features.of(samples));
      }
      total += encoded.length;
      ends[i] = total;
    }
  }

  private int[] numbers(LabelledClip clip) {
    int[] numbers = new int[config.labels().size()];
    for (int l = 0; l < numbers.length; l++) {
      WaveNetConfig.Label label = config.labels().get(l);
      String value = clip.labels().get(label.name());
      if (value == null) {
        throw new InputException(
            "%s: has no label %s, which the model takes".formatted(clip.name(), label.name()));
      }
      try {
        numbers[l] = label.index(value);
      } catch (IllegalArgumentException e) {
        throw new InputException(clip.name() + ": " + e.getMessage(), e);
      }
    }
    return numbers;
  }

  public int clips() {
    return codes.size();
  }

  /** The codes of every clip, not copied. */
  public List<int[]> codes() {
    return List.copyOf(codes);
  }

  /** Samples of all clips. */
  public long samples() {
    return codes.isEmpty() ? 0 : ends[ends.length - 1];
  }

  /**
   * Random crops, every sample of the set being equally likely to begin near; a clip that is
   * shorter than a crop stands at its beginning, and the rest is not predicted.
   *
   * @param batchSize crops in a batch
   * @param length samples in a crop; with local features a multiple of the hop
   */
  public BatchSource<WaveBatch> training(int batchSize, int length, long seed) {
    requireWholeHops(length);
    return number -> {
      CounterRandom rng = CounterRandom.of(seed, number);
      int[] chosen = new int[batchSize];
      int[] from = new int[batchSize];
      for (int b = 0; b < batchSize; b++) {
        chosen[b] = clipOf(rng.nextLong(samples()));
        int slack = Math.max(0, codes.get(chosen[b]).length - length);
        int hop = hop();
        from[b] = rng.nextInt(slack / hop + 1) * hop;
      }
      return batch(chosen, from, length);
    };
  }

  private int clipOf(long sample) {
    int low = 0;
    int high = ends.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ends[middle] > sample) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  private int hop() {
    WaveNetConfig.Local local = config.local();
    return local == null ? 1 : local.hop();
  }

  private void requireWholeHops(int length) {
    if (length < 1 || length % hop() != 0) {
      throw new IllegalArgumentException(
          "crops of %d samples, expected a multiple of the hop %d".formatted(length, hop()));
    }
  }

  /** Every clip as a batch of its own, whole, for likelihoods that leave no sample out. */
  public Iterable<WaveBatch> whole() {
    return () ->
        new Iterator<>() {
          private int next;

          @Override
          public boolean hasNext() {
            return next < codes.size();
          }

          @Override
          public WaveBatch next() {
            int hop = hop();
            int length = codes.get(next).length / hop * hop;
            return batch(new int[] {next++}, new int[1], length);
          }
        };
  }

  /** Crops of clips of one length. */
  private WaveBatch batch(int[] chosen, int[] from, int length) {
    Tensor elements = Tensor.zeros(DType.INT32, chosen.length, length);
    int count = config.labels().size();
    Tensor numbers = count == 0 ? null : Tensor.zeros(DType.INT32, chosen.length, count);
    WaveNetConfig.Local local = config.local();
    Tensor features =
        local == null
            ? null
            : Tensor.zeros(DType.FLOAT32, chosen.length, length / local.hop(), local.channels());
    for (int b = 0; b < chosen.length; b++) {
      int[] clip = codes.get(chosen[b]);
      for (int t = 0; t < length; t++) {
        int at = from[b] + t;
        elements.set((long) b * length + t, at < clip.length ? clip[at] : -1);
      }
      for (int l = 0; l < count && numbers != null; l++) {
        numbers.set((long) b * count + l, labels.get(chosen[b])[l]);
      }
      if (features != null) {
        copyFrames(frames.get(chosen[b]), from[b] / hop(), features.slice(b, b + 1));
      }
    }
    return new WaveBatch(elements, new Conditions(numbers, features));
  }

  private static void copyFrames(Tensor source, int from, Tensor target) {
    int channels = source.dim(1);
    for (int f = 0; f < target.dim(1) && from + f < source.dim(0); f++) {
      for (int c = 0; c < channels; c++) {
        target.set((long) f * channels + c, source.get((long) (from + f) * channels + c));
      }
    }
  }
}
