package dev.chainrule.text.structure;

import java.math.BigDecimal;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** One schema of two that are both to hold, as far as their keywords can be put together. */
final class SchemaMerge {
  private static final Set<String> WHOLE = Set.of("integer", "number");

  private final SchemaReader reader;
  private final String place;

  SchemaMerge(SchemaReader reader, String place) {
    this.reader = reader;
    this.place = place;
  }

  /**
   * What allows what both allow.
   *
   * @throws dev.chainrule.base.InputException if there is no code for it; the sentence names the
   *     keyword
   */
  JsonNode of(JsonNode a, JsonNode b) {
    if (a.isBoolean() || b.isBoolean()) {
      JsonNode decides = a.isBoolean() ? a : b;
      return decides.booleanValue() ? (a.isBoolean() ? b : a) : decides;
    }
    if (!(a instanceof ObjectNode first) || !(b instanceof ObjectNode second)) {
      JsonNode wrong = a.isObject() ? b : a;
      throw reader.wrong(place, "", wrong, "a schema: an object, true or false");
    }
    ObjectNode both = first.deepCopy();
    for (Map.Entry<String, JsonNode> entry : second.properties()) {
      String keyword = entry.getKey();
      JsonNode value = entry.getValue();
      JsonNode before = both.get(keyword);
      if (before == null || before.equals(value) || SchemaReader.isAnnotation(keyword)) {
        both.set(keyword, value);
      } else {
        both.set(keyword, merged(keyword, before, value));
      }
    }
    requireNamed(first, second);
    requireNamed(second, first);
    requireSameBeginning(first, second);
    requireSameBeginning(second, first);
    return both;
  }

  private JsonNode merged(String keyword, JsonNode a, JsonNode b) {
    return switch (keyword) {
      case "required" -> union(a, b);
      case "type" -> types(a, b);
      case "properties" -> properties(a, b);
      case "minimum", "exclusiveMinimum", "minLength", "minItems" -> larger(keyword, a, b, 1);
      case "maximum", "exclusiveMaximum", "maxLength", "maxItems" -> larger(keyword, a, b, -1);
      case "items", "additionalProperties" -> of(a, b);
      case "enum" -> common(a, b);
      default ->
          throw reader.unsupported(place, keyword, "not to have to be put together with another");
    };
  }

  /** What one of them says of other properties is not said of those that the other one names. */
  private void requireNamed(ObjectNode closing, ObjectNode other) {
    JsonNode rest = closing.path("additionalProperties");
    if (rest.isMissingNode() || (rest.isBoolean() && rest.booleanValue())) {
      return;
    }
    for (String name : other.path("properties").propertyNames()) {
      if (!closing.path("properties").has(name)) {
        throw reader.unsupported(
            place,
            "additionalProperties",
            "none where a schema that it is put together with names other properties");
      }
    }
  }

  /** Of elements by place it holds too that what is said of the rest is not said of them. */
  private void requireSameBeginning(ObjectNode one, ObjectNode other) {
    boolean byPlace = one.has("prefixItems") || one.path("items").isArray();
    boolean rest = other.has("items") || other.has("additionalItems");
    if (byPlace && rest && !one.path("prefixItems").equals(other.path("prefixItems"))) {
      throw reader.unsupported(
          place, "items", "none where a schema that it is put together with has prefixItems");
    }
  }

  private JsonNode properties(JsonNode a, JsonNode b) {
    if (!(a instanceof ObjectNode first) || !b.isObject()) {
      throw reader.wrong(place, "properties", a.isObject() ? b : a, "an object of schemas");
    }
    ObjectNode both = first.deepCopy();
    for (Map.Entry<String, JsonNode> property : b.properties()) {
      JsonNode before = both.get(property.getKey());
      JsonNode value = property.getValue();
      both.set(
          property.getKey(),
          before == null || before.equals(value) ? value : bothOf(before, value));
    }
    return both;
  }

  /** Put together when it is read: it may refer to itself. */
  private static JsonNode bothOf(JsonNode a, JsonNode b) {
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    all.putArray("allOf").add(a).add(b);
    return all;
  }

  private static ArrayNode union(JsonNode a, JsonNode b) {
    Set<JsonNode> all = new LinkedHashSet<>();
    a.forEach(all::add);
    b.forEach(all::add);
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    list.addAll(all);
    return list;
  }

  private ArrayNode common(JsonNode a, JsonNode b) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (JsonNode value : a) {
      for (JsonNode other : b) {
        if (SchemaValues.equal(value, other)) {
          list.add(value);
          break;
        }
      }
    }
    if (list.isEmpty()) {
      throw reader.unsupported(place, "enum", "values that are in both of two lists");
    }
    return list;
  }

  private static JsonNode types(JsonNode a, JsonNode b) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (JsonNode type : a.isArray() ? a : JsonNodeFactory.instance.arrayNode().add(a)) {
      for (JsonNode other : b.isArray() ? b : JsonNodeFactory.instance.arrayNode().add(b)) {
        boolean whole = isNumber(type) && isNumber(other);
        if (type.equals(other)) {
          list.add(type);
        } else if (whole) {
          list.add("integer");
        }
      }
    }
    return list;
  }

  private static boolean isNumber(JsonNode type) {
    return WHOLE.contains(type.asString(""));
  }

  private JsonNode larger(String keyword, JsonNode a, JsonNode b, int sign) {
    if (!a.isNumber() || !b.isNumber()) {
      throw reader.wrong(place, keyword, a.isNumber() ? b : a, "a number");
    }
    BigDecimal first = a.decimalValue();
    return sign * first.compareTo(b.decimalValue()) >= 0 ? a : b;
  }
}
