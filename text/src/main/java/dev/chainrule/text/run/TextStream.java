package dev.chainrule.text.run;

import dev.chainrule.core.sampling.ElementListener;
import dev.chainrule.text.tokenizer.StreamingDecoder;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** Turns tokens of one stream into pieces of text as soon as whole characters are there. */
final class TextStream implements ElementListener {
  private final StreamingDecoder decoder;
  private final OptionalInt end;
  private final Consumer<String> listener;

  /**
   * For one stream.
   *
   * @param end the token that ends a document and is no text, if there is one
   */
  TextStream(StreamingDecoder decoder, OptionalInt end, Consumer<String> listener) {
    this.decoder = decoder;
    this.end = end;
    this.listener = listener;
  }

  @Override
  public void accept(int stream, int index, double[] element, double logProb) {
    int id = (int) element[0];
    if (end.orElse(-1) != id) {
      tell(decoder.push(id));
    }
  }

  /** What is left of a character that was begun. */
  void finish() {
    tell(decoder.finish());
  }

  private void tell(String piece) {
    if (!piece.isEmpty()) {
      listener.accept(piece);
    }
  }
}
