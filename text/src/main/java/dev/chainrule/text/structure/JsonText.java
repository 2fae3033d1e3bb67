package dev.chainrule.text.structure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * JSON as expressions: on one line, with a space or none after a comma and a colon, and nowhere
 * else.
 */
final class JsonText {
  static final Expression COMMA = separator(",");
  static final Expression COLON = separator(":");
  static final Expression DIGIT = new Expression.Characters(CodePoints.range('0', '9'));
  static final Expression FIRST_DIGIT = new Expression.Characters(CodePoints.range('1', '9'));

  /** Digits of the largest numbers: all that a signed integer of 64 bits can hold for sure. */
  static final int MOST_DIGITS = 18;

  private static final CodePoints CONTROLS = CodePoints.range(0, 0x1F);

  /** Characters that stand for themselves. */
  private static final CodePoints PLAIN = CONTROLS.or(CodePoints.of("\"\\")).not();

  private static final Expression HEX =
      new Expression.Characters(
          CodePoints.range('0', '9').or(CodePoints.range('a', 'f')).or(CodePoints.range('A', 'F')));

  /** Characters that have a letter of their own after the backslash. */
  private static final Map<Integer, String> SHORT =
      Map.of(
          (int) '"', "\\\"",
          (int) '\\', "\\\\",
          (int) '\b', "\\b",
          (int) '\f', "\\f",
          (int) '\n', "\\n",
          (int) '\r', "\\r",
          (int) '\t', "\\t");

  /** One character of a string in any spelling, halves of surrogate pairs in pairs alone. */
  static final Expression CHARACTER =
      Expression.choice(
          new Expression.Characters(PLAIN),
          Expression.sequence(
              Expression.literal("\\"),
              Expression.choice(
                  new Expression.Characters(CodePoints.of("\"\\/bfnrt")),
                  Expression.sequence(Expression.literal("u"), unicode()))));

  static final Expression INTEGER =
      Expression.choice(
          Expression.literal("0"),
          Expression.sequence(
              Expression.optional(Expression.literal("-")),
              FIRST_DIGIT,
              new Expression.Repeat(DIGIT, 0, MOST_DIGITS - 1)));

  static final Expression NUMBER =
      Expression.sequence(
          Expression.optional(Expression.literal("-")),
          Expression.choice(
              Expression.literal("0"),
              Expression.sequence(FIRST_DIGIT, new Expression.Repeat(DIGIT, 0, MOST_DIGITS - 1))),
          Expression.optional(
              Expression.sequence(
                  Expression.literal("."), new Expression.Repeat(DIGIT, 1, MOST_DIGITS))),
          Expression.optional(
              Expression.sequence(
                  new Expression.Characters(CodePoints.of("eE")),
                  Expression.optional(new Expression.Characters(CodePoints.of("+-"))),
                  new Expression.Repeat(DIGIT, 1, 2))));

  private JsonText() {}

  private static Expression separator(String mark) {
    return Expression.sequence(
        Expression.literal(mark), Expression.optional(Expression.literal(" ")));
  }

  private static Expression unicode() {
    Expression notD = new Expression.Characters(CodePoints.of("0123456789abcefABCEF"));
    Expression d = new Expression.Characters(CodePoints.of("dD"));
    Expression low = new Expression.Characters(CodePoints.range('0', '7'));
    Expression high = new Expression.Characters(CodePoints.of("89abAB"));
    Expression highest = new Expression.Characters(CodePoints.of("cdefCDEF"));
    return Expression.choice(
        Expression.sequence(notD, HEX, HEX, HEX),
        Expression.sequence(d, low, HEX, HEX),
        Expression.sequence(d, high, HEX, HEX, Expression.literal("\\u"), d, highest, HEX, HEX));
  }

  static Expression quoted(Expression content) {
    return Expression.sequence(Expression.literal("\""), content, Expression.literal("\""));
  }

  /**
   * The texts of an expression as strings have them inside, each character in one spelling: itself,
   * or what escapes it where it must be.
   */
  static Expression escaped(Expression plain) {
    return switch (plain) {
      case Expression.Characters characters -> escaped(characters.set());
      case Expression.Literal literal -> Expression.literal(escaped(literal.text()));
      case Expression.Sequence sequence ->
          new Expression.Sequence(sequence.parts().stream().map(JsonText::escaped).toList());
      case Expression.Choice choice ->
          new Expression.Choice(choice.options().stream().map(JsonText::escaped).toList());
      case Expression.Repeat repeat ->
          new Expression.Repeat(escaped(repeat.body()), repeat.min(), repeat.max());
      case Expression.Call call -> call;
      case Expression.Graph graph ->
          new Expression.Graph(
              graph.places(),
              graph.edges().stream()
                  .map(edge -> new Expression.Edge(edge.from(), edge.to(), escaped(edge.over())))
                  .toList());
    };
  }

  private static Expression escaped(CodePoints set) {
    List<Expression> options = new ArrayList<>();
    options.add(new Expression.Characters(set.and(PLAIN)));
    for (int c = 0; c <= '\\'; c++) {
      if (set.contains(c) && !PLAIN.contains(c)) {
        options.add(Expression.literal(escaped(Character.toString(c))));
      }
    }
    return options.size() == 1 ? options.getFirst() : new Expression.Choice(options);
  }

  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (PLAIN.contains(c)) {
                escaped.appendCodePoint(c);
              } else {
                // What is no character at all, half a pair, can only be written so.
                String known = SHORT.get(c);
                escaped.append(known == null ? "\\u%04x".formatted(c) : known);
              }
            });
    return escaped.toString();
  }

  /** A string. */
  static Expression string(String text) {
    return Expression.literal("\"" + escaped(text) + "\"");
  }

  /** A value as it stands in a schema. */
  static Expression value(JsonNode node) {
    if (node.isString()) {
      return string(node.stringValue());
    }
    if (!node.isContainer()) {
      return Expression.literal(node.toString());
    }
    List<Expression> parts = new ArrayList<>();
    parts.add(Expression.literal(node.isArray() ? "[" : "{"));
    if (node.isArray()) {
      for (JsonNode element : node) {
        separate(parts);
        parts.add(value(element));
      }
    } else {
      for (Map.Entry<String, JsonNode> property : node.properties()) {
        separate(parts);
        parts.add(string(property.getKey()));
        parts.add(COLON);
        parts.add(value(property.getValue()));
      }
    }
    parts.add(Expression.literal(node.isArray() ? "]" : "}"));
    return new Expression.Sequence(parts);
  }

  private static void separate(List<Expression> parts) {
    if (parts.size() > 1) {
      parts.add(COMMA);
    }
  }
}
