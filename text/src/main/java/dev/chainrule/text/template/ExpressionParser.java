package dev.chainrule.text.template;

import dev.chainrule.text.template.Expression.Arguments;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads expressions, with jinja2's precedences. */
final class ExpressionParser {
  private static final int DEEPEST = 60;
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");

  private final List<Token> tokens;
  private int at;
  private int depth;

  ExpressionParser(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token peek() {
    return tokens.get(at);
  }

  private Token peekAfter() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  Token take() {
    Token token = tokens.get(at);
    if (token.kind() != Token.Kind.END) {
      at++;
    }
    return token;
  }

  boolean takeIf(String operator) {
    if (peek().is(operator)) {
      at++;
      return true;
    }
    return false;
  }

  boolean takeIfName(String name) {
    if (peek().isName(name)) {
      at++;
      return true;
    }
    return false;
  }

  void expect(String operator) {
    if (!takeIf(operator)) {
      throw refusal("\"" + operator + "\"");
    }
  }

  String name() {
    if (peek().kind() != Token.Kind.NAME) {
      throw refusal("a name");
    }
    return take().text();
  }

  TemplateException refusal(String expected) {
    Token token = peek();
    String found =
        switch (token.kind()) {
          case END -> "ends";
          case BLOCK_END, VARIABLE_END -> "has a tag that ends";
          default -> "has \"" + token.text() + "\"";
        };
    return new TemplateException("%s, expected %s".formatted(found, expected), token.line());
  }

  /** Any expression; with commas between several a list of them. */
  Expression tuple() {
    Expression first = expression();
    if (!peek().is(",")) {
      return first;
    }
    List<Expression> elements = new ArrayList<>(List.of(first));
    while (takeIf(",") && !endsTuple()) {
      elements.add(expression());
    }
    return new Expression.TupleOf(elements);
  }

  private boolean endsTuple() {
    Token next = peek();
    return next.kind() == Token.Kind.BLOCK_END
        || next.kind() == Token.Kind.VARIABLE_END
        || next.is(")");
  }

  Expression expression() {
    if (++depth > DEEPEST) {
      throw new TemplateException(
          "nests expressions more than %d deep".formatted(DEEPEST), peek().line());
    }
    Expression value = or();
    while (takeIfName("if")) {
      Expression condition = or();
      Expression otherwise = takeIfName("else") ? expression() : null;
      value = new Expression.Choice(condition, value, otherwise);
    }
    depth--;
    return value;
  }

  /** As {@link #expression} without {@code if}, which ends what a loop goes over. */
  Expression or() {
    Expression left = and();
    while (takeIfName("or")) {
      left = new Expression.Logical(false, left, and());
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (takeIfName("and")) {
      left = new Expression.Logical(true, left, not());
    }
    return left;
  }

  private Expression not() {
    int count = 0;
    while (takeIfName("not")) {
      count++;
    }
    Expression value = comparison();
    if (count > 0) {
      value = new Expression.Not(value);
    }
    return count % 2 == 0 && count > 0 ? new Expression.Not(value) : value;
  }

  private Expression comparison() {
    Expression first = sum();
    List<String> operators = new ArrayList<>();
    List<Expression> others = new ArrayList<>();
    while (true) {
      Token token = peek();
      if (token.kind() == Token.Kind.OPERATOR && COMPARISONS.contains(token.text())) {
        operators.add(take().text());
      } else if (takeIfName("in")) {
        operators.add("in");
      } else if (token.isName("not") && peekAfter().isName("in")) {
        at += 2;
        operators.add("not in");
      } else {
        return others.isEmpty() ? first : new Expression.Comparison(first, operators, others);
      }
      others.add(sum());
    }
  }

  private Expression sum() {
    Expression left = joined();
    while (peek().is("+") || peek().is("-")) {
      left = new Expression.Binary(take().text(), left, joined());
    }
    return left;
  }

  private Expression joined() {
    Expression left = product();
    while (takeIf("~")) {
      left = new Expression.Binary("~", left, product());
    }
    return left;
  }

  private Expression product() {
    Expression left = power();
    while (peek().is("*") || peek().is("/") || peek().is("//") || peek().is("%")) {
      left = new Expression.Binary(take().text(), left, power());
    }
    return left;
  }

  private Expression power() {
    Expression left = unary();
    while (takeIf("**")) {
      left = new Expression.Binary("**", left, unary());
    }
    return left;
  }

  private Expression unary() {
    boolean negative = false;
    while (peek().is("-") || peek().is("+")) {
      negative ^= take().is("-");
    }
    Expression value = postfix(primary());
    if (negative) {
      value = new Expression.Negative(value);
    }
    return filters(value);
  }

  private Expression primary() {
    Token token = peek();
    switch (token.kind()) {
      case STRING -> {
        StringBuilder text = new StringBuilder();
        while (peek().kind() == Token.Kind.STRING) {
          text.append(take().text());
        }
        return new Expression.Literal(text.toString());
      }
      case INTEGER -> {
        return new Expression.Literal(integer(take()));
      }
      case FLOAT -> {
        return new Expression.Literal(Double.parseDouble(take().text()));
      }
      case NAME -> {
        return switch (take().text()) {
          case "true", "True" -> new Expression.Literal(true);
          case "false", "False" -> new Expression.Literal(false);
          case "none", "None" -> new Expression.Literal(null);
          default -> new Expression.Name(token.text());
        };
      }
      default -> {
        return bracketed();
      }
    }
  }

  private static Long integer(Token token) {
    try {
      return Long.parseLong(token.text());
    } catch (NumberFormatException e) {
      throw new TemplateException("has a number of more than 64 bits", token.line());
    }
  }

  private Expression bracketed() {
    if (takeIf("(")) {
      if (takeIf(")")) {
        return new Expression.TupleOf(List.of());
      }
      Expression value = tuple();
      expect(")");
      return value;
    }
    if (takeIf("[")) {
      List<Expression> elements = new ArrayList<>();
      while (!takeIf("]")) {
        elements.add(expression());
        if (!peek().is("]")) {
          expect(",");
        }
      }
      return new Expression.ListOf(elements);
    }
    if (takeIf("{")) {
      List<Expression> keys = new ArrayList<>();
      List<Expression> values = new ArrayList<>();
      while (!takeIf("}")) {
        keys.add(expression());
        expect(":");
        values.add(expression());
        if (!peek().is("}")) {
          expect(",");
        }
      }
      return new Expression.MapOf(keys, values);
    }
    throw refusal("an expression");
  }

  private Expression postfix(Expression of) {
    Expression value = of;
    while (true) {
      if (takeIf(".")) {
        value =
            peek().kind() == Token.Kind.INTEGER
                ? new Expression.Item(value, new Expression.Literal(integer(take())))
                : new Expression.Attribute(value, name());
      } else if (takeIf("[")) {
        value = subscript(value);
      } else if (peek().is("(")) {
        value = new Expression.Call(value, arguments());
      } else {
        return value;
      }
    }
  }

  private Expression subscript(Expression of) {
    @Nullable Expression[] parts = new @Nullable Expression[3];
    int part = 0;
    boolean slice = false;
    while (!takeIf("]")) {
      if (takeIf(":")) {
        slice = true;
        part++;
        if (part > 2) {
          throw refusal("at most two \":\"");
        }
      } else if (parts[part] == null) {
        parts[part] = expression();
      } else {
        throw refusal("\"]\"");
      }
    }
    if (slice) {
      return new Expression.Slice(of, parts[0], parts[1], parts[2]);
    }
    Expression key = parts[0];
    if (key == null) {
      throw refusal("an index");
    }
    return new Expression.Item(of, key);
  }

  Arguments arguments() {
    expect("(");
    List<Expression> positional = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    while (!takeIf(")")) {
      if (peek().kind() == Token.Kind.NAME && peekAfter().is("=")) {
        String name = name();
        expect("=");
        named.put(name, expression());
      } else {
        positional.add(expression());
      }
      if (!peek().is(")")) {
        expect(",");
      }
    }
    return new Arguments(positional, named);
  }

  private Expression filters(Expression of) {
    Expression value = of;
    while (true) {
      if (takeIf("|")) {
        String name = name();
        value = new Expression.Filter(value, name, peek().is("(") ? arguments() : Arguments.NONE);
      } else if (takeIfName("is")) {
        value = test(value);
      } else if (peek().is("(")) {
        value = new Expression.Call(value, arguments());
      } else {
        return value;
      }
    }
  }

  private Expression test(Expression of) {
    boolean negated = takeIfName("not");
    String name = name();
    Arguments arguments = Arguments.NONE;
    Token next = peek();
    if (next.is("(")) {
      arguments = arguments();
    } else if (beginsArgument(next)) {
      arguments = new Arguments(List.of(postfix(primary())), Map.of());
    }
    return new Expression.Test(of, name, arguments, negated);
  }

  private static boolean beginsArgument(Token next) {
    return switch (next.kind()) {
      case STRING, INTEGER, FLOAT -> true;
      case NAME -> !Set.of("else", "or", "and", "if", "is", "in", "not").contains(next.text());
      case OPERATOR -> next.is("[") || next.is("{");
      default -> false;
    };
  }
}
