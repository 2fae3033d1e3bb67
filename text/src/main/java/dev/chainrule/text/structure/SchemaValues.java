package dev.chainrule.text.structure;

import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a schema says of strings and numbers, and of values as such. */
final class SchemaValues {
  /** More digits than that are no number that anybody means. */
  private static final int MOST_DIGITS = 400;

  private static final int MOST_LENGTH = 1_000_000;

  private final SchemaReader reader;
  private final ObjectNode schema;
  private final String place;

  SchemaValues(SchemaReader reader, ObjectNode schema, String place) {
    this.reader = reader;
    this.schema = schema;
    this.place = place;
  }

  Expression string() {
    int min = count("minLength", 0);
    int max = count("maxLength", Expression.Repeat.UNBOUNDED);
    if (max < min) {
      return Expression.NOTHING;
    }
    boolean pattern = schema.has("pattern");
    if (!pattern && !schema.has("format")) {
      return JsonText.quoted(new Expression.Repeat(JsonText.CHARACTER, min, max));
    }
    if (pattern && schema.has("format")) {
      throw reader.unsupported(place, "format", "no other keyword beside pattern than lengths");
    }
    Expression plain = pattern ? pattern() : format();
    if (schema.has("minLength") || schema.has("maxLength")) {
      plain = Counted.of(plain, min, max, reader.at(place));
    }
    return JsonText.quoted(JsonText.escaped(plain));
  }

  private Expression pattern() {
    JsonNode pattern = schema.path("pattern");
    if (!pattern.isString()) {
      throw reader.wrong(place, "pattern", pattern, "a text");
    }
    return RegexParser.parse(pattern.stringValue(), reader.at(place + "/pattern")).somewhere();
  }

  private Expression format() {
    String name = schema.path("format").asString("");
    Expression known = StringFormats.of(name);
    if (known == null) {
      throw reader.wrong(place, "format", schema.path("format"), StringFormats.names());
    }
    return known;
  }

  Expression number(boolean whole) {
    NumberRange.Bound low = tighter(bound("minimum", false), bound("exclusiveMinimum", true), 1);
    NumberRange.Bound high = tighter(bound("maximum", false), bound("exclusiveMaximum", true), -1);
    if (low == null && high == null) {
      return whole ? JsonText.INTEGER : JsonText.NUMBER;
    }
    NumberRange range = new NumberRange(low, high);
    return whole ? range.integers() : range.decimals();
  }

  private NumberRange.@Nullable Bound bound(String keyword, boolean open) {
    JsonNode value = schema.path(keyword);
    if (value.isMissingNode()) {
      return null;
    }
    if (!value.isNumber()) {
      throw reader.wrong(place, keyword, value, "a number");
    }
    BigDecimal number = value.decimalValue();
    if (Math.abs((long) number.precision() - number.scale()) > MOST_DIGITS
        || Math.abs((long) number.scale()) > MOST_DIGITS) {
      throw reader.wrong(place, keyword, value, "a number of fewer digits");
    }
    return new NumberRange.Bound(number, open);
  }

  private static NumberRange.@Nullable Bound tighter(
      NumberRange.@Nullable Bound a, NumberRange.@Nullable Bound b, int sign) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    int order = sign * a.value().compareTo(b.value());
    return order > 0 || (order == 0 && a.open()) ? a : b;
  }

  /** A number of characters, elements or the like. */
  int count(String keyword, int usual) {
    JsonNode count = schema.path(keyword);
    if (count.isMissingNode()) {
      return usual;
    }
    boolean whole = count.isNumber() && count.decimalValue().stripTrailingZeros().scale() <= 0;
    if (!whole || count.decimalValue().signum() < 0) {
      throw reader.wrong(place, keyword, count, "a whole number from 0");
    }
    if (count.decimalValue().compareTo(BigDecimal.valueOf(MOST_LENGTH)) > 0) {
      throw reader.wrong(place, keyword, count, "at most " + MOST_LENGTH);
    }
    return count.decimalValue().intValueExact();
  }

  static boolean isOf(JsonNode value, String type) {
    return switch (type) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isString();
      case "number" -> value.isNumber();
      case "integer" -> value.isNumber() && value.decimalValue().stripTrailingZeros().scale() <= 0;
      case "boolean" -> value.isBoolean();
      default -> value.isNull();
    };
  }

  /** Whether two values are the same as JSON: 1 and 1.0 are. */
  static boolean equal(JsonNode a, JsonNode b) {
    if (a.isNumber() && b.isNumber()) {
      return a.decimalValue().compareTo(b.decimalValue()) == 0;
    }
    if (a.isArray() && b.isArray() && a.size() == b.size()) {
      for (int i = 0; i < a.size(); i++) {
        if (!equal(a.path(i), b.path(i))) {
          return false;
        }
      }
      return true;
    }
    if (a.isObject() && b.isObject() && a.size() == b.size()) {
      for (Map.Entry<String, JsonNode> property : a.properties()) {
        if (!equal(property.getValue(), b.path(property.getKey()))) {
          return false;
        }
      }
      return true;
    }
    return a.equals(b);
  }
}
