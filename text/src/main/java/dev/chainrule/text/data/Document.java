package dev.chainrule.text.data;

import java.util.List;

/** A text that stands for itself: what comes before or after it in a corpus says nothing of it. */
public sealed interface Document {
  /** Where it comes from: a file, and a line or record of it. */
  String origin();

  /** A text, all of which is learnt. */
  record Text(String origin, String text) implements Document {}

  /**
   * A question and its answer, of which only the answer is learnt.
   *
   * @param prompt what is given
   * @param answer what follows it at once
   */
  record Answered(String origin, String prompt, String answer) implements Document {}

  /** A conversation, of which only what the assistant says is learnt. */
  record Chat(String origin, List<Message> messages) implements Document {
    public Chat {
      messages = List.copyOf(messages);
    }
  }

  /**
   * What one side says.
   *
   * @param role such as {@code system}, {@code user} or {@link #ASSISTANT}
   */
  record Message(String role, String content) {
    /** The role of the side that is learnt. */
    public static final String ASSISTANT = "assistant";
  }
}
