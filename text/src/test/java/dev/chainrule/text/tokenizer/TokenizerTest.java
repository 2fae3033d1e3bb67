package dev.chainrule.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.data.TokenSequence;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerTest {
  private static final String TEXT = "naïve 😀 Ωmega\n\tend €";

  @Test
  void charactersAreNumberedInAscendingOrder() {
    CharTokenizer tokenizer = CharTokenizer.of("hello 😀");
    assertThat(tokenizer.characters()).isEqualTo(" ehlo😀");
    assertThat(tokenizer.vocabSize()).isEqualTo(6);
    assertThat(tokenizer.encode("ole😀")).containsExactly(4, 3, 1, 5);
    assertThat(tokenizer.decode(4, 3, 1, 5)).isEqualTo("ole😀");
    assertThat(tokenizer).isEqualTo(CharTokenizer.of("😀 olehh"));
    assertThat(tokenizer).isNotEqualTo(CharTokenizer.of("hello"));
  }

  @Test
  void aTextComesBackAsItWas() {
    for (Tokenizer tokenizer : new Tokenizer[] {CharTokenizer.of(TEXT), new ByteTokenizer()}) {
      int[] ids = tokenizer.encode(TEXT);
      assertThat(tokenizer.decode(ids)).isEqualTo(TEXT);
      assertThat(tokenizer.countBytes(TokenSequence.of(ids)))
          .isEqualTo(TEXT.getBytes(StandardCharsets.UTF_8).length);
    }
    assertThat(new ByteTokenizer().encode("é")).containsExactly(0xC3, 0xA9);
    assertThat(new ByteTokenizer().encode("")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "héllo|\"é\" (U+00E9) as its character 2",
        "he\rl|U+000D as its character 3",
        "😀|\"😀\" (U+1F600) as its character 1",
        "ll\u2028|U+2028 as its character 3"
      })
  void aCharacterOutsideTheVocabularyIsNamed(String textAndMessage) {
    String[] parts = textAndMessage.split("\\|");
    assertThatThrownBy(() -> CharTokenizer.of("hello").encode(parts[0]))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "the text has " + parts[1] + ", expected one of the 4 characters that the model knows");
  }

  @Test
  void halfACharacterAnEmptyTextAndUnknownIdsAreRefused() {
    assertThatThrownBy(() -> CharTokenizer.of("a\uD800"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("half a surrogate pair");
    assertThatThrownBy(() -> new ByteTokenizer().encode("a\uDC00"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("half a surrogate pair");
    assertThatThrownBy(() -> CharTokenizer.of(""))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is empty");
    assertThatThrownBy(() -> CharTokenizer.of("ab").decode(0, 2))
        .isInstanceOf(InputException.class)
        .hasMessage("token id 2, expected 0 to 1");
    assertThatThrownBy(() -> new ByteTokenizer().bytesOf(-1))
        .isInstanceOf(InputException.class)
        .hasMessage("token id -1, expected 0 to 255");
  }

  @Test
  void theStreamHoldsBackIncompleteCharacters() {
    StreamingDecoder decoder = new StreamingDecoder(new ByteTokenizer());
    assertThat(decoder.push(0xF0)).isEmpty();
    assertThat(decoder.push(0x9F)).isEmpty();
    assertThat(decoder.push(0x98)).isEmpty();
    assertThat(decoder.push(0x80)).isEqualTo("😀");
    assertThat(decoder.push('a')).isEqualTo("a");
    assertThat(decoder.push(0xE2)).isEmpty();
    assertThat(decoder.push('b')).isEqualTo("\uFFFDb");
    assertThat(decoder.push(0xC3)).isEmpty();
    assertThat(decoder.finish()).isEqualTo("\uFFFD");
    assertThat(decoder.push('c')).isEqualTo("c");
    assertThat(decoder.finish()).isEmpty();
  }

  @Test
  void anyBytesDecodeAsJavaDecodesThem() {
    byte[] likely = {
      'a',
      (byte) 0xC3,
      (byte) 0xA9,
      (byte) 0xE2,
      (byte) 0x82,
      (byte) 0xF0,
      (byte) 0x9F,
      (byte) 0x98,
      (byte) 0x80,
      (byte) 0xFF,
      (byte) 0xED,
      (byte) 0xA0,
      (byte) 0xC0
    };
    for (int i = 0; i < 2000; i++) {
      RandomGenerator random = CounterRandom.of(3, i);
      byte[] bytes = new byte[random.nextInt(12)];
      for (int k = 0; k < bytes.length; k++) {
        bytes[k] = likely[random.nextInt(likely.length)];
      }
      int[] ids = IntStream.range(0, bytes.length).map(k -> bytes[k] & 0xFF).toArray();
      assertThat(new ByteTokenizer().decode(ids))
          .as(Arrays.toString(bytes))
          .isEqualTo(new String(bytes, StandardCharsets.UTF_8));
    }
  }
}
