package dev.chainrule.text.tokenizer.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import dev.chainrule.text.tokenizer.StreamingDecoder;
import dev.chainrule.text.tokenizer.subword.SubwordTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/**
 * Small tokenizers of every kind against what Hugging Face's library makes of the same texts;
 * {@code make_tokenizers.py} beside the file made it.
 */
class HuggingFaceTokenizerTest {
  static JsonNode fixtures() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            HuggingFaceTokenizerTest.class.getResourceAsStream("/tokenizers/tokenizers.json"))) {
      return Json.mapper().readTree(in);
    }
  }

  @TestFactory
  Stream<DynamicTest> textsBecomeTheTokensOfTheLibrary() throws IOException {
    return StreamSupport.stream(fixtures().spliterator(), false)
        .map(one -> DynamicTest.dynamicTest(one.path("name").stringValue(), () -> assertSame(one)));
  }

  private static void assertSame(JsonNode fixture) {
    SubwordTokenizer tokenizer =
        HuggingFaceTokenizer.parse(fixture.path("tokenizer").toString(), "fixture");
    int cases = 0;
    for (JsonNode one : fixture.path("cases")) {
      String text = one.path("text").stringValue();
      assertThat(tokenizer.encodeMarked(text))
          .as("\"%s\"", text)
          .containsExactly(ids(one, "marked"));
      assertThat(tokenizer.encode(text))
          .as("plain \"%s\"", text)
          .containsExactly(ids(one, "plain"));
      assertThat(tokenizer.specials().framed(tokenizer.encodeMarked(text)))
          .as("framed \"%s\"", text)
          .containsExactly(ids(one, "framed"));
      if (fixture.path("tokenizer").path("decoder").isObject()) {
        assertThat(tokenizer.decode(ids(one, "marked")))
            .as("decoded \"%s\"", text)
            .isEqualTo(one.path("decoded").stringValue());
      }
      assertNoControl(tokenizer, text);
      cases++;
    }
    assertThat(cases).isGreaterThan(30);
  }

  private static void assertNoControl(SubwordTokenizer tokenizer, String text) {
    int unknown = tokenizer.find("<unk>");
    for (int id : tokenizer.encode(text)) {
      assertThat(id == unknown || !tokenizer.isControl(id)).as("%d of \"%s\"", id, text).isTrue();
    }
  }

  private static int[] ids(JsonNode one, String name) {
    List<Integer> ids = new ArrayList<>();
    one.path(name).forEach(id -> ids.add(id.intValue()));
    return ids.stream().mapToInt(id -> id).toArray();
  }

  private static SubwordTokenizer named(String name) throws IOException {
    for (JsonNode one : fixtures()) {
      if (one.path("name").stringValue().equals(name)) {
        return HuggingFaceTokenizer.parse(one.path("tokenizer").toString(), name);
      }
    }
    throw new AssertionError(name);
  }

  @Test
  void aStreamGivesWholeCharactersAndTheSpacesOfItsPlace() throws IOException {
    SubwordTokenizer tokenizer = named("llama");
    int[] ids = tokenizer.encode("the 🚀 time");
    StreamingDecoder begins = new StreamingDecoder(tokenizer);
    StreamingDecoder goesOn = StreamingDecoder.continuing(tokenizer);
    StringBuilder first = new StringBuilder();
    StringBuilder later = new StringBuilder();
    for (int id : ids) {
      String piece = begins.push(id);
      assertThat(piece).doesNotContain("\uFFFD");
      first.append(piece);
      later.append(goesOn.push(id));
    }
    assertThat(first.append(begins.finish())).hasToString("the 🚀 time");
    assertThat(later.append(goesOn.finish())).hasToString(" the 🚀 time");
    assertThat(begins.push(ids[0])).as("a second text").doesNotStartWith(" ");
  }

  private static final String MODEL =
      "\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0,\"b\":1,\"ab\":2},\"merges\":[[\"a\",\"b\"]]}";

  @Test
  void theLeastOfFilesIsRead() {
    SubwordTokenizer tokenizer = HuggingFaceTokenizer.parse("{" + MODEL + "}", "f");
    assertThat(tokenizer.encode("aabb")).containsExactly(0, 2, 1);
    assertThat(tokenizer.vocabSize()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "{}~model is missing",
        "{\"model\":{\"type\":\"WordPiece\",\"vocab\":{\"a\":0}}}"
            + "~model has type \"WordPiece\", expected one of BPE, Unigram",
        "{\"normalizer\":{\"type\":\"Nmt\"},MODEL}~normalizer has type \"Nmt\", expected one of",
        "{\"normalizer\":{\"type\":\"Sequence\",\"normalizers\":[{\"type\":\"Prepend\"}]},MODEL}"
            + "~normalizer.normalizers[0].prepend is missing, expected a text",
        "{\"pre_tokenizer\":{\"type\":\"UnicodeScripts\"},MODEL}"
            + "~pre_tokenizer has type \"UnicodeScripts\"",
        "{\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":{\"Regex\":\"(\"},"
            + "\"behavior\":\"Isolated\"},MODEL}~pattern \"(\" is no regular expression",
        "{\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":{\"String\":\" \"},"
            + "\"behavior\":\"Cut\"},MODEL}~behavior \"Cut\"",
        "{\"decoder\":{\"type\":\"WordPiece\"},MODEL}~decoder has type \"WordPiece\"",
        "{\"post_processor\":{\"type\":\"TemplateProcessing\",\"single\":"
            + "[{\"SpecialToken\":{\"id\":\"<s>\"}}],\"special_tokens\":{}},MODEL}~names \"<s>\"",
        "{\"added_tokens\":[{\"id\":2000000000,\"content\":\"x\"}],MODEL}~numbered up to"
            + " 2000000000",
        "{\"added_tokens\":[{\"id\":1,\"content\":\"x\"}],MODEL}~both as token 1",
        "{\"added_tokens\":[{\"id\":3,\"content\":\"\"}],MODEL}~added token 3 has 0 characters",
        "{\"model\":{\"vocab\":{\"a\":0},\"merges\":[\"a b\"]}}~\"b\" is no token",
        "{\"model\":{\"vocab\":{\"a\":0},\"merges\":[\"a\"]}}~merge without one space",
        "{\"model\":{\"vocab\":{\"a\":-1}}}~number -1",
        "{\"model\":{\"vocab\":{\"a\":0,\"a\":1}}}~Duplicate",
        "{\"model\":{\"vocab\":{\"\\ud800\":0}}}~surrogate",
        "{\"model\":{\"type\":\"Unigram\",\"vocab\":[[\"a\",\"b\"]]}}~a token's score",
        "{\"model\":{\"type\":\"Unigram\",\"unk_id\":5,\"vocab\":[[\"a\",-1.5]]}}~unk_id 5",
        "{\"model\":{\"type\":\"Unigram\",\"vocab\":[[\"a\",1e400]]}}~no finite number",
      })
  void whatIsNotUnderstoodIsNamed(String json, String message) {
    assertThatThrownBy(() -> HuggingFaceTokenizer.parse(json.replace("MODEL", MODEL), "f.json"))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("f.json:")
        .hasMessageContaining(message);
  }
}
