package dev.chainrule.text.data;

import dev.chainrule.text.tokenizer.Tokenizer;
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

  /**
   * Whether control tokens are spelled out in what is written, those that begin and end a
   * conversation among them: {@link Tokenizer#encodeMarked} reads it, and nothing is put around it.
   */
  default boolean marked() {
    return false;
  }
}
