package dev.chainrule.text.openai;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import dev.chainrule.text.serving.ChatPrompts;
import dev.chainrule.text.structure.Tools;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;

/** Conversations of requests, as the model's template has them. */
record Messages(ChatPrompts prompts) {
  private static final String CALLS = "tool_calls";

  /** The template's text; empty if there is none. */
  String source() {
    return prompts.source();
  }

  /**
   * The tokens of a conversation, up to where the model answers.
   *
   * @param tools that it is told of; null for none
   */
  int[] encode(List<Map<String, @Nullable Object>> messages, @Nullable Tools tools, String param) {
    if (prompts.template().isEmpty()) {
      throw ApiError.field(
          param,
          "no_chat_template",
          "cannot be read: the model's files have no chat template; expected a prompt, at"
              + " /v1/completions");
    }
    try {
      return prompts.encode(messages, tools);
    } catch (InputException e) {
      throw ApiError.field(param, null, String.valueOf(e.getMessage()));
    }
  }

  /** Reads a list of messages, or of the items of the responses route. */
  static List<Map<String, @Nullable Object>> read(@Nullable JsonNode list, String param) {
    if (list == null || !list.isArray() || list.isEmpty()) {
      throw ApiError.field(
          param,
          null,
          "found %s, expected an array of 1 message or more"
              .formatted(list == null ? "nothing" : Fields.shown(list)));
    }
    List<Map<String, @Nullable Object>> messages = new ArrayList<>();
    int number = 0;
    for (JsonNode each : list) {
      Fields fields = Fields.of(each, param + "[" + number++ + "]");
      boolean items = param.equals("input");
      String[] types = {"message", "function_call", "function_call_output"};
      String type = items ? fields.word("type", "message", types) : "message";
      switch (type) {
        case "function_call" -> addCall(messages, itemCall(fields));
        case "function_call_output" -> messages.add(itemResult(fields));
        default -> messages.add(message(fields));
      }
      fields.finish();
    }
    return messages;
  }

  private static Map<String, @Nullable Object> message(Fields fields) {
    fields.refuse("function_call", "audio", "refusal");
    fields.word("type", "message", "message");
    fields.ignore("name", "id", "status", "annotations");
    String role = fields.word("role", "", "system", "developer", "user", "assistant", "tool");
    if (role.isEmpty()) {
      throw ApiError.field(fields.path("role"), null, "is missing, expected who speaks");
    }
    JsonNode found = fields.get(CALLS);
    JsonNode calls = found != null && found.isArray() && found.isEmpty() ? null : found;
    if (calls != null && !role.equals("assistant")) {
      throw fields.wrong(CALLS, calls, "none but of the assistant");
    }
    if (role.equals("tool")) {
      Map<String, @Nullable Object> result = ChatPrompts.message(role, content(fields, false));
      result.put("tool_call_id", required(fields, "tool_call_id"));
      return result;
    }
    String content = content(fields, calls != null);
    // What newer versions of the API call the developer, templates call the system.
    Map<String, @Nullable Object> message =
        ChatPrompts.message(role.equals("developer") ? "system" : role, content);
    if (calls != null) {
      message.put(CALLS, calls(fields, calls));
    }
    return message;
  }

  private static String required(Fields fields, String name) {
    String value = fields.string(name);
    if (value == null) {
      throw ApiError.field(fields.path(name), null, "is missing, expected a text");
    }
    return value;
  }

  private static List<Map<String, @Nullable Object>> calls(Fields message, JsonNode list) {
    if (!list.isArray()) {
      throw message.wrong(CALLS, list, "an array of calls");
    }
    List<Map<String, @Nullable Object>> calls = new ArrayList<>();
    for (JsonNode each : list) {
      Fields call = Fields.of(each, message.path(CALLS) + "[" + calls.size() + "]");
      call.word("type", "function", "function");
      Fields function = call.object("function");
      if (function == null) {
        throw ApiError.field(call.path("function"), null, "is missing, expected a function");
      }
      calls.add(call(required(call, "id"), function));
      function.finish();
      call.ignore("index");
      call.finish();
    }
    return calls;
  }

  /** A call as templates have it: with arguments that are a map. */
  private static Map<String, @Nullable Object> call(String id, Fields function) {
    String name = required(function, "name");
    String arguments = required(function, "arguments");
    return ChatPrompts.call(
        id,
        name,
        Json.mapper()
            .convertValue(
                object(arguments, function.path("arguments")),
                new TypeReference<Map<String, @Nullable Object>>() {}));
  }

  private static JsonNode object(String json, String param) {
    try {
      JsonNode object = Json.parse(json, "the text", JsonNode.class);
      if (object.isObject()) {
        return object;
      }
      throw new InputException("it is " + Fields.shown(object));
    } catch (InputException e) {
      throw ApiError.field(param, null, "is no JSON object: " + e.getMessage());
    }
  }

  private static Map<String, @Nullable Object> itemCall(Fields fields) {
    fields.ignore("id", "status");
    return call(required(fields, "call_id"), fields);
  }

  /** Adds a call to those of the message before, if that is of calls. */
  @SuppressWarnings("unchecked") // what is read here alone
  private static void addCall(
      List<Map<String, @Nullable Object>> messages, Map<String, @Nullable Object> call) {
    if (!messages.isEmpty()
        && messages.getLast().get("role") instanceof String role
        && role.equals("assistant")) {
      List<Map<String, @Nullable Object>> calls = new ArrayList<>();
      if (messages.getLast().get(CALLS) instanceof List<?> before) {
        calls.addAll((List<Map<String, @Nullable Object>>) before);
      }
      calls.add(call);
      messages.getLast().put(CALLS, calls);
      return;
    }
    Map<String, @Nullable Object> message = ChatPrompts.message("assistant", "");
    message.put(CALLS, List.of(call));
    messages.add(message);
  }

  private static Map<String, @Nullable Object> itemResult(Fields fields) {
    fields.ignore("id", "status");
    Map<String, @Nullable Object> result = ChatPrompts.message("tool", text(fields, "output"));
    result.put("tool_call_id", required(fields, "call_id"));
    return result;
  }

  private static String content(Fields fields, boolean optional) {
    return optional && fields.get("content") == null ? "" : text(fields, "content");
  }

  private static String text(Fields fields, String name) {
    JsonNode content = fields.get(name);
    String param = fields.path(name);
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
