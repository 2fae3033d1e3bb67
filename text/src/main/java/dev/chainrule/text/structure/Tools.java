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
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Functions that a chat model may call, as OpenAI's API lists them. A call is {@code {"name": ...,
 * "arguments": {...}}} with arguments of the function's schema, between the marks of the model's
 * chat template where that has {@code <tool_call>}.
 */
public final class Tools {
  static final String BEGIN = "<tool_call>";
  static final String END = "</tool_call>";
  private static final String LINE_END = "\n";

  private final String origin;
  private final List<Tool> tools;

  private record Tool(String name, JsonNode whole, JsonNode parameters) {}

  /**
   * A call.
   *
   * @param name of the function
   * @param arguments a JSON object
   */
  public record Call(String name, String arguments) {}

  private Tools(String origin, List<Tool> tools) {
    this.origin = origin;
    this.tools = List.copyOf(tools);
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
    List<Tool> tools = new ArrayList<>();
    for (JsonNode each : list) {
      JsonNode function = each.path("function");
      JsonNode name = function.path("name");
      if (!each.path("type").asString("").equals("function") || !name.isString()) {
        throw new InputException(
            "%s: tool %d is %s, expected {\"type\": \"function\", \"function\": {\"name\": ...}}"
                .formatted(origin, tools.size() + 1, Excerpt.of(each.toString())));
      }
      tools.add(new Tool(name.stringValue(), each, function.path("parameters")));
    }
    return new Tools(origin, tools);
  }

  /** The functions' names. */
  public List<String> names() {
    return tools.stream().map(Tool::name).toList();
  }

  /**
   * The function of a name alone.
   *
   * @throws InputException if there is none
   */
  public Tools only(String name) {
    List<Tool> one = tools.stream().filter(tool -> tool.name().equals(name)).limit(1).toList();
    if (one.isEmpty()) {
      throw new InputException(
          "%s: has no function '%s', expected one of %s".formatted(origin, name, names()));
    }
    return new Tools(origin, one);
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
    return Json.mapper().convertValue(list(), new TypeReference<>() {});
  }

  private ArrayNode list() {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    tools.forEach(tool -> list.add(tool.whole()));
    return list;
  }

  /** The list as JSON. */
  public String json() {
    return list().toString();
  }

  /** Whether calls of a model stand between marks. */
  static boolean isMarked(String templateSource) {
    return templateSource.contains(BEGIN) && templateSource.contains(END);
  }

  private Format call() {
    ObjectNode calls = JsonNodeFactory.instance.objectNode();
    ArrayNode options = calls.putArray("anyOf");
    for (Tool tool : tools) {
      ObjectNode option = options.addObject();
      option.put("type", "object");
      ObjectNode properties = option.putObject("properties");
      properties.putObject("name").put("const", tool.name());
      String place = "#/anyOf/" + (options.size() - 1) + "/properties/arguments";
      properties.set("arguments", parameters(tool.parameters(), place));
      option.putArray("required").add("name").add("arguments");
    }
    return new Format.JsonSchema(calls.toString(), origin);
  }

  /**
   * What a call of one of them is.
   *
   * @param templateSource the text of the model's chat template, which may have marks for calls
   */
  public Format format(String templateSource) {
    return format(templateSource, true, false);
  }

  /**
   * What an answer is of a model that may call them.
   *
   * @param templateSource the text of the model's chat template, which may have marks for calls
   * @param required whether it must call one
   * @param several whether it may call more than one, or one several times: where calls have marks
   */
  public Format format(String templateSource, boolean required, boolean several) {
    Format call = call();
    if (!isMarked(templateSource)) {
      // Who does not call begins otherwise.
      return required ? call : new Format.FreeUnless("{ \t\r\n", call);
    }
    Format marked = new Format.Framed(LINE_END, call, LINE_END + END);
    Format all = several ? new Format.Repeated(marked, LINE_END + BEGIN) : marked;
    return required ? new Format.Framed(BEGIN, all, "") : new Format.FreeUntil(BEGIN, all);
  }

  /**
   * The call that a text of {@link #format(String)} is.
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

  /** A call as a model writes it, by {@link #format(String)} of the same template. */
  public static String written(Call call, String templateSource) {
    String json =
        "{\"name\": %s, \"arguments\": %s}"
            .formatted(JsonNodeFactory.instance.stringNode(call.name()), call.arguments());
    return isMarked(templateSource) ? BEGIN + LINE_END + json + LINE_END + END : json;
  }
}
