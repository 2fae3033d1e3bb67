package dev.chainrule.text.serving;

import dev.chainrule.base.InputException;
import dev.chainrule.text.chat.ChatTemplate;
import dev.chainrule.text.run.TextModel;
import dev.chainrule.text.structure.Tools;
import dev.chainrule.text.tokenizer.Tokenizer;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Conversations as a model's template has them, with functions that it may call: also where the
 * template knows nothing of these.
 *
 * @param template none for a model that did not learn conversations
 */
public record ChatPrompts(Tokenizer tokenizer, Optional<ChatTemplate> template) {
  private static final String CALLS = "tool_calls";

  /** Those of a model. */
  public static ChatPrompts of(TextModel model) throws IOException {
    return new ChatPrompts(model.tokenizer(), model.chatTemplate());
  }

  /** The template's text; empty if there is none. */
  public String source() {
    return template.map(ChatTemplate::source).orElse("");
  }

  /**
   * What someone says.
   *
   * @param role {@code system}, {@code user}, {@code assistant} or {@code tool}
   */
  public static Map<String, @Nullable Object> message(String role, String content) {
    Map<String, @Nullable Object> message = new LinkedHashMap<>(); // some templates print them
    message.put("role", role);
    message.put("content", content);
    return message;
  }

  /**
   * A call, one of those in a message's {@code tool_calls}.
   *
   * @param arguments texts, numbers, truths, null, and lists and maps of them
   */
  public static Map<String, @Nullable Object> call(
      String id, String name, Map<String, @Nullable Object> arguments) {
    Map<String, @Nullable Object> function = new LinkedHashMap<>();
    function.put("name", name);
    function.put("arguments", arguments);
    Map<String, @Nullable Object> call = new LinkedHashMap<>();
    call.put("id", id);
    call.put("type", "function");
    call.put("function", function);
    return call;
  }

  /**
   * The tokens of a conversation, up to where the model answers.
   *
   * @param messages by {@link #message}; the assistant's may have {@code tool_calls}, a list of
   *     {@link #call}s, and what a tool gave has a {@code tool_call_id}
   * @param tools that it is told of; null for none
   * @throws InputException if the model has no template, or its template refuses the messages
   */
  public int[] encode(List<Map<String, @Nullable Object>> messages, @Nullable Tools tools) {
    ChatTemplate known =
        template.orElseThrow(
            () ->
                new InputException(
                    "the model's files have no chat template, expected a prompt in place of"
                        + " messages"));
    List<Map<String, @Nullable Object>> said = messages;
    if (!source().contains(CALLS)) {
      said = ToolMessages.spelledOut(said, source());
    }
    Map<String, @Nullable Object> more = new LinkedHashMap<>();
    if (tools != null && source().contains("tools")) {
      more.put("tools", tools.forTemplate());
    } else if (tools != null) {
      said = ToolMessages.introduced(said, tools);
    }
    return tokenizer.encodeMarked(known.render(said, true, more));
  }
}
