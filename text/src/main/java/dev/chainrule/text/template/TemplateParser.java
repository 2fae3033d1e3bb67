package dev.chainrule.text.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a template's statements. */
final class TemplateParser {
  private static final int DEEPEST = 60;
  private static final String KNOWN = "if, for, set, macro, generation, break, continue, raw";

  private final ExpressionParser in;
  private int depth;
  private int loops;

  private TemplateParser(List<Token> tokens) {
    in = new ExpressionParser(tokens);
  }

  static List<Statement> parse(String source) {
    TemplateParser parser = new TemplateParser(Lexer.tokens(source));
    List<Statement> all = parser.until(Set.of());
    if (parser.in.peek().kind() != Token.Kind.END) {
      throw parser.in.refusal("one of " + KNOWN);
    }
    return all;
  }

  /** Statements up to one of these tags, whose name is next then. */
  private List<Statement> until(Set<String> ends) {
    if (++depth > DEEPEST) {
      throw new TemplateException(
          "nests tags more than %d deep".formatted(DEEPEST), in.peek().line());
    }
    List<Statement> statements = new ArrayList<>();
    while (true) {
      Token token = in.peek();
      switch (token.kind()) {
        case TEXT -> statements.add(new Statement.Text(in.take().text(), token.line()));
        case VARIABLE_BEGIN -> {
          in.take();
          statements.add(new Statement.Output(in.tuple(), token.line()));
          end(Token.Kind.VARIABLE_END);
        }
        case BLOCK_BEGIN -> {
          in.take();
          if (in.peek().kind() == Token.Kind.NAME && ends.contains(in.peek().text())) {
            depth--;
            return statements;
          }
          statements.add(block(token.line()));
        }
        case END -> {
          if (!ends.isEmpty()) {
            throw in.refusal(
                "{% " + String.join(" %} or {% ", ends.stream().sorted().toList()) + " %}");
          }
          depth--;
          return statements;
        }
        default -> throw in.refusal("text or a tag");
      }
    }
  }

  private void end(Token.Kind kind) {
    if (in.peek().kind() != kind) {
      throw in.refusal("the end of the tag");
    }
    in.take();
  }

  private void endTag(String name) {
    if (!in.takeIfName(name)) {
      throw in.refusal(name);
    }
    end(Token.Kind.BLOCK_END);
  }

  private Statement block(int line) {
    if (in.takeIfName("if")) {
      return branch(line);
    }
    if (in.takeIfName("for")) {
      return loop(line);
    }
    if (in.takeIfName("set")) {
      return set(line);
    }
    if (in.takeIfName("macro")) {
      return macro(line);
    }
    if (in.takeIfName("generation")) {
      end(Token.Kind.BLOCK_END);
      List<Statement> body = until(Set.of("endgeneration"));
      endTag("endgeneration");
      return new Statement.Group(body, line);
    }
    if (loops > 0 && in.takeIfName("break")) {
      end(Token.Kind.BLOCK_END);
      return new Statement.Break(line);
    }
    if (loops > 0 && in.takeIfName("continue")) {
      end(Token.Kind.BLOCK_END);
      return new Statement.Continue(line);
    }
    throw in.refusal("one of " + KNOWN);
  }

  private Statement branch(int line) {
    Expression condition = in.tuple();
    end(Token.Kind.BLOCK_END);
    List<Statement> then = until(Set.of("elif", "else", "endif"));
    List<Statement> otherwise = List.of();
    int elseLine = in.peek().line();
    if (in.takeIfName("elif")) {
      if (++depth > DEEPEST * 4) {
        throw in.refusal("fewer branches");
      }
      Statement rest = branch(elseLine);
      depth--;
      return new Statement.If(condition, then, List.of(rest), line);
    }
    if (in.takeIfName("else")) {
      end(Token.Kind.BLOCK_END);
      otherwise = until(Set.of("endif"));
    }
    endTag("endif");
    return new Statement.If(condition, then, otherwise, line);
  }

  private Statement loop(int line) {
    List<String> names = names();
    if (!in.takeIfName("in")) {
      throw in.refusal("in");
    }
    Expression of = in.or();
    Expression condition = in.takeIfName("if") ? in.expression() : null;
    end(Token.Kind.BLOCK_END);
    loops++;
    List<Statement> body = until(Set.of("else", "endfor"));
    loops--;
    List<Statement> otherwise = List.of();
    if (in.takeIfName("else")) {
      end(Token.Kind.BLOCK_END);
      otherwise = until(Set.of("endfor"));
    }
    endTag("endfor");
    return new Statement.For(names, of, condition, body, otherwise, line);
  }

  private List<String> names() {
    boolean brackets = in.takeIf("(");
    List<String> names = new ArrayList<>(List.of(in.name()));
    while (in.takeIf(",")) {
      names.add(in.name());
    }
    if (brackets) {
      in.expect(")");
    }
    return names;
  }

  private Statement set(int line) {
    List<String> names = names();
    String namespace = null;
    if (names.size() == 1 && in.takeIf(".")) {
      namespace = names.getFirst();
      names = List.of(in.name());
    }
    if (in.takeIf("=")) {
      Expression value = in.tuple();
      end(Token.Kind.BLOCK_END);
      return new Statement.Set(names, namespace, value, line);
    }
    end(Token.Kind.BLOCK_END);
    List<Statement> body = until(Set.of("endset"));
    endTag("endset");
    return new Statement.SetBlock(names.getFirst(), namespace, body, line);
  }

  private Statement macro(int line) {
    String name = in.name();
    in.expect("(");
    List<String> parameters = new ArrayList<>();
    List<Expression> defaults = new ArrayList<>();
    while (!in.takeIf(")")) {
      parameters.add(in.name());
      @Nullable Expression usual = in.takeIf("=") ? in.expression() : null;
      if (usual == null && !defaults.isEmpty()) {
        throw in.refusal("a default, as the parameter before has one");
      }
      if (usual != null) {
        defaults.add(usual);
      }
      if (!in.peek().is(")")) {
        in.expect(",");
      }
    }
    end(Token.Kind.BLOCK_END);
    int outer = loops;
    loops = 0;
    List<Statement> body = until(Set.of("endmacro"));
    loops = outer;
    endTag("endmacro");
    return new Statement.Macro(name, parameters, defaults, body, line);
  }
}
