package dev.chainrule.text.structure;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Earley's recogniser over characters, as it stands in textbooks: slow, for any grammar. What it
 * has read can be continued to a text of the language as long as it has items left.
 */
final class Earley {
  /** A symbol: a rule's number, or a set of characters. */
  private sealed interface Symbol {
    record Rule(int number) implements Symbol {}

    record Set(CodePoints characters) implements Symbol {}
  }

  private record Production(int rule, List<Symbol> symbols) {}

  private record Item(Production production, int dot, int from) {}

  private final List<Production> productions = new ArrayList<>();
  private final int root;
  private int rules;

  Earley(Grammar grammar) {
    rules = grammar.bodies().size();
    root = grammar.root();
    for (int rule = 0; rule < grammar.bodies().size(); rule++) {
      productions.add(new Production(rule, List.of(symbol(grammar.bodies().get(rule)))));
    }
    removeEndless();
  }

  private Symbol symbol(Expression expression) {
    if (expression instanceof Expression.Characters characters) {
      return new Symbol.Set(characters.set());
    }
    if (expression instanceof Expression.Call call) {
      return new Symbol.Rule(call.rule());
    }
    int rule = rules++;
    switch (expression) {
      case Expression.Literal literal ->
          productions.add(
              new Production(
                  rule,
                  literal
                      .text()
                      .codePoints()
                      .mapToObj(c -> (Symbol) new Symbol.Set(CodePoints.of(c)))
                      .toList()));
      case Expression.Sequence sequence ->
          productions.add(
              new Production(rule, sequence.parts().stream().map(this::symbol).toList()));
      case Expression.Choice choice ->
          choice
              .options()
              .forEach(option -> productions.add(new Production(rule, List.of(symbol(option)))));
      case Expression.Repeat repeat -> {
        Symbol body = symbol(repeat.body());
        if (repeat.max() == Expression.Repeat.UNBOUNDED) {
          List<Symbol> all = new ArrayList<>();
          for (int i = 0; i < repeat.min(); i++) {
            all.add(body);
          }
          int more = rules++;
          all.add(new Symbol.Rule(more));
          productions.add(new Production(rule, all));
          productions.add(new Production(more, List.of()));
          productions.add(new Production(more, List.of(body, new Symbol.Rule(more))));
        } else {
          for (int n = repeat.min(); n <= repeat.max(); n++) {
            List<Symbol> all = new ArrayList<>();
            for (int i = 0; i < n; i++) {
              all.add(body);
            }
            productions.add(new Production(rule, all));
          }
        }
      }
      case Expression.Graph graph -> {
        int first = rules;
        rules += graph.places();
        productions.add(new Production(rule, List.of(new Symbol.Rule(first))));
        productions.add(new Production(first + graph.places() - 1, List.of()));
        for (Expression.Edge edge : graph.edges()) {
          productions.add(
              new Production(
                  first + edge.from(),
                  List.of(symbol(edge.over()), new Symbol.Rule(first + edge.to()))));
        }
      }
      default -> throw new AssertionError(expression);
    }
    return new Symbol.Rule(rule);
  }

  /** Without productions that derive no text of finite length. */
  private void removeEndless() {
    Set<Integer> good = new HashSet<>();
    int before = -1;
    while (before != good.size()) {
      before = good.size();
      for (Production production : productions) {
        if (production.symbols().stream().allMatch(symbol -> ends(symbol, good))) {
          good.add(production.rule());
        }
      }
    }
    productions.removeIf(
        production -> !production.symbols().stream().allMatch(symbol -> ends(symbol, good)));
  }

  private static boolean ends(Symbol symbol, Set<Integer> good) {
    return switch (symbol) {
      case Symbol.Rule rule -> good.contains(rule.number());
      case Symbol.Set set -> !set.characters().isEmpty();
    };
  }

  /**
   * What a text is.
   *
   * @param begins whether it begins a text of the language
   * @param isIn whether it is one
   */
  record Answer(boolean begins, boolean isIn) {}

  Answer read(String text) {
    int[] characters = text.codePoints().toArray();
    List<Set<Item>> columns = new ArrayList<>();
    for (int i = 0; i <= characters.length; i++) {
      columns.add(new HashSet<>());
    }
    for (Production production : productions) {
      if (production.rule() == root) {
        columns.getFirst().add(new Item(production, 0, 0));
      }
    }
    for (int i = 0; i <= characters.length; i++) {
      complete(columns, i);
      for (Item item : columns.get(i)) {
        if (i < characters.length
            && next(item) instanceof Symbol.Set set
            && set.characters().contains(characters[i])) {
          columns.get(i + 1).add(advanced(item));
        }
      }
    }
    Set<Item> last = columns.getLast();
    return new Answer(
        !last.isEmpty(),
        last.stream()
            .anyMatch(
                item ->
                    item.production().rule() == root && item.from() == 0 && next(item) == null));
  }

  private void complete(List<Set<Item>> columns, int at) {
    Set<Item> column = columns.get(at);
    int before = -1;
    while (before != column.size()) {
      before = column.size();
      for (Item item : List.copyOf(column)) {
        switch (next(item)) {
          case null -> {
            for (Item waiting : List.copyOf(columns.get(item.from()))) {
              if (next(waiting) instanceof Symbol.Rule rule
                  && rule.number() == item.production().rule()) {
                column.add(advanced(waiting));
              }
            }
          }
          case Symbol.Rule rule -> {
            for (Production production : productions) {
              if (production.rule() == rule.number()) {
                column.add(new Item(production, 0, at));
              }
            }
          }
          case Symbol.Set set -> {}
        }
      }
    }
  }

  private static @Nullable Symbol next(Item item) {
    List<Symbol> symbols = item.production().symbols();
    return item.dot() == symbols.size() ? null : symbols.get(item.dot());
  }

  private static Item advanced(Item item) {
    return new Item(item.production(), item.dot() + 1, item.from());
  }
}
