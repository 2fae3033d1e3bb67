package dev.chainrule.text.chat;

/**
 * What someone says in a conversation.
 *
 * @param role who: {@code system}, {@code user}, {@code assistant}, or what else a template knows
 * @param content what
 */
public record ChatMessage(String role, String content) {
  /** What the user says. */
  public static ChatMessage user(String content) {
    return new ChatMessage("user", content);
  }

  /** What the model said. */
  public static ChatMessage assistant(String content) {
    return new ChatMessage("assistant", content);
  }

  /** What the model is told to be. */
  public static ChatMessage system(String content) {
    return new ChatMessage("system", content);
  }
}
