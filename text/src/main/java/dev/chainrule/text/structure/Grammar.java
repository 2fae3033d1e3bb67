package dev.chainrule.text.structure;

import java.util.ArrayList;
import java.util.List;

/**
 * Expressions that call each other by their numbers.
 *
 * @param origin where it is from, for messages
 * @param names of the rules, for messages
 * @param bodies of the rules
 * @param root number of the rule that the whole text follows
 */
record Grammar(String origin, List<String> names, List<Expression> bodies, int root) {
  Grammar {
    names = List.copyOf(names);
    bodies = List.copyOf(bodies);
  }

  /** Of one rule. */
  static Grammar of(String origin, Expression expression) {
    return new Grammar(origin, List.of("root"), List.of(expression), 0);
  }

  /** With other text before and after all of it. */
  Grammar framed(String before, String after) {
    List<String> longerNames = new ArrayList<>(names);
    List<Expression> longerBodies = new ArrayList<>(bodies);
    longerNames.add("the whole text");
    longerBodies.add(
        Expression.sequence(
            Expression.literal(before), new Expression.Call(root), Expression.literal(after)));
    return new Grammar(origin, longerNames, longerBodies, bodies.size());
  }
}
