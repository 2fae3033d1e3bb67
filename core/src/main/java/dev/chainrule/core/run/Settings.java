package dev.chainrule.core.run;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Changes of a configuration record by the names of its components. */
public final class Settings {
  private Settings() {}

  /**
   * The record with other values.
   *
   * @param configuration what is changed
   * @param type its class
   * @param changes values by component, as {@code config.json} writes both: {@code num_layers=4}
   * @param model what it configures, for messages
   * @throws IllegalArgumentException if there is no such component, or the record refuses the value
   */
  public static <C> C apply(
      C configuration, Class<C> type, Map<String, String> changes, String model) {
    if (changes.isEmpty()) {
      return configuration;
    }
    ObjectNode tree = Json.mapper().valueToTree(configuration);
    changes.forEach(
        (name, value) -> {
          if (!tree.has(name)) {
            List<String> names = new ArrayList<>(tree.propertyNames());
            throw new IllegalArgumentException(
                "set: found %s, but %s has no such setting, expected one of %s"
                    .formatted(name, model, String.join(", ", names)));
          }
          tree.set(name, parse(value));
        });
    try {
      return Json.parse(tree.toString(), "settings of " + model, type);
    } catch (InputException e) {
      String message = String.valueOf(e.getMessage());
      // The place is one in a text that nobody wrote.
      throw new IllegalArgumentException(message.replaceFirst(":\\d+:\\d+: ", ": "), e);
    }
  }

  /** The names of a record's components, as {@code config.json} writes them. */
  public static List<String> names(Object configuration) {
    ObjectNode tree = Json.mapper().valueToTree(configuration);
    return List.copyOf(tree.propertyNames());
  }

  /** A number, true, false or null, or else a word. */
  private static JsonNode parse(String value) {
    try {
      JsonNode node = Json.mapper().readTree(value);
      if (node.isValueNode()) {
        return node;
      }
    } catch (JacksonException notJson) {
      // A word.
    }
    return Json.mapper().getNodeFactory().stringNode(value);
  }
}
