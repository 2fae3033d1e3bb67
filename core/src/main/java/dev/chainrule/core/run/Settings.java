package dev.chainrule.core.run;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
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
   * @param changes values by component, as {@code config.json} writes both: {@code num_layers=4}; a
   *     component of a component has a dot in its name, and a list stands in brackets
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
          ObjectNode owner = owner(tree, name);
          String last = name.substring(name.lastIndexOf('.') + 1);
          if (owner == null || !owner.has(last)) {
            throw new IllegalArgumentException(
                "set: found %s, but %s has no such setting, expected one of %s"
                    .formatted(name, model, String.join(", ", names(tree, ""))));
          }
          owner.set(last, parse(value));
        });
    try {
      return Json.parse(tree.toString(), "settings of " + model, type);
    } catch (InputException e) {
      String message = String.valueOf(e.getMessage());
      // The place is one in a text that nobody wrote.
      throw new IllegalArgumentException(message.replaceFirst(":\\d+:\\d+: ", ": "), e);
    }
  }

  /** The part that a name with dots is in; null where there is none. */
  private static @Nullable ObjectNode owner(ObjectNode tree, String name) {
    ObjectNode owner = tree;
    String[] parts = name.split("\\.", -1);
    for (int i = 0; i < parts.length - 1; i++) {
      if (!(owner.path(parts[i]) instanceof ObjectNode part)) {
        return null;
      }
      owner = part;
    }
    return owner;
  }

  /** The names of a record's components, as {@code config.json} writes them. */
  public static List<String> names(Object configuration) {
    return names(Json.mapper().valueToTree(configuration), "");
  }

  private static List<String> names(ObjectNode tree, String prefix) {
    List<String> names = new ArrayList<>();
    for (String name : tree.propertyNames()) {
      if (tree.path(name) instanceof ObjectNode part) {
        names.addAll(names(part, prefix + name + "."));
      } else {
        names.add(prefix + name);
      }
    }
    return names;
  }

  /** A number, true, false or null, a list, or else a word. */
  private static JsonNode parse(String value) {
    try {
      JsonNode node = Json.mapper().readTree(value);
      if (node.isValueNode() || node.isArray()) {
        return node;
      }
    } catch (JacksonException notJson) {
      // A word.
    }
    return Json.mapper().getNodeFactory().stringNode(value);
  }
}
