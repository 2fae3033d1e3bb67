package dev.chainrule.text.openai;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import dev.chainrule.text.structure.CallReader;
import dev.chainrule.text.structure.Format;
import dev.chainrule.text.structure.Tools;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which functions an answer may call.
 *
 * @param tools none if it may call none
 * @param callable those that it may call, if not all
 * @param required whether it must call one
 * @param several whether it may call more than one
 */
record ToolUse(@Nullable Tools tools, @Nullable Tools callable, boolean required, boolean several) {
  private static final ToolUse NONE = new ToolUse(null, null, false, false);
  private static final int MOST = 128;
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");
  private static final String EXPECTED_CHOICE =
      "none, auto, required or an object that names a function";

  /**
   * Reads {@code tools}, {@code tool_choice} and {@code parallel_tool_calls}.
   *
   * @param nested whether what is said of a function stands in a field {@code function}
   */
  static ToolUse read(Fields fields, boolean nested) {
    fields.refuse("functions", "function_call");
    boolean several = fields.truth("parallel_tool_calls", true);
    JsonNode list = fields.get("tools");
    Tools tools = list == null || (list.isArray() && list.isEmpty()) ? null : tools(list, nested);
    JsonNode choice = fields.get("tool_choice");
    if (choice == null) {
      return tools == null ? NONE : new ToolUse(tools, tools, false, several);
    }
    if (choice.isObject()) {
      return named(Fields.of(choice, "tool_choice"), tools, nested);
    }
    String word = fields.word("tool_choice", "auto", "none", "auto", "required");
    if (word.equals("required") && tools == null) {
      throw ApiError.field("tool_choice", null, "found required without tools, expected none");
    }
    return tools == null || word.equals("none")
        ? NONE
        : new ToolUse(tools, tools, word.equals("required"), several);
  }

  private static ToolUse named(Fields choice, @Nullable Tools tools, boolean nested) {
    String type = choice.string("type");
    if (!"function".equals(type)) {
      throw ApiError.unsupported(
          "tool_choice.type", "found '%s', expected function".formatted(type));
    }
    Fields function = nested ? choice.object("function") : choice;
    String name = function == null ? null : function.string("name");
    if (function == null || name == null) {
      throw ApiError.field("tool_choice", null, "names no function, expected " + EXPECTED_CHOICE);
    }
    function.finish();
    choice.finish();
    if (tools == null) {
      throw ApiError.field("tool_choice", null, "found '%s' without tools".formatted(name));
    }
    try {
      return new ToolUse(tools, tools.only(name), true, false);
    } catch (InputException e) {
      throw ApiError.field("tool_choice", null, String.valueOf(e.getMessage()));
    }
  }

  private static Tools tools(JsonNode list, boolean nested) {
    if (!list.isArray() || list.size() > MOST) {
      throw ApiError.field(
          "tools",
          null,
          "found %s, expected an array of at most %d".formatted(Fields.shown(list), MOST));
    }
    ArrayNode normal = Json.mapper().createArrayNode();
    Set<String> names = new HashSet<>();
    for (JsonNode each : list) {
      Fields tool = Fields.of(each, "tools[" + normal.size() + "]");
      String type = tool.string("type");
      if (!"function".equals(type)) {
        throw ApiError.unsupported(
            tool.path("type"), "found '%s', expected function".formatted(type));
      }
      Fields function = nested ? tool.object("function") : tool;
      if (function == null) {
        throw ApiError.field(tool.path("function"), null, "is missing, expected a function");
      }
      ObjectNode said = normal.addObject().put("type", "function").putObject("function");
      function(function, said, names);
      tool.finish();
    }
    return Tools.parse(normal.toString(), "tools");
  }

  private static void function(Fields function, ObjectNode said, Set<String> names) {
    String name = function.string("name");
    if (name == null || !NAME.matcher(name).matches()) {
      throw ApiError.field(
          function.path("name"),
          null,
          "found '%s', expected 1 to 64 letters, digits, _ or -".formatted(name));
    }
    if (!names.add(name)) {
      throw ApiError.field(
          function.path("name"), null, "found '%s' again, expected it once".formatted(name));
    }
    said.put("name", name);
    String description = function.string("description");
    if (description != null) {
      said.put("description", description);
    }
    JsonNode parameters = function.get("parameters");
    if (parameters != null) {
      if (!parameters.isObject()) {
        throw function.wrong("parameters", parameters, "a schema, an object");
      }
      said.set("parameters", parameters);
    }
    function.truth("strict", false);
    function.finish();
  }

  /** What answers are held to; null for any text. */
  @Nullable Format format(String templateSource) {
    return callable == null ? null : callable.format(templateSource, required, several);
  }

  /** An answer before any text of it. */
  Said begin(String templateSource) {
    return new Said(tools == null ? null : new CallReader(templateSource));
  }

  /** Writes what was asked for into an answer of the responses route. */
  void describe(ObjectNode json) {
    json.put("parallel_tool_calls", several);
    ArrayNode list = json.putArray("tools");
    Tools all = tools;
    Tools some = callable;
    if (all == null || some == null) {
      json.put("tool_choice", "none");
      return;
    }
    List<String> names = some.names();
    if (names.size() < all.names().size()) {
      json.putObject("tool_choice").put("type", "function").put("name", names.getFirst());
    } else {
      json.put("tool_choice", required ? "required" : "auto");
    }
    for (JsonNode each : Json.parse(all.json(), "tools", JsonNode.class)) {
      ObjectNode flat = list.addObject().put("type", "function");
      flat.setAll((ObjectNode) each.path("function"));
      if (!flat.has("parameters")) {
        flat.putObject("parameters");
      }
      flat.put("strict", true);
    }
  }
}
