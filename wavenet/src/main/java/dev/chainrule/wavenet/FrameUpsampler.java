package dev.chainrule.wavenet;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.kernel.SampleKernels;
import dev.chainrule.core.kernel.WeightFormat;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Features at the sampling rate, one frame at a time, so that a long signal needs no more memory
 * than its frames. All steps of the {@link Upsampler} together are one affine map of a frame, which
 * is found by sending zero and the unit vectors through them.
 */
final class FrameUpsampler {
  /** Frames [streams, length, channels]. */
  private final float[] frames;

  private final int streams;
  private final int length;
  private final int hop;
  private final int channels;
  private final SampleKernels kernels;
  private final SampleKernels.Product map;

  /** [hop, channels] of a frame of zeros. */
  private final float[] offset;

  /** The present frame [streams, hop * channels], each row padded as {@link #offset} is. */
  private final float[] present;

  /** Frame that is present, and place in it, of each stream. */
  private final int[] frame;

  private final int[] place;

  private FrameUpsampler(
      SampleKernels kernels,
      Tensor frames,
      WaveNetConfig.Local local,
      float[] offset,
      SampleKernels.Product map) {
    this.kernels = kernels;
    this.frames = frames.toFloats();
    this.streams = frames.dim(0);
    this.length = frames.dim(1);
    this.hop = local.hop();
    this.channels = local.channels();
    this.offset = offset;
    this.map = map;
    this.frame = new int[streams];
    Arrays.fill(frame, -1);
    this.place = new int[streams];
    this.present = new float[streams * offset.length];
  }

  /** For the frames of a model's conditions, or null where it takes none. */
  static @Nullable FrameUpsampler of(
      SampleKernels kernels, WaveNet model, Tape tape, Conditions conditions) {
    Tensor frames = conditions.frames();
    WaveNetConfig.Local local = model.config().local();
    if (frames == null || local == null) {
      return null;
    }
    int channels = local.channels();
    Tensor units = Tensor.zeros(DType.FLOAT32, 1, channels + 1, channels);
    for (int c = 0; c < channels; c++) {
      units.set((c + 1L) * channels + c, 1);
    }
    Variable answers = model.upsampled(tape, new Conditions(null, units));
    if (answers == null) {
      return null;
    }
    Tensor a = answers.value();
    int outputs = local.hop() * channels;
    float[] offset = WaveNetDecoder.paddedCopy(kernels, a.range(0, outputs));
    SampleKernels.Product map =
        kernels.pack(
            kernels.place(kernels.bytes(WeightFormat.FLOAT32, outputs, channels), 1),
            WeightFormat.FLOAT32,
            (o, i) -> (float) (a.get((i + 1L) * outputs + o) - a.get(o)),
            outputs,
            channels);
    return new FrameUpsampler(kernels, frames, local, offset, map);
  }

  /** Samples that there are features for. */
  int samples() {
    return length * hop;
  }

  /** Makes those of a sample of each stream the present ones. */
  void moveTo(int[] samples) {
    for (int s = 0; s < streams; s++) {
      place[s] = samples[s] % hop;
      if (frame[s] != samples[s] / hop) {
        frame[s] = samples[s] / hop;
        int from = (s * length + frame[s]) * channels;
        kernels.copy(offset, 0, present, s * offset.length, offset.length);
        map.accumulate(present, s * offset.length, frames, from);
      }
    }
  }

  /** Copies a stream's present features. */
  void copy(int stream, float[] to, int at) {
    kernels.copy(present, stream * offset.length + place[stream] * channels, to, at, channels);
  }
}
