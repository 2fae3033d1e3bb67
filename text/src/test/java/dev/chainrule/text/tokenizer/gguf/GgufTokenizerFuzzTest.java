package dev.chainrule.text.tokenizer.gguf;

import dev.chainrule.base.InputException;
import dev.chainrule.core.gguf.GgufFile;
import dev.chainrule.core.testkit.Mutations;
import dev.chainrule.core.testkit.ReaderFuzz;
import dev.chainrule.text.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Vocabularies of all kinds that GGUF has, in which an entry is odd now and then. */
class GgufTokenizerFuzzTest {
  private static final String KEY = "tokenizer.ggml.";
  private static final String TEXT = "The 12  thé<s>a\n東🚀</s>\tthe";
  private static final String[] MODELS = {"gpt2", "llama", "t5", "rwkv"};
  private static final String[] PRE = {
    "default", "gpt-2", "llama-bpe", "qwen2", "smollm", "deepseek-v3", "tekken", "gpt-4o", "other"
  };
  private static final List<List<String>> TOKENS =
      List.of(
          List.of("<s>", "t", "h", "e", "Ġ", "th", "the", "Ġthe", "1", "2", "Ċ", "Ã", "©", "</s>"),
          List.of("<unk>", "<s>", "</s>", "<0x41>", "<0x0A>", "▁", "t", "h", "e", "th", "▁the"),
          List.of("<pad>", "</s>", "<unk>", "▁", "t", "h", "e", "th", "▁the", "<0xC3>", "é"),
          List.of("\\t", "\\n", "\\r", " ", "1", "2", "T", "\\\\", "a", "e", "h", "t", "é"));
  private static final String[] WORDS = {
    "", " ", "▁▁", "<|im_end|>", "\\x0", "\\xff", "x".repeat(1500), "\u0000", "🚀", "Ġ", "<0xGG>"
  };
  private static final int[] NUMBERS = {
    -1, 0, 1, 2, 3, 4, 5, 6, 7, 255, 65_536, Integer.MAX_VALUE, Integer.MIN_VALUE
  };

  private static boolean odd(RandomGenerator random) {
    return random.nextInt(40) == 0;
  }

  private static int number(RandomGenerator random) {
    return NUMBERS[random.nextInt(NUMBERS.length)];
  }

  private static byte[] file(RandomGenerator random) {
    int kind = random.nextInt(MODELS.length);
    List<String> tokens = changed(TOKENS.get(kind), random);
    Map<String, Object> all = new LinkedHashMap<>();
    all.put(KEY + "model", odd(random) ? "bert" : MODELS[kind]);
    all.put(KEY + "tokens", odd(random) ? (Object) number(random) : tokens);
    all.put(KEY + "pre", PRE[random.nextInt(PRE.length)]);
    if (kind == 0) {
      all.put(KEY + "merges", changed(List.of("t h", "th e", "Ġ the"), random));
    } else if (kind < 3 && !odd(random)) {
      all.put(KEY + "scores", scores(tokens.size(), random));
    }
    if (random.nextInt(8) > 0) {
      all.put(KEY + "token_type", types(tokens, random));
    }
    for (String id : List.of("bos", "eos", "eot", "eom", "unknown")) {
      if (random.nextInt(3) == 0) {
        all.put(KEY + id + "_token_id", odd(random) ? number(random) : random.nextInt(4));
      }
    }
    for (String flag :
        List.of("add_bos_token", "add_eos_token", "add_space_prefix", "remove_extra_whitespaces")) {
      if (random.nextInt(3) == 0) {
        all.put(KEY + flag, odd(random) ? (Object) 1 : random.nextBoolean());
      }
    }
    if (random.nextInt(20) == 0) {
      all.put(KEY + "precompiled_charsmap", new int[] {4, 0, 0, 0, number(random), 0, 65, 0});
    }
    byte[] bytes = GgufBytes.of(all, List.of());
    return random.nextInt(4) == 0 ? Mutations.bytes(bytes, random) : bytes;
  }

  private static List<String> changed(List<String> usual, RandomGenerator random) {
    List<String> list = new ArrayList<>(usual);
    for (int i = random.nextInt(3); i > 0 && !list.isEmpty(); i--) {
      int at = random.nextInt(list.size());
      switch (random.nextInt(12)) {
        case 0 -> list.remove(at);
        case 1 -> list.set(at, WORDS[random.nextInt(WORDS.length)]);
        case 2 -> list.add(at, list.get(random.nextInt(list.size())));
        case 3 -> list.subList(0, at).clear();
        default -> {
          // Most are as they were.
        }
      }
    }
    return list;
  }

  private static float[] scores(int size, RandomGenerator random) {
    float[] scores = new float[odd(random) ? random.nextInt(20) : size];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = -i;
    }
    if (scores.length > 0 && odd(random)) {
      float[] bad = {Float.NaN, Float.POSITIVE_INFINITY, Float.MIN_VALUE, 1e38f};
      scores[random.nextInt(scores.length)] = bad[random.nextInt(bad.length)];
    }
    return scores;
  }

  private static int[] types(List<String> tokens, RandomGenerator random) {
    int[] types = new int[odd(random) ? random.nextInt(20) : tokens.size()];
    for (int i = 0; i < types.length; i++) {
      String token = i < tokens.size() ? tokens.get(i) : "";
      types[i] = token.startsWith("<0x") ? 6 : token.startsWith("<") ? 3 : 1;
      if (odd(random)) {
        types[i] = number(random);
      }
    }
    return types;
  }

  @Test
  void vocabularies() {
    Path origin = Path.of(ReaderFuzz.ORIGIN);
    ReaderFuzz.run(
        "tokenizer-gguf",
        8L << 20,
        400,
        GgufTokenizerFuzzTest::file,
        bytes -> {
          GgufFile file = GgufFile.of(origin, bytes);
          Tokenizer tokenizer = GgufTokenizer.read(file.metadata(), ReaderFuzz.ORIGIN);
          try {
            tokenizer.decode(tokenizer.encodeMarked(TEXT));
          } catch (InputException e) {
            // A text that this vocabulary cannot write, which says nothing of the file.
          }
        });
  }
}
