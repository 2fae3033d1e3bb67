package dev.chainrule.text.structure;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Small grammars over four characters, one of them of two bytes. */
final class RandomGrammars {
  static final String ALPHABET = "abc\u00e9";

  private RandomGrammars() {}

  static Grammar grammar(RandomGenerator random) {
    int rules = 1 + random.nextInt(4);
    List<String> names = new ArrayList<>();
    List<Expression> bodies = new ArrayList<>();
    for (int rule = 0; rule < rules; rule++) {
      names.add("rule " + rule);
      bodies.add(expression(random, rules, 3));
    }
    return new Grammar("random", names, bodies, 0);
  }

  static Expression expression(RandomGenerator random, int rules, int depth) {
    switch (random.nextInt(depth > 0 ? 10 : 4)) {
      case 0, 1:
        return new Expression.Characters(set(random));
      case 2:
        return Expression.literal(text(random, random.nextInt(4)));
      case 3:
        return rules > 0
            ? new Expression.Call(random.nextInt(rules))
            : new Expression.Characters(set(random));
      case 4, 5, 6:
        return new Expression.Sequence(some(random, rules, depth));
      case 7:
        return new Expression.Choice(some(random, rules, depth));
      case 8:
        int min = random.nextInt(3);
        int max = random.nextInt(3) == 0 ? Expression.Repeat.UNBOUNDED : min + random.nextInt(3);
        return new Expression.Repeat(expression(random, rules, depth - 1), min, max);
      default:
        int places = 2 + random.nextInt(3);
        List<Expression.Edge> edges = new ArrayList<>();
        for (int i = 0; i < places + 1; i++) {
          edges.add(
              new Expression.Edge(
                  random.nextInt(places),
                  random.nextInt(places),
                  expression(random, rules, depth - 2)));
        }
        return new Expression.Graph(places, edges);
    }
  }

  private static List<Expression> some(RandomGenerator random, int rules, int depth) {
    List<Expression> some = new ArrayList<>();
    int n = 1 + random.nextInt(3);
    for (int i = 0; i < n; i++) {
      some.add(expression(random, rules, depth - 1));
    }
    return some;
  }

  private static CodePoints set(RandomGenerator random) {
    CodePoints set = CodePoints.of(text(random, 1 + random.nextInt(2)));
    return random.nextInt(5) == 0 ? set.not() : set;
  }

  static String text(RandomGenerator random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return text.toString();
  }
}
