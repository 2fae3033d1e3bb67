package dev.chainrule.text.template;

import dev.chainrule.text.template.Callables.Given;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Values of expressions. */
final class Evaluator {
  private static final int LONGEST_RANGE = 100_000;
  private static final int LONGEST_REASON = 500;

  private final Budget budget;
  private final Filters filters;
  private final Supplier<LocalDateTime> clock;
  private final Runner runner;

  /** Runs a macro. */
  @FunctionalInterface
  interface Runner {
    String call(Callables.Macro macro, Given given);
  }

  Evaluator(Budget budget, Supplier<LocalDateTime> clock, Runner runner) {
    this.budget = budget;
    this.filters = new Filters(budget);
    this.clock = clock;
    this.runner = runner;
  }

  @Nullable Object value(Expression expression, Scope scope) {
    budget.enter();
    Object value =
        switch (expression) {
          case Expression.Literal literal -> literal.value();
          case Expression.Name name -> scope.get(name.name());
          case Expression.ListOf list -> values(list.elements(), scope);
          case Expression.TupleOf tuple -> new Tuple(values(tuple.elements(), scope));
          case Expression.MapOf map -> map(map, scope);
          case Expression.Attribute attribute ->
              attribute(value(attribute.of(), scope), attribute.name());
          case Expression.Item item -> item(item, scope);
          case Expression.Slice slice ->
              Values.slice(
                  value(slice.of(), scope),
                  optional(slice.from(), scope),
                  optional(slice.to(), scope),
                  optional(slice.step(), scope),
                  budget);
          case Expression.Call call -> call(call, scope);
          case Expression.Filter filter ->
              filters.apply(
                  filter.name(),
                  value(filter.of(), scope),
                  given(filter.name(), filter.arguments(), scope));
          case Expression.Test test ->
              Tests.test(
                      test.name(),
                      value(test.of(), scope),
                      given(test.name(), test.arguments(), scope),
                      budget)
                  != test.negated();
          case Expression.Not not -> !Values.truth(value(not.of(), scope));
          case Expression.Negative negative -> negated(value(negative.of(), scope));
          case Expression.Binary binary ->
              Arithmetic.apply(
                  binary.operator(),
                  value(binary.left(), scope),
                  value(binary.right(), scope),
                  budget);
          case Expression.Logical logical -> {
            Object left = value(logical.left(), scope);
            yield Values.truth(left) == logical.and() ? value(logical.right(), scope) : left;
          }
          case Expression.Comparison comparison -> compared(comparison, scope);
          case Expression.Choice choice ->
              Values.truth(value(choice.condition(), scope))
                  ? value(choice.then(), scope)
                  : choice.otherwise() == null
                      ? new Undefined("what an if without else gives")
                      : value(choice.otherwise(), scope);
        };
    budget.leave();
    return value;
  }

  private @Nullable Object optional(@Nullable Expression expression, Scope scope) {
    return expression == null ? null : value(expression, scope);
  }

  private List<@Nullable Object> values(List<Expression> expressions, Scope scope) {
    budget.take(expressions.size());
    List<@Nullable Object> values = new ArrayList<>();
    for (Expression expression : expressions) {
      values.add(value(expression, scope));
    }
    return values;
  }

  private Object map(Expression.MapOf map, Scope scope) {
    List<@Nullable Object> keys = values(map.keys(), scope);
    List<@Nullable Object> values = values(map.values(), scope);
    Map<@Nullable Object, @Nullable Object> made = new LinkedHashMap<>();
    for (int i = 0; i < keys.size(); i++) {
      Object key = keys.get(i);
      Values.requireKey(key, budget);
      made.put(key, values.get(i));
    }
    return made;
  }

  private @Nullable Object attribute(@Nullable Object of, String name) {
    return switch (of) {
      case Undefined undefined -> throw undefined.refusal();
      case Callables.Namespace namespace ->
          namespace.values().containsKey(name) ? namespace.values().get(name) : new Undefined(name);
      case null -> new Undefined(name);
      default ->
          Methods.has(of, name)
              ? new Callables.Method(of, name)
              : of instanceof Map<?, ?> ? Values.item(of, name, budget) : new Undefined(name);
    };
  }

  /** An element, or else an attribute, as jinja2 has it. */
  private @Nullable Object item(Expression.Item item, Scope scope) {
    Object of = value(item.of(), scope);
    Object key = value(item.key(), scope);
    if (of instanceof Callables.Namespace && key instanceof String name) {
      return attribute(of, name);
    }
    Object value = Values.item(of, key, budget);
    return value instanceof Undefined && key instanceof String name && Methods.has(of, name)
        ? new Callables.Method(java.util.Objects.requireNonNull(of), name)
        : value;
  }

  private static Object negated(@Nullable Object value) {
    Object number = Values.number(value);
    if (number instanceof Long whole && whole != Long.MIN_VALUE) {
      return -whole;
    }
    if (number instanceof Double real) {
      return -real;
    }
    throw new TemplateException("takes the negative of " + Values.shown(value));
  }

  private boolean compared(Expression.Comparison comparison, Scope scope) {
    Object left = value(comparison.first(), scope);
    for (int i = 0; i < comparison.others().size(); i++) {
      Object right = value(comparison.others().get(i), scope);
      boolean holds =
          switch (comparison.operators().get(i)) {
            case "==" -> Values.equal(left, right, budget);
            case "!=" -> !Values.equal(left, right, budget);
            case "<" -> Values.compare(left, right, budget) < 0;
            case "<=" -> Values.compare(left, right, budget) <= 0;
            case ">" -> Values.compare(left, right, budget) > 0;
            case ">=" -> Values.compare(left, right, budget) >= 0;
            case "in" -> Values.contains(right, left, budget);
            default -> !Values.contains(right, left, budget);
          };
      if (!holds) {
        return false;
      }
      left = right;
    }
    return true;
  }

  private Given given(String of, Expression.Arguments arguments, Scope scope) {
    Map<String, @Nullable Object> named = new LinkedHashMap<>();
    arguments.named().forEach((name, value) -> named.put(name, value(value, scope)));
    return new Given(of, values(arguments.positional(), scope), named);
  }

  private @Nullable Object call(Expression.Call call, Scope scope) {
    Object callee = value(call.callee(), scope);
    return switch (callee) {
      case Callables.Method method ->
          Methods.call(method, given(method.name(), call.arguments(), scope), budget);
      case Callables.Macro macro ->
          runner.call(macro, given(macro.code().name(), call.arguments(), scope));
      case Callables.Function function ->
          function(function, given(function.templateName(), call.arguments(), scope));
      case Undefined undefined -> throw undefined.refusal();
      case null -> throw new TemplateException("calls " + Values.shown(callee));
      default -> throw new TemplateException("calls " + Values.shown(callee));
    };
  }

  private Object function(Callables.Function function, Given given) {
    return switch (function) {
      case RANGE -> range(given);
      case NAMESPACE -> new Callables.Namespace(fields(given));
      case DICT -> fields(given);
      case RAISE_EXCEPTION -> throw new TemplateException("refuses the messages: " + reason(given));
      case STRFTIME_NOW -> Dates.format(given.text(0, "format", null), clock.get(), budget);
    };
  }

  private static String reason(Given given) {
    String reason = given.text(0, "message", "");
    return reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON) + "...";
  }

  /** Of a map or a list of pairs, and of arguments with names. */
  private Map<@Nullable Object, @Nullable Object> fields(Given given) {
    given.atMost(64);
    Map<@Nullable Object, @Nullable Object> fields = new LinkedHashMap<>();
    if (given.positional().size() > 1) {
      throw new TemplateException("calls %s with several values".formatted(given.of()));
    }
    for (Object first : given.positional()) {
      if (first instanceof Map<?, ?> map) {
        budget.take(map.size());
        fields.putAll(map);
        continue;
      }
      for (Object pair : Values.elements(first, budget)) {
        List<@Nullable Object> parts = Values.elements(pair, budget);
        if (parts.size() != 2) {
          throw new TemplateException(
              "calls %s with %s, expected a map or pairs"
                  .formatted(given.of(), Values.shown(first)));
        }
        Values.requireKey(parts.getFirst(), budget);
        fields.put(parts.getFirst(), parts.getLast());
      }
    }
    fields.putAll(given.named());
    return fields;
  }

  private List<@Nullable Object> range(Given given) {
    given.atMost(3);
    boolean one = given.positional().size() == 1;
    long from = one ? 0 : given.number(0, "start", 0);
    long to = given.number(one ? 0 : 1, "stop", 0);
    long step = given.number(2, "step", 1);
    if (step == 0) {
      throw new TemplateException("calls range with step 0");
    }
    List<@Nullable Object> numbers = new ArrayList<>();
    for (long i = from; step > 0 ? i < to : i > to; i = Math.addExact(i, step)) {
      if (numbers.size() == LONGEST_RANGE) {
        throw new TemplateException(
            "calls range for more than %d numbers".formatted(LONGEST_RANGE));
      }
      budget.take(1);
      numbers.add(i);
      if (step > 0 ? i > Long.MAX_VALUE - step : i < Long.MIN_VALUE - step) {
        break;
      }
    }
    return numbers;
  }
}
