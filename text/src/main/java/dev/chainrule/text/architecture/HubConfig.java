package dev.chainrule.text.architecture;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Excerpt;
import dev.chainrule.base.io.Json;
import dev.chainrule.core.kernel.GateFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A {@code config.json} of transformers, or a part of it. A key that is absent or null has its
 * default; a value of another type is an {@link InputException} that names the key.
 */
final class HubConfig {
  private static final Map<String, GateFunction> ACTIVATIONS =
      Map.of(
          "silu", GateFunction.SILU,
          "swish", GateFunction.SILU,
          "gelu", GateFunction.GELU,
          "gelu_new", GateFunction.GELU_TANH,
          "gelu_fast", GateFunction.GELU_TANH,
          "gelu_pytorch_tanh", GateFunction.GELU_TANH,
          "relu", GateFunction.RELU);

  private final String origin;
  private final JsonNode tree;

  private HubConfig(String origin, JsonNode tree) {
    this.origin = origin;
    this.tree = tree;
  }

  /**
   * Parses a text.
   *
   * @param origin where it comes from, for messages
   */
  static HubConfig parse(String text, String origin) {
    JsonNode tree = Json.parse(text, origin, JsonNode.class);
    if (!tree.isObject()) {
      throw new InputException(origin + ": is no JSON object, expected a model's configuration");
    }
    return new HubConfig(origin, tree);
  }

  String origin() {
    return origin;
  }

  boolean has(String key) {
    return !tree.path(key).isMissingNode() && !tree.path(key).isNull();
  }

  /** Whether a key is there and says that there is none of what it names. */
  boolean isNull(String key) {
    return tree.path(key).isNull();
  }

  int integer(String key, int otherwise) {
    if (!has(key)) {
      return otherwise;
    }
    JsonNode node = tree.path(key);
    boolean whole = node.isIntegralNumber() && node.canConvertToInt();
    return required(whole, key, "a whole number of 32 bits").asInt();
  }

  double number(String key, double otherwise) {
    if (!has(key)) {
      return otherwise;
    }
    JsonNode node = tree.path(key);
    // A whole number may have more digits than a double can hold.
    boolean fits = node.isNumber() && node.asDoubleOpt().isPresent();
    return required(fits, key, "a number of 64 bits").asDouble();
  }

  boolean flag(String key, boolean otherwise) {
    return has(key)
        ? required(tree.path(key).isBoolean(), key, "true or false").asBoolean()
        : otherwise;
  }

  String text(String key, String otherwise) {
    return has(key) ? required(tree.path(key).isString(), key, "a text").asString() : otherwise;
  }

  List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    for (JsonNode element : list(key)) {
      required(element.isString(), key, "a list of texts");
      texts.add(element.asString());
    }
    return texts;
  }

  List<Integer> integers(String key) {
    List<Integer> integers = new ArrayList<>();
    for (JsonNode element : list(key)) {
      required(element.isIntegralNumber() && element.canConvertToInt(), key, "whole numbers");
      integers.add(element.asInt());
    }
    return integers;
  }

  private Iterable<JsonNode> list(String key) {
    return has(key) ? required(tree.path(key).isArray(), key, "a list") : List.of();
  }

  /** An object within; null where there is none. */
  @Nullable HubConfig part(String key) {
    if (!has(key)) {
      return null;
    }
    return new HubConfig(
        origin + ": " + key, required(tree.path(key).isObject(), key, "an object"));
  }

  GateFunction activation(String key, String otherwise) {
    String name = text(key, otherwise);
    GateFunction activation = ACTIVATIONS.get(name);
    if (activation == null) {
      throw refused(key, "\"" + Excerpt.of(name) + "\"", "one of " + sorted());
    }
    return activation;
  }

  private static List<String> sorted() {
    return ACTIVATIONS.keySet().stream().sorted().toList();
  }

  /** Fails where a key has another value than the only one that there is code for. */
  void require(String key, boolean expected) {
    if (flag(key, expected) != expected) {
      throw refused(key, String.valueOf(!expected), String.valueOf(expected));
    }
  }

  InputException refused(String key, String found, String expected) {
    return new InputException("%s: %s is %s, expected %s".formatted(origin, key, found, expected));
  }

  private JsonNode required(boolean fits, String key, String expected) {
    JsonNode node = tree.path(key);
    if (!fits) {
      throw refused(key, Excerpt.of(node.toString()), expected);
    }
    return node;
  }
}
