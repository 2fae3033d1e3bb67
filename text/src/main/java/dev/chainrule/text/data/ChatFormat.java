package dev.chainrule.text.data;

import dev.chainrule.text.chat.ChatMessage;
import dev.chainrule.text.chat.ChatTemplate;
import java.util.List;

/** How a conversation is written as a text. */
@FunctionalInterface
public interface ChatFormat {
  /**
   * For vocabularies that have no form of their own: {@code role: content} and a line end, message
   * by message; what asks for an answer is {@code assistant: }.
   */
  ChatFormat PLAIN =
      (messages, asks) -> {
        StringBuilder text = new StringBuilder();
        for (Document.Message message : messages) {
          text.append(message.role()).append(": ").append(message.content()).append('\n');
        }
        return text.append(asks ? Document.Message.ASSISTANT + ": " : "").toString();
      };

  /**
   * A conversation.
   *
   * @param asks whether the text ends where the assistant's next message would begin
   */
  String write(List<Document.Message> messages, boolean asks);

  /** Whether control tokens are spelled out in what is written, as templates of models do. */
  default boolean isMarked() {
    return false;
  }

  /** By a template of a model's files. */
  static ChatFormat of(ChatTemplate template) {
    return new ChatFormat() {
      @Override
      public String write(List<Document.Message> messages, boolean asks) {
        return template.render(
            messages.stream().map(m -> new ChatMessage(m.role(), m.content())).toList(), asks);
      }

      @Override
      public boolean isMarked() {
        return true;
      }
    };
  }
}
