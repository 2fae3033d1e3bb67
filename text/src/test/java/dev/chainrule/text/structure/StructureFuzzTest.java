package dev.chainrule.text.structure;

import dev.chainrule.base.io.Utf8File;
import dev.chainrule.core.testkit.Mutations;
import dev.chainrule.core.testkit.ReaderFuzz;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whatever is given for a structure, it is read and its first tokens are found, or refused. */
class StructureFuzzTest {
  private static final String[] REGEX =
      Mutations.tokens("^(?:a|[^a-z\\d\\w]){1,3}b*c+.\\n\\u00e9x{9,999999}(\\p{Lu}[^\\s]?)*$");

  private static final String[] SCHEMA =
      Mutations.tokens(
          """
          {"$defs": {"node": {"type": "object", "properties": {"value": {"type": ["integer", "null"],
            "minimum": -3, "exclusiveMaximum": 12.5}, "next": {"$ref": "#/$defs/node"}},
            "required": ["value"], "additionalProperties": false}},
           "anyOf": [{"$ref": "#/$defs/node"}, {"type": "array", "prefixItems": [true, {"const": 1}],
            "items": {"type": "string", "minLength": 2, "maxLength": 40, "pattern": "^[a-c]+$"}, "minItems": 1,
            "maxItems": 900000}, {"enum": ["a", 1.5, null, {"b": []}]}, {"allOf": [{"type": "number"},
            {"minimum": 0.25, "maximum": 1}]}, {"type": "string", "format": "date-time"}]}
          """);

  private static final String[] GRAMMAR =
      Mutations.tokens(
          """
          root ::= object | "x"{2,900000} ( [^a-z\\n] . )*
          object ::= "{" ws ( string ":" ws root ("," ws string ":" ws root)* )? "}" ws
          string ::= "\\"" ( [^"\\\\\\x7F] | "\\\\" ["\\\\bfnrt] )+ "\\"" # text
          ws ::= | " " | "\\n" [ \\t]{0,20}
          """);

  private static void begin(Format format) {
    Structure.of(format, Texts.BYTES).begin(Set.of()).allowed();
  }

  @Test
  void regularExpressions() {
    ReaderFuzz.run(
        "regex",
        48L << 20,
        4000,
        random -> Mutations.text(REGEX, random),
        bytes ->
            begin(
                new Format.Regex(
                    Utf8File.decode(bytes, ReaderFuzz.ORIGIN, "text"), ReaderFuzz.ORIGIN)));
  }

  @Test
  void schemas() {
    ReaderFuzz.run(
        "json-schema",
        64L << 20,
        8000,
        random -> Mutations.text(SCHEMA, random),
        bytes ->
            begin(
                new Format.JsonSchema(
                    Utf8File.decode(bytes, ReaderFuzz.ORIGIN, "text"), ReaderFuzz.ORIGIN)));
  }

  @Test
  void grammars() {
    ReaderFuzz.run(
        "gbnf",
        48L << 20,
        4000,
        random -> Mutations.text(GRAMMAR, random),
        bytes ->
            begin(
                new Format.Gbnf(
                    Utf8File.decode(bytes, ReaderFuzz.ORIGIN, "text"), ReaderFuzz.ORIGIN)));
  }
}
