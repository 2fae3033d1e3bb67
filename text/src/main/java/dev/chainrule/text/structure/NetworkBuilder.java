package dev.chainrule.text.structure;

import dev.chainrule.base.InputException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes the automaton of a grammar. Short rules without loops become parts of those that call them:
 * the fewer rules end within a token, the less is to be looked at for a mask.
 */
final class NetworkBuilder {
  /** Sixty bytes or so each. */
  private static final int MOST_STATES = 500_000;

  /** Of an expression that becomes a part of its callers. */
  private static final int SHORT = 40;

  private static final int LONG = SHORT + 1;

  /** Rules that become parts of each other: chains of them may be long, the stack is not. */
  private static final int DEEPEST = 16;

  private final Grammar grammar;
  private final CodePoints alphabet;
  private final Recursion recursion;
  private final List<Draft> states = new ArrayList<>();
  private final List<Network.Loop> loops = new ArrayList<>();
  private final List<Expression> bodies;
  private final List<Integer> starts = new ArrayList<>();

  /** How long the rules are that may become parts of others. */
  private final Map<Integer, Integer> lengths = new HashMap<>();

  /** Loops are given their numbers behind all states that are kept. */
  private long loopStates;

  /** Whether what is built now is the body of a loop, which holds no other. */
  private boolean inLoop;

  private static final class Draft {
    final List<Integer> bytes = new ArrayList<>(3);
    final List<Integer> empties = new ArrayList<>(1);
    final List<Integer> calls = new ArrayList<>(0);
    boolean accepts;
  }

  private NetworkBuilder(Grammar grammar, CodePoints alphabet) {
    this.grammar = grammar;
    this.alphabet = alphabet;
    recursion = Recursion.requireNoneOnTheLeft(grammar);
    bodies = new ArrayList<>(grammar.bodies());
  }

  /**
   * The automaton of a grammar, without what leads to no end.
   *
   * @param alphabet the characters that can be written; texts with others are none
   * @throws InputException if the grammar is recursive on the left or too large
   */
  static Network build(Grammar grammar, CodePoints alphabet) {
    return new NetworkBuilder(grammar, alphabet).build().trimmed();
  }

  private Network build() {
    // Loops within loops become rules: there may be more at the end than at the beginning.
    for (int rule = 0; rule < bodies.size(); rule++) {
      int start = state();
      int end = state();
      states.get(end).accepts = true;
      starts.add(start);
      add(bodies.get(rule), start, end);
    }
    return new Network(
        states.stream().map(this::state).toArray(Network.State[]::new),
        starts.stream().mapToInt(s -> s).toArray(),
        loops.stream()
            .map(
                loop ->
                    new Network.Loop(
                        placed(loop.base()),
                        loop.width(),
                        loop.first(),
                        loop.min(),
                        loop.max(),
                        loop.exit()))
            .toArray(Network.Loop[]::new),
        grammar.root());
  }

  private Network.State state(Draft draft) {
    return new Network.State(
        draft.bytes.stream().mapToInt(i -> i).toArray(),
        draft.empties.stream().mapToInt(this::placed).toArray(),
        draft.calls.stream().mapToInt(i -> i).toArray(),
        draft.accepts);
  }

  /** A loop's states are negative while it is not known how many others there are. */
  private int placed(int state) {
    return state >= 0 ? state : states.size() + (-1 - state);
  }

  private int state() {
    if (states.size() >= MOST_STATES) {
      throw new InputException(
          "%s: takes more than %d states, expected something smaller"
              .formatted(grammar.origin(), MOST_STATES));
    }
    states.add(new Draft());
    return states.size() - 1;
  }

  private void nothing(int from, int to) {
    states.get(from).empties.add(to);
  }

  private void bytes(int from, int first, int last, int to) {
    List<Integer> bytes = states.get(from).bytes;
    bytes.add(first);
    bytes.add(last);
    bytes.add(to);
  }

  private void add(Expression expression, int from, int to) {
    switch (expression) {
      case Expression.Characters characters ->
          Utf8Ranges.add(characters.set().and(alphabet), from, to, this::state, this::bytes);
      case Expression.Literal literal -> literal(literal.text(), from, to);
      case Expression.Sequence sequence -> {
        int at = from;
        for (int i = 0; i < sequence.parts().size(); i++) {
          int next = i + 1 == sequence.parts().size() ? to : state();
          add(sequence.parts().get(i), at, next);
          at = next;
        }
        if (sequence.parts().isEmpty()) {
          nothing(from, to);
        }
      }
      case Expression.Choice choice -> choice.options().forEach(option -> add(option, from, to));
      case Expression.Repeat repeat -> repeat(repeat, from, to);
      case Expression.Call call -> {
        if (length(call.rule(), 0) <= SHORT) {
          add(bodies.get(call.rule()), from, to);
        } else {
          states.get(from).calls.add(call.rule());
          states.get(from).calls.add(to);
        }
      }
      case Expression.Graph graph -> {
        int[] places = new int[graph.places()];
        for (int i = 0; i < places.length; i++) {
          places[i] = state();
        }
        nothing(from, places[0]);
        nothing(places[places.length - 1], to);
        graph.edges().forEach(edge -> add(edge.over(), places[edge.from()], places[edge.to()]));
      }
    }
  }

  private void literal(String text, int from, int to) {
    if (text.isEmpty()) {
      nothing(from, to);
      return;
    }
    if (text.codePoints().anyMatch(c -> !alphabet.contains(c))) {
      return;
    }
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    int at = from;
    for (int i = 0; i < utf8.length; i++) {
      int next = i + 1 == utf8.length ? to : state();
      bytes(at, utf8[i] & 0xFF, utf8[i] & 0xFF, next);
      at = next;
    }
  }

  private void repeat(Expression.Repeat repeat, int from, int to) {
    int min = recursion.isNullable(repeat.body()) ? 0 : repeat.min();
    if (repeat.max() == Expression.Repeat.UNBOUNDED) {
      int begin = from;
      if (min > 0) {
        begin = state();
        repeat(new Expression.Repeat(repeat.body(), min, min), from, begin);
      }
      int again = state();
      int round = state();
      nothing(begin, again);
      add(repeat.body(), again, round);
      nothing(round, again);
      nothing(again, to);
    } else if (repeat.max() == 0) {
      nothing(from, to);
    } else if (repeat.max() == 1) {
      add(repeat.body(), from, to);
      if (min == 0) {
        nothing(from, to);
      }
    } else if (inLoop) {
      bodies.add(repeat);
      states.get(from).calls.add(bodies.size() - 1);
      states.get(from).calls.add(to);
    } else {
      loop(repeat.body(), min, repeat.max(), from, to);
    }
  }

  private void loop(Expression body, int min, int max, int from, int to) {
    inLoop = true;
    int first = state();
    int begin = state();
    int last = state();
    nothing(first, begin);
    add(body, begin, last);
    int end = state();
    nothing(last, end);
    inLoop = false;
    int width = end - first;
    long base = loopStates;
    loopStates += width * (max + 1L);
    if (loopStates > Integer.MAX_VALUE - MOST_STATES - 1L) {
      throw new InputException(
          "%s: repeats something %d times, expected fewer".formatted(grammar.origin(), max));
    }
    int entry = (int) (-1 - base);
    loops.add(new Network.Loop(entry, width, first, min, max, to));
    nothing(from, entry);
  }

  /** How many states a rule takes where it is called; {@link #LONG} if it stays a rule. */
  private int length(int rule, int depth) {
    Integer known = lengths.get(rule);
    if (known == null) {
      if (depth == DEEPEST) {
        return LONG;
      }
      lengths.put(rule, LONG); // what calls itself stays
      known = length(bodies.get(rule), depth + 1);
      lengths.put(rule, known);
    }
    return known;
  }

  private int length(Expression expression, int depth) {
    int length =
        switch (expression) {
          case Expression.Characters characters -> 1 + Utf8Ranges.bytes(characters.set());
          case Expression.Literal literal -> 1 + literal.text().length();
          case Expression.Sequence sequence -> sum(sequence.parts(), depth);
          case Expression.Choice choice -> sum(choice.options(), depth);
          case Expression.Repeat repeat ->
              repeat.max() <= 1 ? 1 + length(repeat.body(), depth) : LONG;
          case Expression.Call call -> length(call.rule(), depth);
          case Expression.Graph graph -> LONG;
        };
    return Math.min(LONG, length);
  }

  private int sum(List<Expression> expressions, int depth) {
    int sum = 0;
    for (Expression each : expressions) {
      sum = Math.min(LONG, sum + length(each, depth));
    }
    return sum;
  }
}
