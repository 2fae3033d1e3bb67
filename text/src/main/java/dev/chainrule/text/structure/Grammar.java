package dev.chainrule.text.structure;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

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

  /** With a root that is made from what calls this one. */
  Grammar within(UnaryOperator<Expression> whole) {
    List<String> longerNames = new ArrayList<>(names);
    List<Expression> longerBodies = new ArrayList<>(bodies);
    longerNames.add("the whole text");
    longerBodies.add(whole.apply(new Expression.Call(root)));
    return new Grammar(origin, longerNames, longerBodies, bodies.size());
  }
}
