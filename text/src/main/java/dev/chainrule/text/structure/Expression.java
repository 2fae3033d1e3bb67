package dev.chainrule.text.structure;

import java.util.Arrays;
import java.util.List;

/** What a text may be, by its characters. */
sealed interface Expression {
  /** The empty text. */
  Expression EMPTY = new Literal("");

  /** No text at all. */
  Expression NOTHING = new Choice(List.of());

  /** One character of a set. */
  record Characters(CodePoints set) implements Expression {}

  /** One text, without half a surrogate pair. */
  record Literal(String text) implements Expression {}

  /** One after the other. */
  record Sequence(List<Expression> parts) implements Expression {
    public Sequence {
      parts = List.copyOf(parts);
    }
  }

  /** Any of some. */
  record Choice(List<Expression> options) implements Expression {
    public Choice {
      options = List.copyOf(options);
    }
  }

  /**
   * The same again and again.
   *
   * @param max {@link #UNBOUNDED} for any number
   */
  record Repeat(Expression body, int min, int max) implements Expression {
    static final int UNBOUNDED = Integer.MAX_VALUE;
  }

  /** What a rule of the grammar says. */
  record Call(int rule) implements Expression {}

  /**
   * A network of places: the text leads from place 0 to the last one.
   *
   * @param places how many
   */
  record Graph(int places, List<Edge> edges) implements Expression {
    public Graph {
      edges = List.copyOf(edges);
    }
  }

  /** A way from one place of a {@link Graph} to another. */
  record Edge(int from, int to, Expression over) {}

  static Expression literal(String text) {
    return new Literal(text);
  }

  static Expression sequence(Expression... parts) {
    return new Sequence(Arrays.asList(parts));
  }

  static Expression choice(Expression... options) {
    return new Choice(Arrays.asList(options));
  }

  static Expression optional(Expression body) {
    return choice(body, EMPTY);
  }

  static Expression any(Expression body) {
    return new Repeat(body, 0, Repeat.UNBOUNDED);
  }
}
