package dev.chainrule.text.tokenizer.huggingface;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Excerpt;
import dev.chainrule.text.tokenizer.subword.WholeText;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * An object of a file, read field by field; what is missing or of another type is refused by its
 * path.
 *
 * @param path such as {@code pre_tokenizer.pretokenizers[1]}
 */
record Fields(JsonNode node, String origin, String path) {
  InputException refusal(String found, String expected) {
    return new InputException("%s: %s %s, expected %s".formatted(origin, path, found, expected));
  }

  private Fields at(JsonNode value, String name) {
    return new Fields(value, origin, path.isEmpty() ? name : path + "." + name);
  }

  private InputException wrong(String name, String expected) {
    JsonNode value = node.path(name);
    return at(value, name)
        .refusal(
            value.isMissingNode() ? "is missing" : "is " + Excerpt.of(value.toString()), expected);
  }

  boolean has(String name) {
    return node.has(name) && !node.path(name).isNull();
  }

  String type() {
    return string("type");
  }

  String string(String name) {
    JsonNode value = node.path(name);
    if (!value.isString() || !WholeText.is(value.stringValue())) {
      throw wrong(name, "a text");
    }
    return value.stringValue();
  }

  String string(String name, String otherwise) {
    return has(name) ? string(name) : otherwise;
  }

  boolean flag(String name, boolean otherwise) {
    if (!has(name)) {
      return otherwise;
    }
    if (!node.path(name).isBoolean()) {
      throw wrong(name, "true or false");
    }
    return node.path(name).booleanValue();
  }

  /** A whole number from 0. */
  int count(String name) {
    JsonNode value = node.path(name);
    if (!value.isInt() || value.intValue() < 0) {
      throw wrong(name, "a whole number from 0 to " + Integer.MAX_VALUE);
    }
    return value.intValue();
  }

  int count(String name, int otherwise) {
    return has(name) ? count(name) : otherwise;
  }

  Fields object(String name) {
    if (!node.path(name).isObject()) {
      throw wrong(name, "an object");
    }
    return at(node.path(name), name);
  }

  List<Fields> objects(String name) {
    JsonNode list = node.path(name);
    if (!list.isArray()) {
      throw wrong(name, "a list");
    }
    List<Fields> objects = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      Fields element = at(list.get(i), name + "[" + i + "]");
      if (!list.get(i).isObject()) {
        throw element.refusal("is " + Excerpt.of(list.get(i).toString()), "an object");
      }
      objects.add(element);
    }
    return objects;
  }

  InputException unknownType(String known) {
    return refusal("has type \"" + Excerpt.of(type()) + "\"", "one of " + known);
  }
}
