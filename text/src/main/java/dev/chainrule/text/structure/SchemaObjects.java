package dev.chainrule.text.structure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a schema says of objects. */
final class SchemaObjects {
  private final SchemaReader reader;
  private final ObjectNode schema;
  private final String place;

  SchemaObjects(SchemaReader reader, ObjectNode schema, String place) {
    this.reader = reader;
    this.schema = schema;
    this.place = place;
  }

  /**
   * Objects of the schema, properties in its order. There are two places before each property: one
   * where no other came before it, and one behind others.
   */
  Expression expression() {
    Map<String, Expression> properties = properties();
    Set<String> required = required();
    boolean open = schema.has("additionalProperties") || !schema.has("properties");
    JsonNode other = schema.path("additionalProperties");
    String otherPlace = place + "/additionalProperties";
    Expression otherValue =
        !open || (other.isBoolean() && !other.booleanValue())
            ? Expression.NOTHING
            : other.isMissingNode() ? reader.anything(place) : reader.call(other, otherPlace);
    for (String name : required) {
      // It may come as another property, or, where the schema is silent on it, as any value.
      properties.computeIfAbsent(
          name, missing -> other.isMissingNode() ? reader.anything(place) : otherValue);
    }
    int n = properties.size();
    int end = 2 * n + 2;
    List<Expression.Edge> edges = new ArrayList<>();
    int i = 0;
    for (Map.Entry<String, Expression> property : properties.entrySet()) {
      int behind = n + 1 + i;
      Expression pair = pair(JsonText.string(property.getKey()), property.getValue());
      edges.add(new Expression.Edge(i, behind + 1, pair));
      edges.add(new Expression.Edge(behind, behind + 1, Expression.sequence(JsonText.COMMA, pair)));
      if (!required.contains(property.getKey())) {
        edges.add(new Expression.Edge(i, i + 1, Expression.EMPTY));
        edges.add(new Expression.Edge(behind, behind + 1, Expression.EMPTY));
      }
      i++;
    }
    Expression more = Expression.EMPTY;
    Expression first = Expression.EMPTY;
    if (!otherValue.equals(Expression.NOTHING)) {
      Expression another = pair(otherName(properties.keySet()), otherValue);
      more = Expression.any(Expression.sequence(JsonText.COMMA, another));
      first = Expression.optional(Expression.sequence(another, more));
    }
    edges.add(new Expression.Edge(n, end, first));
    edges.add(new Expression.Edge(2 * n + 1, end, more));
    return Expression.sequence(
        Expression.literal("{"), new Expression.Graph(end + 1, edges), Expression.literal("}"));
  }

  private static Expression pair(Expression name, Expression value) {
    return Expression.sequence(name, JsonText.COLON, value);
  }

  private Map<String, Expression> properties() {
    JsonNode properties = schema.path("properties");
    if (!properties.isMissingNode() && !properties.isObject()) {
      throw reader.wrong(place, "properties", properties, "an object of schemas");
    }
    Map<String, Expression> all = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> property : properties.properties()) {
      String there = place + "/properties/" + SchemaReader.pointer(property.getKey());
      all.put(property.getKey(), reader.call(property.getValue(), there));
    }
    return all;
  }

  private Set<String> required() {
    Set<String> names = new LinkedHashSet<>();
    JsonNode required = schema.path("required");
    if (!required.isMissingNode() && !required.isArray()) {
      throw reader.wrong(place, "required", required, "a list of names");
    }
    for (JsonNode name : required) {
      if (!name.isString()) {
        throw reader.wrong(place, "required", required, "a list of names");
      }
      names.add(name.stringValue());
    }
    return names;
  }

  /** A name that is none of some: by the tree of these, which the name leaves, or ends within. */
  private static Expression otherName(Set<String> names) {
    List<TreeMap<Integer, Integer>> nodes = new ArrayList<>();
    Set<Integer> ends = new LinkedHashSet<>();
    nodes.add(new TreeMap<>());
    for (String name : names) {
      int at = 0;
      for (int c : name.codePoints().toArray()) {
        Integer next = nodes.get(at).get(c);
        if (next == null) {
          next = nodes.size();
          nodes.get(at).put(c, next);
          nodes.add(new TreeMap<>());
        }
        at = next;
      }
      ends.add(at);
    }
    int outside = nodes.size();
    int end = outside + 1;
    List<Expression.Edge> edges = new ArrayList<>();
    for (int at = 0; at < nodes.size(); at++) {
      int from = at;
      nodes.get(at).forEach((c, to) -> edges.add(over(from, to, CodePoints.of(c))));
      CodePoints children =
          CodePoints.of(nodes.get(at).keySet().stream().mapToInt(c -> c).toArray());
      edges.add(over(at, outside, children.not()));
      if (!ends.contains(at)) {
        edges.add(new Expression.Edge(at, end, Expression.EMPTY));
      }
    }
    edges.add(over(outside, outside, CodePoints.ALL));
    edges.add(new Expression.Edge(outside, end, Expression.EMPTY));
    return JsonText.quoted(JsonText.escaped(new Expression.Graph(end + 1, edges)));
  }

  private static Expression.Edge over(int from, int to, CodePoints set) {
    return new Expression.Edge(from, to, new Expression.Characters(set));
  }
}
