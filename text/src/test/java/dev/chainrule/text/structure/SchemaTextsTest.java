package dev.chainrule.text.structure;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.chainrule.base.random.CounterRandom;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is drawn at random from what a schema allows is valid, says a validator from elsewhere. */
class SchemaTextsTest {
  private static final int TEXTS = Integer.getInteger("structure.texts", 20);
  private static final int LONGEST = 400;

  private static final Pieces TOKENS =
      Pieces.bytesAnd(
          "\"",
          "\",",
          "\"}",
          "\":",
          "{\"",
          "}",
          "},",
          "]",
          "],",
          ", ",
          ": ",
          ": \"",
          "\",\"",
          "true",
          "false",
          "null",
          "name",
          "value",
          "Zoe",
          "abc",
          "\u00e9t\u00e9",
          "\u4e2d",
          "12",
          "2026-",
          "-0",
          "0.5",
          "1e3",
          "\\n",
          "\\u00",
          "\\\"",
          "\"]",
          "[\"",
          "[1",
          "1,",
          "@",
          ".org",
          "-12-31",
          "T10:",
          "Z\"");

  private static final Vocabulary VOCABULARY = Vocabulary.of(TOKENS);

  private final SchemaRegistry validators =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "true",
        "{\"type\": \"object\"}",
        "{\"type\": [\"string\", \"null\", \"boolean\"]}",
        "{\"type\": \"integer\", \"minimum\": -17, \"exclusiveMaximum\": 230}",
        "{\"type\": \"integer\", \"minimum\": 95}",
        "{\"type\": \"number\", \"minimum\": 0, \"maximum\": 1}",
        "{\"type\": \"number\", \"exclusiveMinimum\": -2.25, \"maximum\": 0.125}",
        "{\"type\": \"number\", \"exclusiveMinimum\": 0.1, \"exclusiveMaximum\": 0.9}",
        "{\"type\": \"string\", \"minLength\": 3, \"maxLength\": 5}",
        "{\"type\": \"string\", \"pattern\": \"^[a-z]{2}(\\\\d|\\\\.)*$\"}",
        "{\"type\": \"string\", \"pattern\": \"b.a\", \"maxLength\": 8}",
        "{\"type\": \"string\", \"pattern\": \"^\\\\W\\\\S\\\\D$\"}",
        "{\"type\": \"string\", \"format\": \"date\"}",
        "{\"type\": \"string\", \"format\": \"time\"}",
        "{\"type\": \"string\", \"format\": \"date-time\"}",
        "{\"type\": \"string\", \"format\": \"uuid\"}",
        "{\"type\": \"string\", \"format\": \"hostname\", \"maxLength\": 9}",
        "{\"type\": \"string\", \"format\": \"ipv4\"}",
        "{\"enum\": [\"a\\\"b\", 1, -2.50, null, {\"x\": [true, {}]}, \"\\u00e9\"]}",
        "{\"const\": {\"a\": [1, \"\\n\"], \"b\": null}}",
        "{\"type\": \"array\", \"items\": {\"type\": \"integer\"}, \"minItems\": 2, \"maxItems\":"
            + " 4}",
        "{\"type\": \"array\", \"prefixItems\": [{\"type\": \"string\"}, {\"const\": 1}],"
            + " \"minItems\": 1}",
        "{\"type\": \"array\", \"prefixItems\": [{\"type\": \"null\"}], \"items\": {\"type\":"
            + " \"boolean\"}, \"maxItems\": 3}",
        "{\"properties\": {\"name\": {\"type\": \"string\"}, \"value\": {\"type\": \"number\"},"
            + " \"x/y\": true}, \"required\": [\"value\"]}",
        "{\"type\": \"object\", \"properties\": {\"a\": {\"type\": \"integer\"}, \"ab\": false},"
            + " \"additionalProperties\": {\"type\": \"string\"}}",
        "{\"type\": \"object\", \"required\": [\"q\"], \"additionalProperties\": {\"type\":"
            + " \"null\"}}",
        "{\"$defs\": {\"n\": {\"type\": \"object\", \"properties\": {\"v\": {\"type\":"
            + " \"integer\"}, \"next\": {\"anyOf\": [{\"$ref\": \"#/$defs/n\"}, {\"type\":"
            + " \"null\"}]}}, \"required\": [\"v\", \"next\"], \"additionalProperties\": false}},"
            + " \"$ref\": \"#/$defs/n\"}",
        "{\"type\": \"object\", \"properties\": {\"a\": {\"type\": \"string\"}, \"b\": {\"type\":"
            + " \"string\"}}, \"anyOf\": [{\"required\": [\"a\"]}, {\"required\": [\"b\"]}]}",
        "{\"allOf\": [{\"type\": \"object\", \"properties\": {\"a\": {\"type\": \"number\"}},"
            + " \"required\": [\"a\"]}, {\"properties\": {\"a\": {\"type\": \"integer\","
            + " \"minimum\": 3}, \"c\": {\"type\": \"boolean\"}}}]}",
        "{\"oneOf\": [{\"type\": \"object\", \"properties\": {\"kind\": {\"const\": 1}},"
            + " \"required\": [\"kind\"]}, {\"type\": \"object\", \"properties\": {\"kind\":"
            + " {\"const\": 2}}, \"required\": [\"kind\"]}]}"
      })
  void drawnTextsAreValid(String text) {
    Structure structure = Structure.of(Format.jsonSchema(text), VOCABULARY);
    Schema validator = validators.getSchema(text);
    int whole = 0;
    for (int stream = 0; stream < TEXTS; stream++) {
      String drawn = drawn(structure, CounterRandom.of(3, stream));
      if (drawn != null) {
        whole++;
        List<Error> errors =
            validator.validate(
                drawn,
                InputFormat.JSON,
                context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)));
        assertThat(errors).as(drawn).isEmpty();
      }
    }
    assertThat(whole).as("texts that were whole in %d tokens", LONGEST).isGreaterThan(TEXTS / 4);
  }

  /** Null if it is not whole in so many tokens. */
  private static @Nullable String drawn(Structure structure, RandomGenerator random) {
    StructuredText text = structure.begin(Set.of());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int length = 0; length < LONGEST; length++) {
      if (text.isOver() || (text.isComplete() && random.nextInt(8) == 0)) {
        return bytes.toString(StandardCharsets.UTF_8);
      }
      List<Integer> bytesThatMay = new ArrayList<>();
      List<Integer> othersThatMay = new ArrayList<>();
      for (int id = 0; id < TOKENS.vocabSize(); id++) {
        if ((text.allowed()[id >> 6] & 1L << id) != 0) {
          (id < 256 ? bytesThatMay : othersThatMay).add(id);
        }
      }
      boolean others =
          bytesThatMay.isEmpty() || (!othersThatMay.isEmpty() && random.nextInt(4) > 0);
      List<Integer> from = others ? othersThatMay : bytesThatMay;
      int id = from.get(random.nextInt(from.size()));
      text.accept(id);
      bytes.writeBytes(TOKENS.bytesOf(id));
    }
    return null;
  }
}
