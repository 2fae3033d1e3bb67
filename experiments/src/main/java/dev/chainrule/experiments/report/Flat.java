package dev.chainrule.experiments.report;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** A tree of settings as lines: dotted keys and their values. */
final class Flat {
  private Flat() {}

  /** All values of a tree, by key below a prefix. */
  static Map<String, String> of(String prefix, JsonNode tree) {
    Map<String, String> flat = new LinkedHashMap<>();
    add(flat, prefix, tree);
    return flat;
  }

  private static void add(Map<String, String> flat, String key, JsonNode node) {
    if (node.isObject()) {
      for (String name : node.propertyNames()) {
        add(flat, key.isEmpty() ? name : key + "." + name, node.path(name));
      }
    } else if (node.isArray() && node.path(0).isObject()) {
      for (int i = 0; i < node.size(); i++) {
        add(flat, key + "." + (i + 1), node.path(i));
      }
    } else if (!node.isNull() && !node.isMissingNode()) {
      flat.put(key, value(node));
    }
  }

  private static String value(JsonNode node) {
    if (node.isString()) {
      return node.asString();
    }
    if (node.isNumber()) {
      double number = node.asDouble();
      if (number >= Double.MAX_VALUE) {
        return "none";
      }
      return Figures.shown(number);
    }
    return node.toString();
  }
}
