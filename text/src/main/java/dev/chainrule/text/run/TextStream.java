package dev.chainrule.text.run;

import dev.chainrule.core.sampling.ElementListener;
import dev.chainrule.text.tokenizer.StreamingDecoder;
import dev.chainrule.text.tokenizer.Tokenizer;
import java.util.function.Consumer;

/** Turns tokens of one stream into pieces of text as soon as whole characters are there. */
final class TextStream implements ElementListener {
  private final StreamingDecoder decoder;
  private final Consumer<String> listener;

  TextStream(Tokenizer tokenizer, Consumer<String> listener) {
    decoder = new StreamingDecoder(tokenizer);
    this.listener = listener;
  }

  @Override
  public void accept(int stream, int index, double[] element, double logProb) {
    tell(decoder.push((int) element[0]));
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
