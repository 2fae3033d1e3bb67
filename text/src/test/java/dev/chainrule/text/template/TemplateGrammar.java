package dev.chainrule.text.template;

import java.util.random.RandomGenerator;

/** Draws templates: most are valid, many ask for what their values have not. */
final class TemplateGrammar {
  private static final int DEPTH = 4;
  private static final String[] NAMES = {
    "messages", "message", "m", "x", "ns", "loop", "add_generation_prompt", "tools", "namespace"
  };
  private static final String[] ATTRIBUTES = {
    "role", "content", "index", "index0", "first", "last", "length", "a", "previtem", "__class__"
  };
  private static final String[] LITERALS = {
    "0",
    "1",
    "-1",
    "7",
    "1.5",
    "1e3",
    "9223372036854775807",
    "'user'",
    "'a b'",
    "\"\\n\"",
    "''",
    "true",
    "False",
    "none",
    "'\uD83D\uDE80'",
    "1e308",
    "'%'",
    "[]",
    "{}",
    "10000000"
  };
  private static final String[] BINARY = {
    "+", "-", "*", "/", "//", "%", "**", "~", "==", "!=", "<", "<=", ">", ">=", "and", "or", "in",
    "not in"
  };
  private static final String[] FILTERS = {
    "trim",
    "upper",
    "lower",
    "length",
    "list",
    "join(', ')",
    "tojson",
    "tojson(indent=2)",
    "first",
    "last",
    "default('d')",
    "string",
    "int",
    "float",
    "abs",
    "capitalize",
    "title",
    "replace('a','b')",
    "reverse",
    "sort",
    "unique",
    "items",
    "map(attribute='role')",
    "map('upper')",
    "safe",
    "round",
    "selectattr('role')",
    "selectattr('role','equalto','user')",
    "rejectattr('role')",
    "select",
    "reject('none')",
    "indent(4)",
    "sum",
    "max",
    "min",
    "dictsort",
    "unknown",
    "count",
    "e"
  };
  private static final String[] METHODS = {
    "strip()",
    "lstrip('a')",
    "rstrip()",
    "split(' ')",
    "split()",
    "startswith('a')",
    "endswith(('a','b'))",
    "upper()",
    "lower()",
    "title()",
    "replace('a', 'bb')",
    "items()",
    "keys()",
    "values()",
    "get('role', 1)",
    "append(1)",
    "join(['a'])",
    "find('a')",
    "count('a')",
    "capitalize()",
    "format(1)",
    "splitlines()",
    "removeprefix('u')",
    "pop()",
    "index('a')"
  };
  private static final String[] TESTS = {
    "defined", "undefined", "none", "string", "number", "mapping", "iterable", "sequence", "true",
    "false", "boolean", "odd", "even", "divisibleby(2)", "equalto(1)", "in([1])", "integer",
        "float",
    "callable", "sameas(none)", "lower", "made_up"
  };
  private static final String[] CALLS = {
    "range(3)", "range(1, 10, 2)", "range(100000000)", "namespace(a=1)", "dict(a=1)",
    "raise_exception('no')", "strftime_now('%Y')", "part('x')", "cycler(1,2)",
        "loop.cycle('a','b')",
    "lipsum()", "joiner(',')"
  };

  private final RandomGenerator random;

  TemplateGrammar(RandomGenerator random) {
    this.random = random;
  }

  String template() {
    return statements(0);
  }

  private String one(String[] words) {
    return words[random.nextInt(words.length)];
  }

  private String statements(int depth) {
    StringBuilder all = new StringBuilder();
    for (int i = random.nextInt(4); i >= 0; i--) {
      all.append(statement(depth));
    }
    return all.toString();
  }

  /** A tag, which takes the spaces around it or not. */
  private String tag(String content) {
    String begin = random.nextInt(3) == 0 ? "{%- " : "{% ";
    return begin + content + (random.nextInt(3) == 0 ? " -%}" : " %}");
  }

  private String statement(int depth) {
    if (depth >= DEPTH) {
      return random.nextBoolean() ? " text\n" : "{{ " + expression(depth) + " }}";
    }
    return switch (random.nextInt(14)) {
      case 0 -> " some text \n";
      case 1 ->
          tag("if " + expression(depth))
              + statements(depth + 1)
              + (random.nextBoolean()
                  ? tag("elif " + expression(depth)) + statements(depth + 1)
                  : "")
              + (random.nextBoolean() ? tag("else") + statements(depth + 1) : "")
              + tag("endif");
      case 2, 3 -> loop(depth);
      case 4 -> tag("set " + one(NAMES) + " = " + expression(depth));
      case 5 -> tag("set ns = namespace(a=1)") + tag("set ns.a = " + expression(depth));
      case 6 -> tag("set x") + statements(depth + 1) + tag("endset");
      case 7 ->
          tag("macro part(x, y=" + expression(DEPTH) + ")")
              + statements(depth + 1)
              + tag("endmacro")
              + "{{ part("
              + expression(depth + 1)
              + ") }}";
      case 8 -> "{# " + one(NAMES) + " #}";
      case 9 -> tag("raw") + "{{ x }}" + tag("endraw");
      case 10 -> random.nextInt(4) == 0 ? tag(random.nextBoolean() ? "break" : "continue") : "\n";
      case 11 -> random.nextInt(8) == 0 ? tag("filter upper") + "a" + tag("endfilter") : "a";
      default -> (random.nextBoolean() ? "{{ " : "{{- ") + expression(depth) + " }}";
    };
  }

  private String loop(int depth) {
    String over =
        switch (random.nextInt(4)) {
          case 0 -> "k, v in messages[0].items()";
          case 1 -> "m in messages" + (random.nextBoolean() ? "[::-1]" : "");
          case 2 -> "message in " + expression(depth);
          default -> "x in range(" + random.nextInt(5) + ")";
        };
    return tag("for " + over + (random.nextInt(4) == 0 ? " if " + expression(depth) : ""))
        + statements(depth + 1)
        + (random.nextInt(4) == 0 ? tag("else") + statements(depth + 1) : "")
        + tag("endfor");
  }

  private String expression(int depth) {
    if (depth >= DEPTH) {
      return random.nextBoolean() ? one(LITERALS) : one(NAMES);
    }
    int next = depth + 1;
    return switch (random.nextInt(16)) {
      case 0 -> one(LITERALS);
      case 1 -> one(NAMES);
      case 2 -> one(NAMES) + "." + one(ATTRIBUTES);
      case 3 -> one(NAMES) + "['" + one(ATTRIBUTES) + "']";
      case 4 -> expression(next) + "[" + expression(DEPTH) + "]";
      case 5 -> "(" + expression(next) + ")[" + one(LITERALS) + ":" + one(LITERALS) + "]";
      case 6 -> "(" + expression(next) + ")." + one(METHODS);
      case 7, 8 -> "(" + expression(next) + ") | " + one(FILTERS);
      case 9 ->
          "(" + expression(next) + ") is " + (random.nextBoolean() ? "not " : "") + one(TESTS);
      case 10, 11 -> "(" + expression(next) + ") " + one(BINARY) + " (" + expression(next) + ")";
      case 12 -> expression(next) + " if " + expression(next) + " else " + expression(next);
      case 13 -> "[" + expression(next) + ", " + expression(next) + "]";
      case 14 -> "{'a': " + expression(next) + ", 'role': " + expression(next) + "}";
      default -> random.nextBoolean() ? one(CALLS) : "not " + expression(next);
    };
  }
}
