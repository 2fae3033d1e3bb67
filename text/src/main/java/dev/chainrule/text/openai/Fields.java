package dev.chainrule.text.openai;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The fields of a JSON object, each read with its type and range; null is as if it were absent. */
final class Fields {
  private static final int SHOWN = 60;

  private final JsonNode object;
  private final String path;
  private final Set<String> known = new HashSet<>();

  /** Those of a request. */
  Fields(JsonNode body) {
    this(body, "");
    if (!body.isObject()) {
      throw ApiError.request(
          400, null, "the body is %s, expected a JSON object".formatted(shown(body)));
    }
  }

  private Fields(JsonNode object, String path) {
    this.object = object;
    this.path = path;
  }

  /** Those of an object in a field. */
  static Fields of(JsonNode node, String path) {
    if (!node.isObject()) {
      throw ApiError.field(path, null, "found %s, expected an object".formatted(shown(node)));
    }
    return new Fields(node, path + ".");
  }

  String path(String name) {
    return path + name;
  }

  @Nullable JsonNode get(String name) {
    known.add(name);
    JsonNode value = object.get(name);
    return value == null || value.isNull() ? null : value;
  }

  /** The fields of an object; null if there is none. */
  @Nullable Fields object(String name) {
    JsonNode value = get(name);
    return value == null ? null : of(value, path(name));
  }

  OptionalInt integer(String name, int least, int most) {
    JsonNode value = get(name);
    if (value == null) {
      return OptionalInt.empty();
    }
    double number = value.isNumber() ? value.asDoubleOpt().orElse(Double.NaN) : Double.NaN;
    if (!(number >= least && number <= most && number == Math.rint(number))) {
      throw wrong(name, value, "a whole number from %d to %d".formatted(least, most));
    }
    return OptionalInt.of((int) number);
  }

  double number(String name, double least, double most, double usual) {
    JsonNode value = get(name);
    if (value == null) {
      return usual;
    }
    return number(value, path(name), least, most);
  }

  static double number(JsonNode value, String param, double least, double most) {
    double number = value.isNumber() ? value.asDoubleOpt().orElse(Double.NaN) : Double.NaN;
    if (!(number >= least && number <= most)) {
      throw ApiError.field(
          param,
          null,
          "found %s, expected a number from %s to %s".formatted(shown(value), least, most));
    }
    return number;
  }

  /** Any whole number of 64 bits. */
  @Nullable Long seed(String name) {
    JsonNode value = get(name);
    if (value == null) {
      return null;
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw wrong(name, value, "a whole number of 64 bits");
    }
    return value.longValue();
  }

  boolean truth(String name, boolean usual) {
    JsonNode value = get(name);
    if (value == null) {
      return usual;
    }
    if (!value.isBoolean()) {
      throw wrong(name, value, "true or false");
    }
    return value.booleanValue();
  }

  @Nullable String string(String name) {
    JsonNode value = get(name);
    return value == null ? null : string(value, path(name));
  }

  /** A text that is one: no half of a pair of surrogates stands alone. */
  static String string(JsonNode value, String param) {
    if (!value.isString()) {
      throw ApiError.field(param, null, "found %s, expected a string".formatted(shown(value)));
    }
    String text = value.stringValue();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean pair = i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1));
        if (!pair) {
          throw ApiError.field(
              param, null, "has half a character, \\u%04x, expected whole ones".formatted((int) c));
        }
        i++;
      }
    }
    return text;
  }

  /** One string, or several; none if the field is absent. */
  List<String> strings(String name, int most) {
    JsonNode value = get(name);
    List<String> strings = new ArrayList<>();
    if (value == null) {
      return strings;
    }
    if (!value.isArray()) {
      strings.add(string(value, path(name)));
    } else {
      if (value.size() > most) {
        throw wrong(name, value, "at most %d strings".formatted(most));
      }
      for (JsonNode each : value) {
        strings.add(string(each, path(name) + "[" + strings.size() + "]"));
      }
    }
    return strings;
  }

  /** One of some words. */
  String word(String name, String usual, String... words) {
    String value = string(name);
    if (value == null) {
      return usual;
    }
    if (!List.of(words).contains(value)) {
      throw ApiError.field(
          path(name), null, "found '%s', expected %s".formatted(value, String.join(" or ", words)));
    }
    return value;
  }

  /** The entries of an object; none if the field is absent. */
  Set<Map.Entry<String, JsonNode>> entries(String name) {
    JsonNode value = get(name);
    if (value == null) {
      return Set.of();
    }
    if (!value.isObject()) {
      throw wrong(name, value, "an object");
    }
    return value.properties();
  }

  ApiError wrong(String name, JsonNode value, String expected) {
    return ApiError.field(
        path(name), null, "found %s, expected %s".formatted(shown(value), expected));
  }

  /** Fields that say nothing about the answer. */
  void ignore(String... names) {
    known.addAll(List.of(names));
  }

  /** Refuses fields that ask for what there is not, unless they ask for nothing. */
  void refuse(String... names) {
    for (String name : names) {
      JsonNode value = get(name);
      boolean nothing =
          value == null
              || (value.isContainer() && value.isEmpty())
              || (value.isBoolean() && !value.booleanValue());
      if (!nothing) {
        throw ApiError.unsupported(path(name), "is not supported, expected none");
      }
    }
  }

  /** Refuses all fields that nobody asked about. */
  void finish() {
    for (String name : object.propertyNames()) {
      if (!known.contains(name)) {
        throw ApiError.field(path(name), "unknown_parameter", "is not known, expected none");
      }
    }
  }

  /** The beginning of a value, for messages. */
  static String shown(JsonNode value) {
    if (value.isContainer()) {
      return value.isArray() ? "an array of " + value.size() : "an object";
    }
    String text = value.toString();
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
  }
}
