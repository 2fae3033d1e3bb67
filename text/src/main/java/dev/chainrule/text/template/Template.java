package dev.chainrule.text.template;

import dev.chainrule.base.InputException;
import dev.chainrule.text.template.Callables.Given;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A Jinja template, of the part of the language that chat templates have: all expressions, the
 * statements {@code if}, {@code for}, {@code set}, {@code macro}, {@code break} and {@code
 * continue}, jinja2's common filters and tests, and the methods of texts, lists and maps that
 * change nothing. Its results are those of jinja2 with {@code trim_blocks} and {@code
 * lstrip_blocks}, as Hugging Face's library has it.
 *
 * <p>No template reaches a Java object: values are texts, numbers, lists and maps, which are copied
 * on the way in, and what can be called is a fixed list. Every expression and statement is a step,
 * and every character or element that is made takes room; both are limited. Immutable.
 */
public final class Template {
  private static final int LONGEST = 1 << 20;

  private final String origin;
  private final List<Statement> statements;

  private Template(String origin, List<Statement> statements) {
    this.origin = origin;
    this.statements = statements;
  }

  /**
   * Reads a template.
   *
   * @param source of at most 1,048,576 characters
   * @param origin where it is from, for messages
   * @throws InputException if it is none; the sentence names the line
   */
  public static Template parse(String source, String origin) {
    if (source.length() > LONGEST) {
      throw new InputException(
          "%s: the template has %d characters, expected at most %d"
              .formatted(origin, source.length(), LONGEST));
    }
    try {
      return new Template(origin, TemplateParser.parse(source));
    } catch (TemplateException e) {
      throw refusal(origin, e);
    }
  }

  private static InputException refusal(String origin, TemplateException e) {
    String line = e.line() > 0 ? "line " + e.line() + " of the template" : "the template";
    return new InputException("%s: %s %s".formatted(origin, line, e.getMessage()), e);
  }

  /**
   * Fills in the template.
   *
   * @param variables texts, numbers, truths, null, and lists and maps of them
   * @param clock what time it is, for templates that write the date
   * @throws InputException if the template refuses the variables, or goes beyond the limits
   * @throws IllegalArgumentException if a variable is something else
   */
  public String render(
      Map<String, ? extends @Nullable Object> variables,
      Limits limits,
      Supplier<LocalDateTime> clock) {
    Scope globals = new Scope(null);
    Callables.globals().forEach(globals::set);
    variables.forEach((name, value) -> globals.set(name, Values.of(value, 0)));
    Run run = new Run(limits, clock);
    try {
      run.all(statements, new Scope(globals));
      return run.out.toString();
    } catch (TemplateException e) {
      throw refusal(origin, e);
    } catch (ArithmeticException | StackOverflowError e) {
      throw refusal(origin, new TemplateException("computes what is too large"));
    }
  }

  private enum Flow {
    ON,
    BREAK,
    CONTINUE
  }

  private static final class Run {
    private final Budget budget;
    private final Evaluator evaluator;
    private StringBuilder out = new StringBuilder();

    Run(Limits limits, Supplier<LocalDateTime> clock) {
      budget = new Budget(limits);
      evaluator = new Evaluator(budget, clock, this::call);
    }

    private Flow all(List<Statement> statements, Scope scope) {
      for (Statement statement : statements) {
        Flow flow;
        try {
          budget.enter();
          flow = one(statement, scope);
          budget.leave();
        } catch (TemplateException e) {
          throw e.at(statement.line());
        }
        if (flow != Flow.ON) {
          return flow;
        }
      }
      return Flow.ON;
    }

    private Flow one(Statement statement, Scope scope) {
      switch (statement) {
        case Statement.Text text -> write(text.text());
        case Statement.Output output ->
            write(Writing.text(evaluator.value(output.value(), scope), budget));
        case Statement.If branch -> {
          boolean holds = Values.truth(evaluator.value(branch.condition(), scope));
          return all(holds ? branch.then() : branch.otherwise(), scope);
        }
        case Statement.For loop -> loop(loop, scope);
        case Statement.Set set ->
            assign(set.names(), set.namespace(), evaluator.value(set.value(), scope), scope);
        case Statement.SetBlock set -> {
          String text = captured(set.body(), new Scope(scope));
          assign(List.of(set.name()), set.namespace(), text, scope);
        }
        case Statement.Macro macro -> scope.set(macro.name(), new Callables.Macro(macro, scope));
        case Statement.Group group -> {
          return all(group.body(), scope);
        }
        case Statement.Break end -> {
          return Flow.BREAK;
        }
        case Statement.Continue next -> {
          return Flow.CONTINUE;
        }
      }
      return Flow.ON;
    }

    private void write(String text) {
      budget.take(text.length());
      out.append(text);
    }

    private String captured(List<Statement> body, Scope scope) {
      StringBuilder outer = out;
      out = new StringBuilder();
      all(body, scope);
      String text = out.toString();
      out = outer;
      return text;
    }

    private void assign(
        List<String> names, @Nullable String namespace, @Nullable Object value, Scope scope) {
      if (namespace != null) {
        if (!(scope.get(namespace) instanceof Callables.Namespace fields)) {
          throw new TemplateException(
              "sets %s of %s, which is no namespace".formatted(names.getFirst(), namespace));
        }
        fields.values().put(names.getFirst(), value);
      } else if (names.size() == 1) {
        scope.set(names.getFirst(), value);
      } else {
        unpack(names, value, scope);
      }
    }

    private void unpack(List<String> names, @Nullable Object value, Scope scope) {
      List<@Nullable Object> parts = Values.elements(value, budget);
      if (parts.size() != names.size()) {
        throw new TemplateException(
            "has %d values for %s".formatted(parts.size(), String.join(", ", names)));
      }
      for (int i = 0; i < names.size(); i++) {
        scope.set(names.get(i), parts.get(i));
      }
    }

    private void loop(Statement.For loop, Scope scope) {
      List<@Nullable Object> elements = Values.elements(evaluator.value(loop.of(), scope), budget);
      Expression condition = loop.condition();
      if (condition != null) {
        List<@Nullable Object> chosen = new ArrayList<>();
        for (Object element : elements) {
          Scope inner = new Scope(scope);
          assign(loop.names(), null, element, inner);
          if (Values.truth(evaluator.value(condition, inner))) {
            chosen.add(element);
          }
        }
        elements = chosen;
      }
      for (int i = 0; i < elements.size(); i++) {
        Scope inner = new Scope(scope);
        inner.set("loop", position(elements, i));
        assign(loop.names(), null, elements.get(i), inner);
        budget.take(16);
        if (all(loop.body(), inner) == Flow.BREAK) {
          break;
        }
      }
      if (elements.isEmpty()) {
        all(loop.otherwise(), new Scope(scope));
      }
    }

    private static Map<String, @Nullable Object> position(List<@Nullable Object> elements, int i) {
      Map<String, @Nullable Object> loop = new LinkedHashMap<>();
      long count = elements.size();
      loop.put("index", i + 1L);
      loop.put("index0", (long) i);
      loop.put("revindex", count - i);
      loop.put("revindex0", count - i - 1);
      loop.put("first", i == 0);
      loop.put("last", i == count - 1);
      loop.put("length", count);
      loop.put(
          "previtem", i == 0 ? new Undefined("the item before the first") : elements.get(i - 1));
      loop.put(
          "nextitem",
          i == count - 1 ? new Undefined("the item after the last") : elements.get(i + 1));
      return loop;
    }

    private String call(Callables.Macro macro, Given given) {
      Statement.Macro code = macro.code();
      Scope inner = new Scope(macro.scope());
      int required = code.parameters().size() - code.defaults().size();
      given.atMost(code.parameters().size());
      budget.take(16L * code.parameters().size());
      budget.look((long) code.parameters().size() * given.named().size());
      requireParameters(code, given);
      for (int i = 0; i < code.parameters().size(); i++) {
        String name = code.parameters().get(i);
        Object usual =
            i < required || i < given.positional().size() || given.named().containsKey(name)
                ? new Undefined(name)
                : evaluator.value(code.defaults().get(i - required), inner);
        inner.set(name, given.get(i, name, usual));
      }
      return captured(code.body(), inner);
    }

    private static void requireParameters(Statement.Macro code, Given given) {
      for (String name : given.named().keySet()) {
        int place = code.parameters().indexOf(name);
        if (place < given.positional().size()) {
          throw new TemplateException(
              "calls %s with \"%s\", which it %s"
                  .formatted(code.name(), name, place < 0 ? "does not take" : "has already"));
        }
      }
    }
  }
}
