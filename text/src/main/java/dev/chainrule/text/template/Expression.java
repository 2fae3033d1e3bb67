package dev.chainrule.text.template;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What has a value. */
sealed interface Expression {
  /** A value that stands in the template. */
  record Literal(@Nullable Object value) implements Expression {}

  record Name(String name) implements Expression {}

  record ListOf(List<Expression> elements) implements Expression {}

  record TupleOf(List<Expression> elements) implements Expression {}

  record MapOf(List<Expression> keys, List<Expression> values) implements Expression {}

  record Attribute(Expression of, String name) implements Expression {}

  record Item(Expression of, Expression key) implements Expression {}

  record Slice(
      Expression of, @Nullable Expression from, @Nullable Expression to, @Nullable Expression step)
      implements Expression {}

  /** Arguments of calls, filters and tests. */
  record Arguments(List<Expression> positional, Map<String, Expression> named) {
    static final Arguments NONE = new Arguments(List.of(), Map.of());
  }

  record Call(Expression callee, Arguments arguments) implements Expression {}

  record Filter(Expression of, String name, Arguments arguments) implements Expression {}

  record Test(Expression of, String name, Arguments arguments, boolean negated)
      implements Expression {}

  record Not(Expression of) implements Expression {}

  record Negative(Expression of) implements Expression {}

  record Binary(String operator, Expression left, Expression right) implements Expression {}

  /** {@code and} and {@code or}, whose right side may stay unevaluated. */
  record Logical(boolean and, Expression left, Expression right) implements Expression {}

  /** {@code a < b <= c}. */
  record Comparison(Expression first, List<String> operators, List<Expression> others)
      implements Expression {}

  record Choice(Expression condition, Expression then, @Nullable Expression otherwise)
      implements Expression {}
}
