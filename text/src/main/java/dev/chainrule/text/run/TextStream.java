package dev.chainrule.text.run;

import dev.chainrule.core.sampling.ElementListener;
import dev.chainrule.text.tokenizer.StreamingDecoder;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * Turns tokens of one stream into pieces of text as soon as whole characters are there, and it is
 * known that they do not begin what the text is to stop at.
 */
final class TextStream implements ElementListener {
  private final StreamingDecoder decoder;
  private final OptionalInt end;
  private final StopStrings stops;
  private final Consumer<String> listener;
  private final StringBuilder held = new StringBuilder();
  private boolean stopped;

  /**
   * For one stream.
   *
   * @param end the token that ends a document and is no text, if there is one
   */
  TextStream(
      StreamingDecoder decoder, OptionalInt end, StopStrings stops, Consumer<String> listener) {
    this.decoder = decoder;
    this.end = end;
    this.stops = stops;
    this.listener = listener;
  }

  @Override
  public void accept(int stream, int index, double[] element, double logProb) {
    int id = (int) element[0];
    if (end.orElse(-1) != id) {
      hold(decoder.push(id));
      tell(held.length() - stops.pending(held));
    }
  }

  /** What is left of a character that was begun, and of what might have been a stop. */
  void finish() {
    hold(decoder.finish());
    tell(held.length());
  }

  private void hold(String piece) {
    held.append(piece);
    int at = stops.in(held);
    if (at >= 0 && !stopped) {
      tell(at);
      stopped = true;
    }
  }

  private void tell(int length) {
    if (length > 0 && !stopped) {
      listener.accept(held.substring(0, length));
    }
    held.delete(0, length);
  }
}
