package dev.chainrule.wavenet;

import dev.chainrule.core.array.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What a number of clips are conditioned on.
 *
 * @param labels number of each label of each clip [B, numLabels], int32; null where the model has
 *     none
 * @param frames local features [B, F, channels], float32; null where the model has none
 */
public record Conditions(@Nullable Tensor labels, @Nullable Tensor frames) {
  /** Of a model without conditions. */
  public static final Conditions NONE = new Conditions(null, null);

  /** Clips {@code from} (inclusive) to {@code to} (exclusive). */
  public Conditions slice(int from, int to) {
    return new Conditions(
        labels == null ? null : labels.slice(from, to),
        frames == null ? null : frames.slice(from, to));
  }

  /**
   * Checks that these are the conditions that a model takes.
   *
   * @param clips number of clips B
   * @param samples at least this many must have frames
   * @throws IllegalArgumentException if not
   */
  void require(WaveNetConfig config, int clips, int samples) {
    int count = config.labels().size();
    if ((labels == null) != (count == 0) || (labels != null && !labels.hasShape(clips, count))) {
      throw new IllegalArgumentException(
          "labels %s, expected %s"
              .formatted(labels, count == 0 ? "none" : "int32[" + clips + ", " + count + "]"));
    }
    for (int i = 0; labels != null && i < labels.size(); i++) {
      WaveNetConfig.Label label = config.labels().get(i % count);
      int value = labels.getInt(i);
      if (value < 0 || value >= label.values().size()) {
        throw new IllegalArgumentException(
            "%s number %d, expected 0 to %d"
                .formatted(label.name(), value, label.values().size() - 1));
      }
    }
    WaveNetConfig.Local local = config.local();
    if (local == null) {
      if (frames != null) {
        throw new IllegalArgumentException("frames %s, expected none".formatted(frames));
      }
      return;
    }
    if (frames == null
        || frames.rank() != 3
        || frames.dim(0) != clips
        || frames.dim(2) != local.channels()
        || (long) frames.dim(1) * local.hop() < samples) {
      throw new IllegalArgumentException(
          "frames %s, expected [%d, at least %d, %d]: a frame of %d features every %d samples"
              .formatted(
                  frames,
                  clips,
                  (samples + local.hop() - 1) / local.hop(),
                  local.channels(),
                  local.channels(),
                  local.hop()));
    }
  }
}
