package dev.chainrule.text.openai;

import dev.chainrule.base.InputException;
import dev.chainrule.text.chat.ChatTemplate;
import dev.chainrule.text.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Conversations, as the model's template has them.
 *
 * @param template none for a model that did not learn conversations
 */
record Messages(Tokenizer tokenizer, Optional<ChatTemplate> template) {
  /** The tokens of a conversation, up to where the model answers. */
  int[] encode(List<Map<String, String>> messages, String param) {
    if (template.isEmpty()) {
      throw ApiError.field(
          param,
          "no_chat_template",
          "cannot be read: the model's files have no chat template; expected a prompt, at"
              + " /v1/completions");
    }
    try {
      return tokenizer.encodeMarked(template.get().render(messages, true, Map.of()));
    } catch (InputException e) {
      throw ApiError.field(param, null, String.valueOf(e.getMessage()));
    }
  }

  /** Reads a list of messages. */
  static List<Map<String, String>> read(@Nullable JsonNode list, String param) {
    if (list == null || !list.isArray() || list.isEmpty()) {
      throw ApiError.field(
          param,
          null,
          "found %s, expected an array of 1 message or more"
              .formatted(list == null ? "nothing" : Fields.shown(list)));
    }
    List<Map<String, String>> messages = new ArrayList<>();
    for (JsonNode each : list) {
      messages.add(message(Fields.of(each, param + "[" + messages.size() + "]")));
    }
    return messages;
  }

  private static Map<String, String> message(Fields fields) {
    fields.refuse("tool_calls", "function_call", "audio", "refusal");
    fields.word("type", "message", "message");
    fields.ignore("name", "id", "status", "annotations");
    String role = fields.word("role", "", "system", "developer", "user", "assistant");
    if (role.isEmpty()) {
      throw ApiError.field(fields.path("role"), null, "is missing, expected who speaks");
    }
    String content = content(fields);
    fields.finish();
    // What newer versions of the API call the developer, templates call the system.
    return message(role.equals("developer") ? "system" : role, content);
  }

  static Map<String, String> message(String role, String content) {
    Map<String, String> message = new LinkedHashMap<>(); // some templates print them in order
    message.put("role", role);
    message.put("content", content);
    return message;
  }

  private static String content(Fields fields) {
    JsonNode content = fields.get("content");
    String param = fields.path("content");
    if (content == null || !content.isArray()) {
      if (content == null) {
        throw ApiError.field(param, null, "is missing, expected a text");
      }
      return Fields.string(content, param);
    }
    StringBuilder text = new StringBuilder();
    int number = 0;
    for (JsonNode part : content) {
      Fields of = Fields.of(part, param + "[" + number++ + "]");
      String type = of.string("type");
      boolean isText = type != null && List.of("text", "input_text", "output_text").contains(type);
      if (!isText) {
        throw ApiError.unsupported(of.path("type"), "found '%s', expected text".formatted(type));
      }
      JsonNode piece = of.get("text");
      if (piece == null) {
        throw ApiError.field(of.path("text"), null, "is missing, expected a text");
      }
      text.append(Fields.string(piece, of.path("text")));
      of.ignore("annotations", "logprobs");
      of.finish();
    }
    return text.toString();
  }
}
