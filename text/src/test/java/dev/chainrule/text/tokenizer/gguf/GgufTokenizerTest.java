package dev.chainrule.text.tokenizer.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import dev.chainrule.text.tokenizer.Tokenizer;
import dev.chainrule.text.tokenizer.file.TokenizerFile;
import dev.chainrule.text.tokenizer.sentencepiece.SentencePieceModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class GgufTokenizerTest {
  @TempDir Path folder;

  private static JsonNode fixture(String file, String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            GgufTokenizerTest.class.getResourceAsStream("/tokenizers/" + file))) {
      for (JsonNode one : Json.mapper().readTree(in)) {
        if (one.path("name").stringValue().equals(name)) {
          return one;
        }
      }
    }
    throw new AssertionError(name);
  }

  private static int[] ids(JsonNode list) {
    List<Integer> ids = new ArrayList<>();
    list.forEach(id -> ids.add(id.intValue()));
    return ids.stream().mapToInt(id -> id).toArray();
  }

  private Path gguf(Map<String, Object> metadata) throws IOException {
    return Files.write(folder.resolve("model.gguf"), GgufBytes.of(metadata, List.of()));
  }

  private static Map<String, Object> byteLevel(JsonNode tokenizer, String pre) {
    TreeMap<Integer, String> tokens = new TreeMap<>();
    TreeMap<Integer, Integer> types = new TreeMap<>();
    tokenizer
        .path("model")
        .path("vocab")
        .properties()
        .forEach(
            entry -> {
              tokens.put(entry.getValue().intValue(), entry.getKey());
              types.put(entry.getValue().intValue(), 1);
            });
    for (JsonNode added : tokenizer.path("added_tokens")) {
      tokens.put(added.path("id").intValue(), added.path("content").stringValue());
      types.put(added.path("id").intValue(), added.path("special").booleanValue() ? 3 : 4);
    }
    List<String> merges = new ArrayList<>();
    for (JsonNode merge : tokenizer.path("model").path("merges")) {
      merges.add(merge.get(0).stringValue() + " " + merge.get(1).stringValue());
    }
    Map<String, Object> metadata = new TreeMap<>();
    metadata.put("tokenizer.ggml.model", "gpt2");
    metadata.put("tokenizer.ggml.pre", pre);
    metadata.put("tokenizer.ggml.tokens", List.copyOf(tokens.values()));
    metadata.put(
        "tokenizer.ggml.token_type", types.values().stream().mapToInt(type -> type).toArray());
    metadata.put("tokenizer.ggml.merges", merges);
    return metadata;
  }

  private Tokenizer keptAndRead(Tokenizer tokenizer) throws IOException {
    Path kept = folder.resolve(TokenizerFile.NAME);
    TokenizerFile.write(kept, tokenizer);
    return TokenizerFile.read(kept);
  }

  @ParameterizedTest
  @CsvSource({"gpt2,gpt-2", "smollm,smollm", "llama3,llama-bpe", "llama3,glm4"})
  void byteLevelTokenizersAreThoseOfTheirJson(String name, String pre) throws IOException {
    JsonNode fixture = fixture("tokenizers.json", name);
    Map<String, Object> metadata = byteLevel(fixture.path("tokenizer"), pre);
    metadata.put("tokenizer.ggml.bos_token_id", 361);
    Tokenizer tokenizer = TokenizerFile.read(gguf(metadata));
    Tokenizer back = keptAndRead(tokenizer);
    for (JsonNode one : fixture.path("cases")) {
      String text = one.path("text").stringValue();
      if (text.contains("<mask>")) {
        continue; // takes spaces before it, which a GGUF file cannot say
      }
      assertThat(tokenizer.encode(text)).as(text).containsExactly(ids(one.path("plain")));
      assertThat(tokenizer.encodeMarked(text)).as(text).containsExactly(ids(one.path("marked")));
      assertThat(back.encodeMarked(text)).as(text).containsExactly(ids(one.path("marked")));
      assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
    }
    assertThat(tokenizer.specials().before())
        .isEqualTo(pre.equals("llama-bpe") ? List.of(361) : List.of());
    assertThat(back.specials()).isEqualTo(tokenizer.specials());
  }

  @Test
  void sentencePieceIsThatOfItsModel() throws IOException {
    JsonNode fixture = fixture("sentencepiece.json", "gemma");
    SentencePieceModel model =
        SentencePieceModel.read(
            Base64.getDecoder().decode(fixture.path("model").stringValue()), "gemma");
    Map<String, Object> metadata = new TreeMap<>();
    metadata.put("tokenizer.ggml.model", "llama");
    metadata.put("tokenizer.ggml.tokens", model.pieces());
    metadata.put("tokenizer.ggml.scores", model.scores());
    metadata.put("tokenizer.ggml.token_type", model.types());
    metadata.put("tokenizer.ggml.add_space_prefix", false);
    metadata.put("tokenizer.ggml.add_eos_token", true);
    metadata.put("tokenizer.ggml.eot_token_id", 7);
    Tokenizer tokenizer = TokenizerFile.read(gguf(metadata));
    Tokenizer back = keptAndRead(tokenizer);
    for (JsonNode one : fixture.path("cases")) {
      String text = one.path("text").stringValue();
      assertThat(tokenizer.encode(text)).as(text).containsExactly(ids(one.path("ids")));
      assertThat(back.encode(text)).as(text).containsExactly(ids(one.path("ids")));
    }
    assertThat(tokenizer.specials().before()).containsExactly(1);
    assertThat(tokenizer.specials().after()).containsExactly(2);
    assertThat(tokenizer.specials().stops()).contains(2, 7);
    assertThat(back.specials()).isEqualTo(tokenizer.specials());
  }

  /** As llama.cpp does where a file wants spaces before words. */
  @Test
  void aSpaceIsWrittenAfterEachControlToken() throws IOException {
    Map<String, Object> metadata = new TreeMap<>();
    metadata.put("tokenizer.ggml.model", "llama");
    metadata.put(
        "tokenizer.ggml.tokens", List.of("<unk>", "<s>", "</s>", "\u2581", "a", "\u2581a"));
    metadata.put("tokenizer.ggml.scores", new float[] {0, 0, 0, -2, -3, -1});
    metadata.put("tokenizer.ggml.token_type", new int[] {2, 3, 3, 1, 1, 1});
    Tokenizer tokenizer = TokenizerFile.read(gguf(metadata));
    assertThat(tokenizer.encodeMarked("a<s>a")).containsExactly(5, 1, 5);
    assertThat(tokenizer.encode("a a")).containsExactly(5, 5);
    assertThat(tokenizer.decode(5, 5)).isEqualTo("a a");
    assertThat(tokenizer.encode("b")).containsExactly(3, 0);
  }

  @Test
  void whatIsNotUnderstoodIsNamed() throws IOException {
    JsonNode tokenizer = fixture("tokenizers.json", "gpt2").path("tokenizer");
    refused(byteLevel(tokenizer, "made-up"), "tokenizer.ggml.pre is \"made-up\", expected one of");
    Map<String, Object> broken = byteLevel(tokenizer, "gpt-2");
    broken.put("tokenizer.ggml.merges", List.of("Ġt"));
    refused(broken, "merges has \"Ġt\", expected two tokens");
    broken.put("tokenizer.ggml.merges", List.of("no token"));
    refused(broken, "merge 1 is \"no\" and \"token\"");
    broken.remove("tokenizer.ggml.merges");
    refused(broken, "tokenizer.ggml.merges");
    broken.put("tokenizer.ggml.token_type", new int[] {1});
    refused(broken, "token_type has 1 entries, expected one for each of");
    broken.put("tokenizer.ggml.model", "bert");
    broken.remove("tokenizer.ggml.token_type");
    refused(broken, "tokenizer.ggml.model is \"bert\", expected one of gpt2, llama, t5, rwkv");
  }

  private void refused(Map<String, Object> metadata, String message) throws IOException {
    Path file = gguf(metadata);
    assertThatThrownBy(() -> TokenizerFile.read(file))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(message);
  }

  /** llama.cpp's vocabulary of GPT-2 on its test inputs, against GPT-2's own files. */
  @Test
  void gpt2IsThatOfItsOwnFiles() throws IOException {
    String data = System.getenv("CHAINRULE_DATA");
    Assumptions.assumeTrue(data != null, "CHAINRULE_DATA is not set");
    Path gpt2 = Path.of(data, "tokenizers", "gpt2");
    Path vocabulary = gpt2.resolve("ggml-vocab-gpt-2.gguf");
    Assumptions.assumeTrue(Files.exists(vocabulary), "CHAINRULE_DATA has no tokenizers/gpt2");
    Tokenizer own = TokenizerFile.read(gpt2);
    Tokenizer tokenizer = TokenizerFile.read(vocabulary);
    String[] texts =
        Files.readString(gpt2.resolve("ggml-vocab-gpt-2.gguf.inp"))
            .split("\n__ggml_vocab_test__\n");
    assertThat(texts).hasSizeGreaterThan(30);
    for (String text : texts) {
      assertThat(tokenizer.encode(text)).as(text).containsExactly(own.encode(text));
    }
    assertThat(tokenizer.specials()).isEqualTo(own.specials());
  }
}
