package dev.chainrule.text.structure;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a schema says of lists. */
final class SchemaArrays {
  private final SchemaReader reader;
  private final ObjectNode schema;
  private final String place;

  SchemaArrays(SchemaReader reader, ObjectNode schema, String place) {
    this.reader = reader;
    this.schema = schema;
    this.place = place;
  }

  /**
   * Lists of the schema: of places there is one after each element that {@code prefixItems} names.
   */
  Expression expression() {
    SchemaValues values = new SchemaValues(reader, schema, place);
    int min = values.count("minItems", 0);
    int max = values.count("maxItems", Expression.Repeat.UNBOUNDED);
    List<Expression> first = first();
    if (max < min) {
      return Expression.NOTHING;
    }
    int named = Math.min(first.size(), max);
    List<Expression.Edge> edges = new ArrayList<>();
    int end = named + 1;
    for (int i = 0; i < named; i++) {
      edges.add(new Expression.Edge(i, i + 1, i == 0 ? first.get(i) : after(first.get(i))));
      if (i >= min) {
        edges.add(new Expression.Edge(i, end, Expression.EMPTY));
      }
    }
    Expression item = rest();
    int least = Math.max(0, min - named);
    int most = max == Expression.Repeat.UNBOUNDED ? max : max - named;
    Expression more;
    if (named > 0) {
      more = new Expression.Repeat(after(item), least, most);
    } else if (most == 0) {
      more = Expression.EMPTY;
    } else {
      int mostMore = most == Expression.Repeat.UNBOUNDED ? most : most - 1;
      more =
          Expression.sequence(
              item, new Expression.Repeat(after(item), Math.max(0, least - 1), mostMore));
      more = least == 0 ? Expression.optional(more) : more;
    }
    edges.add(new Expression.Edge(named, end, more));
    return Expression.sequence(
        Expression.literal("["), new Expression.Graph(end + 1, edges), Expression.literal("]"));
  }

  private static Expression after(Expression element) {
    return Expression.sequence(JsonText.COMMA, element);
  }

  /** By place; as older drafts have it, {@code items} may be the list. */
  private List<Expression> first() {
    boolean older = schema.path("items").isArray();
    String keyword = older ? "items" : "prefixItems";
    List<Expression> first = new ArrayList<>();
    if (schema.has(keyword)) {
      int number = 0;
      for (JsonNode element : reader.list(schema, keyword, place)) {
        first.add(reader.call(element, place + "/" + keyword + "/" + number++));
      }
    }
    return first;
  }

  /** What may follow those; nothing unless the schema says what. */
  private Expression rest() {
    boolean older = schema.path("items").isArray();
    String keyword = older ? "additionalItems" : "items";
    if (schema.has(keyword)) {
      return reader.call(schema.path(keyword), place + "/" + keyword);
    }
    return older || schema.has("prefixItems") ? Expression.NOTHING : reader.anything(place);
  }
}
