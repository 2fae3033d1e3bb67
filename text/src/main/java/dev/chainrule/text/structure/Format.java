package dev.chainrule.text.structure;

/** A language that a text may be told to be in. */
public sealed interface Format {
  /**
   * What a regular expression matches as a whole, in the syntax that Java, Python and JavaScript
   * have in common; {@code docs/text.md} says what of it.
   *
   * @param pattern for instance {@code [A-Z][a-z]+, \d{4}}
   * @param origin where it is from, for messages
   */
  record Regex(String pattern, String origin) implements Format {}

  /**
   * JSON of a schema.
   *
   * @param schema a JSON schema; {@code docs/text.md} says with which keywords
   * @param origin where it is from, for messages
   */
  record JsonSchema(String schema, String origin) implements Format {}

  /**
   * What a grammar derives from its rule {@code root}.
   *
   * @param rules in llama.cpp's notation, GBNF
   * @param origin where it is from, for messages
   */
  record Gbnf(String rules, String origin) implements Format {}

  /** A text of a format between two others. */
  record Framed(String before, Format format, String after) implements Format {}

  /** One text of a format or more, with another between any two. */
  record Repeated(Format format, String separator) implements Format {}

  /**
   * Any text without a mark; or one up to it, and after it a text of a format.
   *
   * @param mark 1 character or more
   */
  record FreeUntil(String mark, Format format) implements Format {
    public FreeUntil {
      if (mark.isEmpty()) {
        throw new IllegalArgumentException("an empty mark, expected some characters");
      }
    }
  }

  /**
   * A text of a format, or any that begins with none of some characters.
   *
   * @param begins 1 character or more
   */
  record FreeUnless(String begins, Format format) implements Format {
    public FreeUnless {
      if (begins.isEmpty()) {
        throw new IllegalArgumentException("no characters, expected some");
      }
    }
  }

  /** What a regular expression matches as a whole. */
  static Format regex(String pattern) {
    return new Regex(pattern, "the regular expression");
  }

  /** JSON of a schema. */
  static Format jsonSchema(String schema) {
    return new JsonSchema(schema, "the schema");
  }

  /** Any JSON object. */
  static Format jsonObject() {
    return jsonSchema("{\"type\": \"object\"}");
  }

  /** What a grammar in GBNF derives from its rule {@code root}. */
  static Format grammar(String rules) {
    return new Gbnf(rules, "the grammar");
  }
}
