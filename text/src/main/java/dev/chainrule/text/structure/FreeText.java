package dev.chainrule.text.structure;

import java.util.ArrayList;
import java.util.List;

/** Any text but such as begins something else. */
final class FreeText {
  private FreeText() {}

  /**
   * Any text without a mark; or one up to it, and the rest. A place of the graph is how much of the
   * mark the text ends with (Knuth, Morris and Pratt 1977).
   */
  static Expression until(String mark, Expression rest) {
    int[] characters = mark.codePoints().toArray();
    int marked = characters.length;
    int end = marked + 1;
    List<Expression.Edge> edges = new ArrayList<>();
    // Where the text would be had it begun a character later.
    int fallback = 0;
    int[][] next = new int[marked][marked];
    for (int place = 0; place < marked; place++) {
      CodePoints others = CodePoints.ALL;
      for (int i = 0; i < marked; i++) {
        int c = characters[i];
        boolean goesOn = c == characters[place];
        next[place][i] = goesOn ? place + 1 : place == 0 ? 0 : next[fallback][i];
        if (next[place][i] > 0 && others.contains(c)) {
          others = others.minus(CodePoints.of(c));
          edges.add(over(place, next[place][i], CodePoints.of(c)));
        }
      }
      if (place > 0) {
        fallback = next[fallback][place];
      }
      edges.add(over(place, 0, others));
      edges.add(new Expression.Edge(place, end, Expression.EMPTY));
    }
    edges.add(new Expression.Edge(marked, end, rest));
    return new Expression.Graph(end + 1, edges);
  }

  private static Expression.Edge over(int from, int to, CodePoints set) {
    return new Expression.Edge(from, to, new Expression.Characters(set));
  }

  /** What there is instead, or any text that begins with none of some characters. */
  static Expression unless(String begins, Expression instead) {
    return Expression.choice(
        instead,
        Expression.optional(
            Expression.sequence(
                new Expression.Characters(CodePoints.of(begins).not()),
                Expression.any(new Expression.Characters(CodePoints.ALL)))));
  }
}
