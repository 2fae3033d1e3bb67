package dev.chainrule.text.structure;

import dev.chainrule.base.InputException;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;

/**
 * Refuses rules that call themselves before they have read anything, which an automaton that reads
 * from the left would do for ever.
 */
final class Recursion {
  private final Grammar grammar;
  private final BitSet nullable = new BitSet();

  private Recursion(Grammar grammar) {
    this.grammar = grammar;
  }

  /**
   * Looks at all rules.
   *
   * @return what knows which expressions of it may be empty
   * @throws InputException if there is one that is recursive on its left; the sentence names it
   */
  static Recursion requireNoneOnTheLeft(Grammar grammar) {
    Recursion recursion = new Recursion(grammar);
    recursion.findNullable();
    recursion.refuseCycles();
    return recursion;
  }

  private void findNullable() {
    int before = -1;
    while (before != nullable.cardinality()) {
      before = nullable.cardinality();
      for (int rule = 0; rule < grammar.bodies().size(); rule++) {
        if (!nullable.get(rule) && isNullable(grammar.bodies().get(rule))) {
          nullable.set(rule);
        }
      }
    }
  }

  /** Whether an expression may be the empty text. */
  boolean isNullable(Expression expression) {
    return switch (expression) {
      case Expression.Characters characters -> false;
      case Expression.Literal literal -> literal.text().isEmpty();
      case Expression.Sequence sequence -> sequence.parts().stream().allMatch(this::isNullable);
      case Expression.Choice choice -> choice.options().stream().anyMatch(this::isNullable);
      case Expression.Repeat repeat -> repeat.min() == 0 || isNullable(repeat.body());
      case Expression.Call call -> nullable.get(call.rule());
      case Expression.Graph graph -> reachedByNothing(graph).get(graph.places() - 1);
    };
  }

  private BitSet reachedByNothing(Expression.Graph graph) {
    BitSet reached = new BitSet();
    reached.set(0);
    int before = 0;
    while (before != reached.cardinality()) {
      before = reached.cardinality();
      for (Expression.Edge edge : graph.edges()) {
        if (reached.get(edge.from()) && !reached.get(edge.to()) && isNullable(edge.over())) {
          reached.set(edge.to());
        }
      }
    }
    return reached;
  }

  /** Rules that may be called before anything is read. */
  private void first(Expression expression, BitSet calls) {
    switch (expression) {
      case Expression.Characters characters -> {}
      case Expression.Literal literal -> {}
      case Expression.Sequence sequence -> {
        for (Expression part : sequence.parts()) {
          first(part, calls);
          if (!isNullable(part)) {
            return;
          }
        }
      }
      case Expression.Choice choice -> choice.options().forEach(option -> first(option, calls));
      case Expression.Repeat repeat -> first(repeat.body(), calls);
      case Expression.Call call -> calls.set(call.rule());
      case Expression.Graph graph -> {
        BitSet reached = reachedByNothing(graph);
        graph.edges().stream()
            .filter(edge -> reached.get(edge.from()))
            .forEach(edge -> first(edge.over(), calls));
      }
    }
  }

  /** Takes away, again and again, rules that call no rule first: what is left calls in circles. */
  private void refuseCycles() {
    int rules = grammar.bodies().size();
    BitSet[] calls = new BitSet[rules];
    BitSet[] callers = new BitSet[rules];
    int[] left = new int[rules];
    for (int rule = 0; rule < rules; rule++) {
      callers[rule] = new BitSet();
    }
    Deque<Integer> free = new ArrayDeque<>();
    for (int rule = 0; rule < rules; rule++) {
      calls[rule] = new BitSet();
      first(grammar.bodies().get(rule), calls[rule]);
      left[rule] = calls[rule].cardinality();
      int caller = rule;
      calls[rule].stream().forEach(called -> callers[called].set(caller));
      if (left[rule] == 0) {
        free.add(rule);
      }
    }
    BitSet circular = new BitSet();
    circular.set(0, rules);
    while (!free.isEmpty()) {
      int rule = free.remove();
      circular.clear(rule);
      callers[rule].stream()
          .forEach(
              caller -> {
                if (--left[caller] == 0) {
                  free.add(caller);
                }
              });
    }
    if (circular.isEmpty()) {
      return;
    }
    // From any of them on: what is met twice is in a circle.
    BitSet met = new BitSet();
    int rule = circular.nextSetBit(0);
    while (!met.get(rule)) {
      met.set(rule);
      BitSet next = (BitSet) calls[rule].clone();
      next.and(circular);
      rule = next.nextSetBit(0);
    }
    throw new InputException(
        "%s: %s begins with itself, expected no recursion on the left"
            .formatted(grammar.origin(), grammar.names().get(rule)));
  }
}
