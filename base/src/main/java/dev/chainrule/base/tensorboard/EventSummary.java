package dev.chainrule.base.tensorboard;

import java.util.ArrayList;
import java.util.List;

/** What there is to show of one step, each under a tag such as {@code loss/train}. */
public final class EventSummary {
  private static final int STRINGS = 7;
  private static final int COLOURS = 3;

  private final List<ProtoMessage> values = new ArrayList<>();

  /** Whether there is nothing to show. */
  public boolean isEmpty() {
    return values.isEmpty();
  }

  /** A point of a curve. */
  public EventSummary scalar(String tag, double value) {
    add(tag).real(2, (float) value);
    return this;
  }

  /** A text, shown as Markdown. */
  public EventSummary text(String tag, String markdown) {
    ProtoMessage shape = new ProtoMessage().message(2, new ProtoMessage().integer(1, 1));
    ProtoMessage tensor = new ProtoMessage().integer(1, STRINGS).message(2, shape);
    tensor.string(8, markdown);
    ProtoMessage plugin = new ProtoMessage().string(1, "text");
    add(tag).message(8, tensor).message(9, new ProtoMessage().message(1, plugin));
    return this;
  }

  /**
   * A picture.
   *
   * @param png the file's bytes
   */
  public EventSummary image(String tag, byte[] png, int width, int height) {
    ProtoMessage image =
        new ProtoMessage().integer(1, height).integer(2, width).integer(3, COLOURS).bytes(4, png);
    add(tag).message(4, image);
    return this;
  }

  /**
   * A sound of one channel.
   *
   * @param wav the file's bytes
   * @param frames samples in it
   */
  public EventSummary audio(String tag, byte[] wav, int sampleRate, long frames) {
    ProtoMessage audio =
        new ProtoMessage()
            .real(1, (float) sampleRate)
            .integer(2, 1)
            .integer(3, frames)
            .bytes(4, wav)
            .string(5, "audio/wav");
    add(tag).message(6, audio);
    return this;
  }

  /** A distribution. */
  public EventSummary histogram(String tag, Histogram histogram) {
    add(tag).message(5, histogram.message());
    return this;
  }

  /** The message Summary. */
  ProtoMessage message() {
    ProtoMessage summary = new ProtoMessage();
    values.forEach(value -> summary.message(1, value));
    return summary;
  }

  private ProtoMessage add(String tag) {
    ProtoMessage value = new ProtoMessage().string(1, tag);
    values.add(value);
    return value;
  }
}
