package dev.chainrule.text.serving;

import dev.chainrule.base.io.Json;
import dev.chainrule.text.structure.Tools;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Conversations about tools for templates that know nothing of these: as what is said. */
final class ToolMessages {
  private static final String TEXT = "content";

  private ToolMessages() {}

  /** Calls as the model writes them, and what they gave as what the user says. */
  static List<Map<String, @Nullable Object>> spelledOut(
      List<Map<String, @Nullable Object>> messages, String templateSource) {
    List<Map<String, @Nullable Object>> all = new ArrayList<>();
    boolean results = false;
    for (Map<String, @Nullable Object> message : messages) {
      boolean result = "tool".equals(message.get("role"));
      String text = String.valueOf(message.get(TEXT));
      if (result && results) {
        // One message: some templates want each role in its turn.
        all.getLast().merge(TEXT, "\n" + text, (before, more) -> before + "" + more);
      } else if (result) {
        all.add(ChatPrompts.message("user", text));
      } else {
        Map<String, @Nullable Object> plain = new LinkedHashMap<>(message);
        if (plain.remove("tool_calls") instanceof List<?> calls) {
          plain.put(TEXT, text + (text.isEmpty() ? "" : "\n") + written(calls, templateSource));
        }
        all.add(plain);
      }
      results = result;
    }
    return all;
  }

  private static String written(List<?> calls, String templateSource) {
    List<String> all = new ArrayList<>();
    for (Object call : calls) {
      all.add(Tools.written(made(call), templateSource));
    }
    return String.join("\n", all);
  }

  private static Tools.Call made(@Nullable Object call) {
    JsonNode function = Json.mapper().valueToTree(call).path("function");
    return new Tools.Call(
        function.path("name").asString(""), function.path("arguments").toString());
  }

  /** With a list of tools, and how they are called, as what the model is told to be. */
  static List<Map<String, @Nullable Object>> introduced(
      List<Map<String, @Nullable Object>> messages, Tools tools) {
    String told =
        "You may call functions. To call one, answer with nothing but {\"name\": NAME,"
            + " \"arguments\": {...}}. The functions: "
            + tools.json();
    List<Map<String, @Nullable Object>> all = new ArrayList<>(messages);
    Map<String, @Nullable Object> first = messages.getFirst();
    if ("system".equals(first.get("role"))) {
      all.set(0, ChatPrompts.message("system", first.get(TEXT) + "\n\n" + told));
    } else {
      all.addFirst(ChatPrompts.message("system", told));
    }
    return all;
  }
}
