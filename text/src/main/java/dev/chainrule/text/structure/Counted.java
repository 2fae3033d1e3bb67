package dev.chainrule.text.structure;

import dev.chainrule.base.InputException;
import java.util.ArrayList;
import java.util.List;

/**
 * The texts of an expression of so many characters: the expression's places once for each number of
 * characters before.
 */
final class Counted {
  private static final int MOST_PLACES = 50_000;

  private final String origin;
  private final List<Expression.Edge> edges = new ArrayList<>();
  private int places = 1;

  private Counted(String origin) {
    this.origin = origin;
  }

  /**
   * Of an expression without calls.
   *
   * @param max {@link Expression.Repeat#UNBOUNDED} for any number
   * @throws InputException if that takes too many places
   */
  static Expression of(Expression expression, int min, int max, String origin) {
    Counted counted = new Counted(origin);
    int end = counted.place();
    counted.add(expression, 0, end);
    return counted.times(end, min, max);
  }

  private Expression times(int end, int min, int max) {
    boolean unbounded = max == Expression.Repeat.UNBOUNDED;
    // Beyond the least number of characters it need not be counted on without a largest one.
    int most = unbounded ? min : max;
    if ((most + 1L) * places > MOST_PLACES) {
      throw tooLarge();
    }
    List<Expression.Edge> all = new ArrayList<>();
    int last = (most + 1) * places;
    for (int count = 0; count <= most; count++) {
      int shift = count * places;
      for (Expression.Edge edge : edges) {
        boolean reads = edge.over() instanceof Expression.Characters;
        int after = !reads ? count : count < most ? count + 1 : unbounded ? count : -1;
        if (after >= 0) {
          all.add(
              new Expression.Edge(edge.from() + shift, edge.to() + after * places, edge.over()));
        }
      }
      if (count >= min) {
        all.add(new Expression.Edge(end + shift, last, Expression.EMPTY));
      }
    }
    return new Expression.Graph(last + 1, all);
  }

  private InputException tooLarge() {
    return new InputException(
        "%s: a pattern beside minLength or maxLength takes more than %d places, expected fewer"
            .formatted(origin, MOST_PLACES));
  }

  private int place() {
    if (places == MOST_PLACES) {
      throw tooLarge();
    }
    return places++;
  }

  private void edge(int from, int to, Expression over) {
    edges.add(new Expression.Edge(from, to, over));
  }

  private void add(Expression expression, int from, int to) {
    switch (expression) {
      case Expression.Characters characters -> edge(from, to, characters);
      case Expression.Literal literal -> {
        int[] characters = literal.text().codePoints().toArray();
        int at = from;
        for (int c : characters) {
          int next = place();
          edge(at, next, new Expression.Characters(CodePoints.of(c)));
          at = next;
        }
        edge(at, to, Expression.EMPTY);
      }
      case Expression.Sequence sequence -> {
        int at = from;
        for (Expression part : sequence.parts()) {
          int next = place();
          add(part, at, next);
          at = next;
        }
        edge(at, to, Expression.EMPTY);
      }
      case Expression.Choice choice -> choice.options().forEach(option -> add(option, from, to));
      case Expression.Repeat repeat -> repeat(repeat, from, to);
      case Expression.Graph graph -> {
        int[] numbers = new int[graph.places()];
        for (int i = 0; i < numbers.length; i++) {
          numbers[i] = place();
        }
        edge(from, numbers[0], Expression.EMPTY);
        edge(numbers[numbers.length - 1], to, Expression.EMPTY);
        graph.edges().forEach(e -> add(e.over(), numbers[e.from()], numbers[e.to()]));
      }
      case Expression.Call call -> throw new IllegalArgumentException("a call, expected none");
    }
  }

  private void repeat(Expression.Repeat repeat, int from, int to) {
    int at = from;
    for (int i = 0; i < repeat.min(); i++) {
      int next = place();
      add(repeat.body(), at, next);
      at = next;
    }
    if (repeat.max() == Expression.Repeat.UNBOUNDED) {
      int again = place();
      edge(at, again, Expression.EMPTY);
      int round = place();
      add(repeat.body(), again, round);
      edge(round, again, Expression.EMPTY);
      edge(again, to, Expression.EMPTY);
      return;
    }
    for (int i = repeat.min(); i < repeat.max(); i++) {
      edge(at, to, Expression.EMPTY);
      int next = place();
      add(repeat.body(), at, next);
      at = next;
    }
    edge(at, to, Expression.EMPTY);
  }
}
