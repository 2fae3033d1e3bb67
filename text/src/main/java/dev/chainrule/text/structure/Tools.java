package dev.chainrule.text.structure;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Excerpt;
import dev.chainrule.base.io.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Functions that a chat model may call, as OpenAI's API lists them. A call is {@code {"name": ...,
 * "arguments": {...}}} with arguments of the function's schema, between the marks of the model's
 * chat template where that has {@code <tool_call>}.
 */
public final class Tools {
  private static final String BEGIN = "<tool_call>";
  private static final String END = "</tool_call>";

  private final String origin;
  private final JsonNode list;
  private final ObjectNode calls;

  /**
   * A call.
   *
   * @param name of the function
   * @param arguments a JSON object
   */
  public record Call(String name, String arguments) {}

  private Tools(String origin, JsonNode list, ObjectNode calls) {
    this.origin = origin;
    this.list = list;
    this.calls = calls;
  }

  /**
   * Reads a list of functions: {@code [{"type": "function", "function": {"name": ...,
   * "description": ..., "parameters": SCHEMA}}, ...]}.
   *
   * @param origin where it is from, for messages
   * @throws InputException if it is none
   */
  public static Tools parse(String json, String origin) {
    JsonNode list = Json.parse(json, origin, JsonNode.class);
    if (!list.isArray() || list.isEmpty()) {
      throw new InputException(origin + ": is no list of tools, expected one or more");
    }
    ObjectNode calls = JsonNodeFactory.instance.objectNode();
    List<JsonNode> options = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      JsonNode function = list.path(i).path("function");
      JsonNode name = function.path("name");
      if (!list.path(i).path("type").asString("").equals("function") || !name.isString()) {
        throw new InputException(
            "%s: tool %d is %s, expected {\"type\": \"function\", \"function\": {\"name\": ...}}"
                .formatted(origin, i + 1, Excerpt.of(list.path(i).toString())));
      }
      ObjectNode option = JsonNodeFactory.instance.objectNode();
      option.put("type", "object");
      ObjectNode properties = option.putObject("properties");
      properties.putObject("name").set("const", name);
      properties.set(
          "arguments",
          parameters(function.path("parameters"), "#/anyOf/" + i + "/properties/arguments"));
      option.putArray("required").add("name").add("arguments");
      options.add(option);
    }
    calls.putArray("anyOf").addAll(options);
    return new Tools(origin, list, calls);
  }

  /** A schema, whose references begin at another place now. */
  private static JsonNode parameters(JsonNode schema, String place) {
    if (schema.isMissingNode() || schema.isNull()) {
      ObjectNode none = JsonNodeFactory.instance.objectNode();
      none.put("type", "object");
      none.putObject("properties");
      return none;
    }
    JsonNode moved = schema.deepCopy();
    move(moved, place);
    return moved;
  }

  private static void move(JsonNode node, String place) {
    if (node instanceof ObjectNode object) {
      String reference = object.path("$ref").asString("");
      if (reference.startsWith("#")) {
        object.put("$ref", place + reference.substring(1));
      }
    }
    for (JsonNode child : node) {
      move(child, place);
    }
  }

  /** The list as a chat template takes it, as its variable {@code tools}. */
  public List<Map<String, @Nullable Object>> forTemplate() {
    return Json.mapper().convertValue(list, new TypeReference<>() {});
  }

  /**
   * What a call of one of them is.
   *
   * @param templateSource the text of the model's chat template, which may have marks for calls
   */
  public Format format(String templateSource) {
    Format call = new Format.JsonSchema(calls.toString(), origin);
    boolean marked = templateSource.contains(BEGIN) && templateSource.contains(END);
    return marked ? new Format.Framed(BEGIN + "\n", call, "\n" + END) : call;
  }

  /**
   * The call that a text of {@link #format} is.
   *
   * @throws InputException if it is none, as one that was cut short
   */
  public static Call call(String text) {
    String json = text.strip();
    if (json.startsWith(BEGIN) && json.endsWith(END)) {
      json = json.substring(BEGIN.length(), json.length() - END.length());
    }
    JsonNode call = Json.parse(json, "the call", JsonNode.class);
    if (!call.path("name").isString() || !call.path("arguments").isObject()) {
      throw new InputException(
          "the call is %s, expected {\"name\": ..., \"arguments\": {...}}"
              .formatted(Excerpt.of(json)));
    }
    return new Call(call.path("name").stringValue(), call.path("arguments").toString());
  }
}
