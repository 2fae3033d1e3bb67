package dev.chainrule.text.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What writes text or changes variables. */
sealed interface Statement {
  /** The line that it begins on, from 1. */
  int line();

  record Text(String text, int line) implements Statement {}

  record Output(Expression value, int line) implements Statement {}

  record If(Expression condition, List<Statement> then, List<Statement> otherwise, int line)
      implements Statement {}

  record For(
      List<String> names,
      Expression of,
      @Nullable Expression condition,
      List<Statement> body,
      List<Statement> otherwise,
      int line)
      implements Statement {}

  /** {@code namespace} is set where an attribute of it is. */
  record Set(List<String> names, @Nullable String namespace, Expression value, int line)
      implements Statement {}

  record SetBlock(String name, @Nullable String namespace, List<Statement> body, int line)
      implements Statement {}

  record Macro(
      String name,
      List<String> parameters,
      List<Expression> defaults,
      List<Statement> body,
      int line)
      implements Statement {}

  /** Statements with variables of their own or not. */
  record Group(List<Statement> body, int line) implements Statement {}

  record Break(int line) implements Statement {}

  record Continue(int line) implements Statement {}
}
