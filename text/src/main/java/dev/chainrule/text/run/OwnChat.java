package dev.chainrule.text.run;

import dev.chainrule.text.data.ChatFormat;
import dev.chainrule.text.data.Document;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model's own form of conversations; its template is read with the first one, and need not be
 * understood by who has none.
 */
final class OwnChat implements ChatFormat {
  private final TextModel model;
  private @Nullable ChatFormat format;

  OwnChat(TextModel model) {
    this.model = model;
  }

  private ChatFormat format() {
    ChatFormat known = format;
    if (known == null) {
      try {
        known = model.wording().format();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      format = known;
    }
    return known;
  }

  @Override
  public String write(List<Document.Message> messages, boolean asks) {
    return format().write(messages, asks);
  }

  @Override
  public boolean isMarked() {
    return format().isMarked();
  }
}
