package dev.chainrule.text.tokenizer.sentencepiece;

import dev.chainrule.base.InputException;
import dev.chainrule.core.testkit.Mutations;
import dev.chainrule.core.testkit.ReaderFuzz;
import dev.chainrule.text.tokenizer.subword.SubwordTokenizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class SentencePieceFuzzTest {
  private static final String TEXT = "To  the\n<s>é東🚀</s>\u00bd<u>";

  private static byte[] model(boolean unigram, byte[] charsmap) {
    List<String> pieces =
        List.of(
            "<unk>", "<s>", "</s>", "<u>", "<0x41>", "\u2581", "t", "h", "e", "th", "\u2581the");
    return new SentencePieceModel(
            pieces,
            new float[] {0, 0, 0, 0, 0, -9, -8, -7, -6, -2, -1},
            new int[] {2, 3, 3, 4, 6, 1, 1, 1, 1, 1, 5},
            new SentencePieceModel.Options(
                unigram, true, true, !unigram, charsmap, OptionalInt.of(1), OptionalInt.of(2)))
        .toBytes();
  }

  private static byte[] charsmapOfTheLibrary() throws IOException {
    return SentencePieceModel.read(
            SentencePieceTokenizerTest.model(SentencePieceTokenizerTest.fixtures().get(4)), "t5")
        .options()
        .charsmap();
  }

  private static void use(SubwordTokenizer tokenizer) {
    try {
      tokenizer.decode(tokenizer.encodeMarked(TEXT));
    } catch (InputException e) {
      // A text that this vocabulary cannot write, which says nothing of the file.
    }
  }

  @Test
  void models() throws IOException {
    byte[] charsmap = charsmapOfTheLibrary();
    byte[][] seeds = {model(false, new byte[0]), model(true, charsmap), model(false, charsmap)};
    ReaderFuzz.run(
        "tokenizer-sentencepiece",
        8L << 20,
        400,
        random -> Mutations.bytes(seeds[random.nextInt(seeds.length)], random),
        bytes -> use(SentencePieceTokenizer.parse(bytes, ReaderFuzz.ORIGIN)));
  }

  private static byte[] llama2c(RandomGenerator random) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {7, 0, 0, 0});
    for (int id = 0; id < 259 + random.nextInt(3); id++) {
      byte[] text = ("p" + id).getBytes(StandardCharsets.UTF_8);
      ByteBuffer head = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      out.writeBytes(head.putFloat(-id).putInt(text.length).array());
      out.writeBytes(text);
    }
    return out.toByteArray();
  }

  @Test
  void vocabulariesOfLlama2c() {
    ReaderFuzz.run(
        "tokenizer-llama2c",
        8L << 20,
        400,
        random ->
            random.nextInt(3) == 0 ? llama2c(random) : Mutations.bytes(llama2c(random), random),
        bytes ->
            use(
                SentencePieceTokenizer.of(
                    Llama2cVocabulary.read(bytes, ReaderFuzz.ORIGIN),
                    ReaderFuzz.ORIGIN,
                    false,
                    true,
                    false,
                    List.of())));
  }
}
