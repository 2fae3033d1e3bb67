package dev.chainrule.text.structure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Texts that schemas allow and do not, and schemas that are refused. */
class SchemaTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "{\"type\":\"string\"}; \"a\\u00e9\\\"\\n\u20ac\"; \"a\tb\"",
        "{\"type\":\"string\"}; \"\\ud83d\\ude00\"; \"\\ud83d\"",
        "{\"type\":\"string\",\"maxLength\":2}; \"\u20ac\\ud83d\\ude00\"; \"abc\"",
        "{\"type\":\"string\",\"minLength\":2,\"maxLength\":500000}; \"ab\"; \"a\"",
        "{\"type\":\"string\",\"pattern\":\"^a|b$\"}; \"xyb\"; \"xay\"",
        "{\"type\":\"string\",\"pattern\":\"\\\"\\\\\\\\\"}; \"x\\\"\\\\y\"; \"x\\\"\"",
        "{\"type\":\"integer\"}; -120; 012",
        "{\"type\":\"integer\",\"minimum\":-5,\"maximum\":1000}; 999; 1001",
        "{\"type\":\"integer\",\"minimum\":2.5}; 3; 2",
        "{\"type\":\"integer\",\"exclusiveMaximum\":-7}; -8; -7",
        "{\"type\":\"number\"}; -0.5e+10; .5",
        "{\"type\":\"number\",\"minimum\":0.25,\"maximum\":0.75}; 0.250; 0.2499",
        "{\"type\":\"number\",\"exclusiveMinimum\":0.25,\"maximum\":3}; 2.99; 3.01",
        "{\"type\":\"number\",\"maximum\":-1.5}; -1.50; -1.49",
        "{\"enum\":[1,\"a\",{\"b\":[null]}]}; {\"b\": [null]}; \"b\"",
        "{\"enum\":[1,\"a\"],\"type\":\"string\"}; \"a\"; 1",
        "{\"type\":\"array\",\"items\":{\"type\":\"null\"},\"minItems\":1}; [null, null]; []",
        "{\"type\":\"array\",\"prefixItems\":[{\"const\":1},{\"const\":2}]}; [1,2]; [1,2,3]",
        "{\"type\":\"array\",\"items\":[{\"const\":1}],\"additionalItems\":{\"const\":2}}; [1,2,2];"
            + " [2]",
        "{\"properties\":{\"a\":{\"const\":1},\"b\":{\"const\":2}},\"required\":[\"b\"]};"
            + " {\"b\":2}; {\"a\":1}",
        "{\"properties\":{\"a\":{\"const\":1},\"b\":{\"const\":2}}}; {\"a\": 1, \"b\": 2};"
            + " {\"b\":2,\"a\":1}",
        "{\"properties\":{\"a\":{\"const\":1}}}; {}; {\"c\":1}",
        "{\"properties\":{\"a\":{\"const\":1}},\"additionalProperties\":true}; {\"ab\":[2]};"
            + " {\"a\":2}",
        "{\"additionalProperties\":{\"const\":1}}; {\"a\":1,\"b\":1}; {\"a\":2}",
        "{\"type\":\"object\"}; {\"a\":{\"b\":[]}}; []",
        "true; [{\"a\":1.5}]; [1",
        "{\"$ref\":\"#/$defs/a~1b%25\",\"$defs\":{\"a/b%\":{\"const\":7}}}; 7; 8",
        "{\"properties\":{\"n\":{\"$ref\":\"#\"}}}; {\"n\":{\"n\":{}}}; {\"n\":1}",
        "{\"anyOf\":[{\"const\":1},{\"type\":\"string\"}]}; \"x\"; 2",
        "{\"type\":\"string\",\"anyOf\":[{\"maxLength\":1},{\"const\":\"long\"}]}; \"long\";"
            + " \"lon\"",
        "{\"allOf\":[{\"$ref\":\"#/$defs/s\"},{\"maxLength\":2}],\"$defs\":{\"s\":{\"type\":\"string\",\"minLength\":2}}};"
            + " \"ab\"; \"abc\"",
        "{\"$ref\":\"#/$defs/i\",\"minimum\":5,\"$defs\":{\"i\":{\"type\":\"integer\",\"maximum\":6}}};"
            + " 6; 4",
        "{\"type\":\"string\",\"format\":\"date\"}; \"2024-02-29\"; \"2023-02-29\"",
        "{\"type\":\"string\",\"format\":\"email\"}; \"a.b+c@x-1.example.org\";"
            + " \"a..b@example.org\"",
        "{\"title\":\"t\",\"description\":\"d\",\"type\":\"boolean\",\"default\":true}; false; null"
      })
  void valuesAreAllowedAsTheSchemaSays(String schema, String valid, String invalid) {
    Structure structure = Structure.of(Format.jsonSchema(schema), Texts.BYTES);
    assertThat(Texts.isIn(structure, valid.strip())).as(valid).isTrue();
    assertThat(Texts.isIn(structure, invalid.strip())).as(invalid).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "{\"properties\":{\"a/b\":{\"not\":{}}}}; #/properties/a~1b/not is not supported",
        "{\"items\":{\"type\":\"object\",\"patternProperties\":{}}}; #/items/patternProperties is"
            + " not supported",
        "{\"anyOf\":[true,{\"if\":true}]}; #/anyOf/1/if is not supported",
        "{\"type\":\"number\",\"multipleOf\":2}; #/multipleOf is not supported",
        "{\"$ref\":\"other.json\"}; #/$ref is not supported, expected \"#\" or \"#/...\"",
        "{\"$ref\":\"#/$defs/a\"}; #/$ref: there is nothing at #/$defs/a",
        "{\"type\":\"text\"}; #/type is \"text\", expected of null",
        "{\"type\":\"string\",\"maxLength\":-1}; #/maxLength is -1, expected a whole number from 0",
        "{\"type\":\"string\",\"maxLength\":3000000}; #/maxLength is 3000000, expected at most"
            + " 1000000",
        "{\"type\":\"string\",\"format\":\"duration\"}; #/format is \"duration\", expected date,"
            + " date-time, email",
        "{\"type\":\"string\",\"pattern\":\"(?=a)\"}; #/pattern: looking ahead at character 3",
        "{\"type\":\"string\",\"pattern\":\"a\",\"format\":\"date\"}; #/format is not supported",
        "{\"type\":\"string\",\"pattern\":\"a{9}b*\",\"maxLength\":9999}; a pattern beside"
            + " minLength or maxLength",
        "{\"enum\":[]}; #/enum is [], expected a list of one or more",
        "{\"enum\":[1],\"minimum\":0}; #/minimum is not supported, expected no other keyword beside"
            + " enum",
        "{\"properties\":[]}; #/properties is [], expected an object of schemas",
        "{\"required\":\"a\"}; #/required is \"a\", expected a list of names",
        "{\"properties\":{\"a\":7}}; #/properties/a is 7, expected a schema",
        "{\"minimum\":1e400}; has a number that is too large",
        "{\"$ref\":\"#\"}; the schema at # begins with itself",
        "{\"anyOf\":[{\"$ref\":\"#\"},{\"const\":1}]}; the schema at # begins with itself",
        "{\"properties\":{\"a\":{\"$ref\":\"#\"}},\"required\":[\"a\"]}; no text of finite length"
            + " is in it",
        "false; no text of finite length is in it",
        "{\"type\":\"integer\",\"minimum\":3,\"maximum\":2}; no text of finite length is in it",
        "{\"allOf\":[{\"properties\":{\"a\":true},\"additionalProperties\":false},{\"properties\":{\"b\":true}}]};"
            + " #/additionalProperties is not supported",
        "{\"allOf\":[{\"pattern\":\"a\"},{\"pattern\":\"b\"}]}; #/pattern is not supported",
        "{\"a\":1; 1:7: Unexpected end-of-input",
        "; No content"
      })
  void whatIsNotSupportedIsRefusedByPlace(String schema, String found) {
    assertThatThrownBy(
            () -> Structure.of(Format.jsonSchema(schema == null ? "" : schema), Texts.BYTES))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("the schema:")
        .hasMessageContaining(found);
  }

  @Test
  void deepSchemasAreRefused() {
    String deep = "{\"items\":".repeat(10_000) + "true" + "}".repeat(10_000);
    assertThatThrownBy(() -> Structure.of(Format.jsonSchema(deep), Texts.BYTES))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("nesting depth");
  }

  @Test
  void longChainsOfReferencesAreRead() {
    List<String> definitions = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      definitions.add(
          "\"d%d\":{\"properties\":{\"n\":{\"$ref\":\"#/$defs/d%d\"}}}".formatted(i, i + 1));
    }
    definitions.add("\"d5000\":{\"const\":1}");
    String schema = "{\"$ref\":\"#/$defs/d0\",\"$defs\":{" + String.join(",", definitions) + "}}";
    assertThat(Texts.isIn(Format.jsonSchema(schema), "{\"n\":{\"n\":{}}}")).isTrue();
  }

  @Test
  void manyOptionalPropertiesAreRead() {
    List<String> properties = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      properties.add("\"p%d\":{\"type\":\"integer\"}".formatted(i));
    }
    Format format = Format.jsonSchema("{\"properties\":{" + String.join(",", properties) + "}}");
    assertThat(Texts.isIn(format, "{\"p3\":1, \"p998\":2,\"p999\":3}")).isTrue();
    assertThat(Texts.isIn(format, "{\"p998\":1, \"p3\":2}")).isFalse();
  }
}
