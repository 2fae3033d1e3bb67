package dev.chainrule.text.tokenizer.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.text.tokenizer.subword.ByteAlphabet;
import dev.chainrule.text.tokenizer.subword.SubwordTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The two files that GPT-2 was published in, and what lies beside them. */
class TokenizerFolderTest {
  private static final int BYTES = 256;

  @TempDir Path folder;

  @BeforeEach
  void bytesAsGpt2() throws IOException {
    ObjectNode vocabulary = JsonMapper.shared().createObjectNode();
    for (int b = 0; b < BYTES; b++) {
      vocabulary.put(String.valueOf(ByteAlphabet.letter(b)), b);
    }
    write("vocab.json", vocabulary.put("<|endoftext|>", BYTES).toString());
    write("merges.txt", "#version: 0.2\n");
  }

  private void write(String name, String content) throws IOException {
    Files.writeString(folder.resolve(name), content);
  }

  private SubwordTokenizer read() throws IOException {
    return new TokenizerFolder(folder).read();
  }

  @Test
  void addedTokensAreTakenFromTheConfiguration() throws IOException {
    write(
        "tokenizer_config.json",
        """
        {"tokenizer_class": "GPT2Tokenizer", "add_bos_token": true, "added_tokens_decoder": {
          "256": {"content": "<|endoftext|>", "special": true},
          "257": {"content": "<|im_end|>", "special": true},
          "258": {"content": "  ", "normalized": false, "special": false}}}
        """);
    SubwordTokenizer tokenizer = read();
    assertThat(tokenizer.vocabSize()).isEqualTo(BYTES + 3);
    assertThat(tokenizer.encodeMarked("a  b<|im_end|>")).containsExactly('a', 258, 'b', 257);
    assertThat(tokenizer.encode("<|im_end|>")).hasSize(10);
    assertThat(tokenizer.specials().before()).containsExactly(256);
    assertThat(tokenizer.specials().stops()).containsExactlyInAnyOrder(256, 257);
  }

  /** Their words would be told apart in another way than the model learnt. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "{\"tokenizer_class\": \"Qwen2Tokenizer\"}~tokenizer_class is \"Qwen2Tokenizer\"",
        "{\"add_prefix_space\": true}~add_prefix_space is true",
        "{\"added_tokens_decoder\": {\"a\": {\"content\": \"b\"}}}~has \"a\", expected numbers",
        "{\"added_tokens_decoder\": {\"3\": {\"content\": \"b\"}}}~has \"b\" as token 3",
        "{\"added_tokens_decoder\": {\"900000000\": {\"content\": \"b\"}}}~number 900000000",
        "{\"added_tokens_decoder\": {\"257\": {}}}~added_tokens_decoder.257.content is missing",
      })
  void whatGpt2DoesNotDoIsRefused(String config, String message) throws IOException {
    write("tokenizer_config.json", config);
    assertThatThrownBy(this::read)
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(folder.resolve("tokenizer_config.json") + ": ")
        .hasMessageContaining(message);
  }

  /** As transformers does it: the model's own configuration counts where there is no other. */
  @Test
  void endsAreTakenFromTheGenerationOrElseFromTheModel() throws IOException {
    write("config.json", "{\"model_type\": \"gpt2\", \"eos_token_id\": [7, 9]}");
    assertThat(read().specials().stops()).containsExactlyInAnyOrder(7, 9, 256);
    write("generation_config.json", "{\"eos_token_id\": 8}");
    assertThat(read().specials().stops()).containsExactlyInAnyOrder(8, 256);
  }
}
