package dev.chainrule.text.structure;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;

/**
 * One of many texts: as a tree of their beginnings, so that only what may still be meant is looked
 * at.
 */
final class OneOf {
  private final List<String> texts;
  private final List<Expression.Edge> edges = new ArrayList<>();
  private final Deque<Group> open = new ArrayDeque<>();
  private int places = 1;

  /**
   * Texts that begin alike.
   *
   * @param from number of the first
   * @param to number after the last
   * @param place where their common beginning leads to
   * @param length of that, in characters of Java
   */
  private record Group(int from, int to, int place, int length) {}

  private OneOf(Collection<String> texts) {
    this.texts = texts.stream().distinct().sorted().toList();
  }

  /** Any of some texts. */
  static Expression of(Collection<String> texts) {
    return new OneOf(texts).expression();
  }

  private Expression expression() {
    List<Integer> ends = new ArrayList<>();
    open.add(new Group(0, texts.size(), 0, 0));
    while (!open.isEmpty()) {
      Group group = open.remove();
      int from = group.from();
      if (from < group.to() && texts.get(from).length() == group.length()) {
        ends.add(group.place());
        from++;
      }
      while (from < group.to()) {
        from = branch(group, from);
      }
    }
    int end = places;
    ends.forEach(place -> edges.add(new Expression.Edge(place, end, Expression.EMPTY)));
    return new Expression.Graph(end + 1, edges);
  }

  /** Adds the texts of a group that go on as one of them does; returns the first that does not. */
  private int branch(Group group, int from) {
    String first = texts.get(from);
    int next = first.codePointAt(group.length());
    int to = from + 1;
    while (to < group.to() && texts.get(to).codePointAt(group.length()) == next) {
      to++;
    }
    int length = common(first, texts.get(to - 1), group.length() + Character.charCount(next));
    int place = places++;
    Expression over = Expression.literal(first.substring(group.length(), length));
    edges.add(new Expression.Edge(group.place(), place, over));
    open.add(new Group(from, to, place, length));
    return to;
  }

  /** How far two texts are the same, of which so much is, in whole characters. */
  private static int common(String a, String b, int known) {
    int at = known;
    int most = Math.min(a.length(), b.length());
    while (at < most && a.charAt(at) == b.charAt(at)) {
      at++;
    }
    boolean cut = at > known && Character.isHighSurrogate(a.charAt(at - 1));
    return cut ? at - 1 : at;
  }
}
