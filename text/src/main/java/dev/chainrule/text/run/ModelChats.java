package dev.chainrule.text.run;

import dev.chainrule.text.chat.ChatMessage;
import dev.chainrule.text.chat.ChatTemplate;
import dev.chainrule.text.data.ChatFormat;
import dev.chainrule.text.data.Document;
import dev.chainrule.text.tokenizer.Tokenizer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Conversations as a model was trained to read them: by the template of its files, which is read
 * when there is a conversation, so that one which nobody needs may be of any kind.
 */
final class ModelChats implements ChatFormat {
  private final String source;
  private final Tokenizer tokenizer;
  private @Nullable ChatTemplate template;

  ModelChats(String source, Tokenizer tokenizer) {
    this.source = source;
    this.tokenizer = tokenizer;
  }

  @Override
  public String write(List<Document.Message> messages, boolean asks) {
    ChatTemplate parsed = template;
    if (parsed == null) {
      parsed = ChatTemplate.of(source, "the model's chat template", tokenizer);
      template = parsed;
    }
    List<ChatMessage> said =
        messages.stream().map(each -> new ChatMessage(each.role(), each.content())).toList();
    return parsed.render(said, asks);
  }

  @Override
  public boolean marked() {
    return true;
  }
}
