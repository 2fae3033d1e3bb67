package dev.chainrule.experiments;

import dev.chainrule.core.gguf.GgufWriter;
import dev.chainrule.core.quant.BlockFormat;
import dev.chainrule.experiments.cli.QuietLogging;
import dev.chainrule.text.tokenizer.subword.ByteAlphabet;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the launcher runs once after a build, so that the JVM can keep what it takes to start: the
 * commands whose start people wait for, on a small model with weights of every format. Nothing is
 * read from elsewhere and all that is written is deleted.
 */
final class Rehearsal {
  private static final List<BlockFormat> FORMATS =
      List.of(
          BlockFormat.Q4_0,
          BlockFormat.Q4_1,
          BlockFormat.Q5_0,
          BlockFormat.Q5_1,
          BlockFormat.Q8_0,
          BlockFormat.Q4_K,
          BlockFormat.Q5_K,
          BlockFormat.Q6_K,
          BlockFormat.F16,
          BlockFormat.BF16,
          BlockFormat.F32);

  private static final String PROMPT =
      "Once upon a time there was a model that could start at once.";
  private static final int WIDTH = 512;
  private static final int HIDDEN = 1024;
  private static final int HEADS = 8;
  private static final int KV_HEADS = 2;
  private static final int BYTES = 256;
  private static final int NORMAL = 1;
  private static final int CONTROL = 3;

  private Rehearsal() {}

  /** Runs all; takes no arguments. */
  public static void main(String[] args) throws IOException {
    QuietLogging.install();
    Path folder = Files.createTempDirectory("chainrule-rehearsal");
    Path model = folder.resolve("model.gguf");
    try {
      write(model);
      System.setOut(new PrintStream(OutputStream.nullOutputStream()));
      for (String command : commands(folder)) {
        run(command.split(" "));
      }
      run("text", "sample", "--model", model.toString(), "--prompt", PROMPT, "--tokens", "60");
      for (String prompt : new String[] {"a", "to", "be or"}) {
        run("text", "sample", "--model", model.toString(), "--prompt", prompt, "--tokens", "20");
      }
    } finally {
      try (var files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
    }
  }

  private static List<String> commands(Path folder) {
    String home = System.getProperty("chainrule.home", ".");
    String ahead =
        " --where unique_id=air_passengers --horizon 24 --data "
            + Path.of(home, "timeseries/examples/monthly.csv")
            + " --out "
            + folder.resolve("forecast.csv");
    return List.of(
        "--help", "text --help", "text sample --help", "arima auto" + ahead, "forecast" + ahead);
  }

  private static void run(String... words) {
    int code = CommandTree.of(words).execute(words);
    if (code != 0) {
      throw new IllegalStateException(
          "'%s' ended with exit code %d, expected 0".formatted(String.join(" ", words), code));
    }
  }

  /** A model of LLaMA's kind with a layer in each format, large enough for two threads. */
  private static void write(Path file) throws IOException {
    GgufWriter gguf =
        new GgufWriter()
            .set("general.architecture", "llama")
            .set("llama.context_length", 512)
            .set("llama.block_count", FORMATS.size())
            .set("llama.embedding_length", WIDTH)
            .set("llama.feed_forward_length", HIDDEN)
            .set("llama.attention.head_count", HEADS)
            .set("llama.attention.head_count_kv", KV_HEADS)
            .set("llama.attention.layer_norm_rms_epsilon", 1e-5f);
    int vocabulary = addTokenizer(gguf);
    addMatrix(gguf, "token_embd", BlockFormat.Q8_0, vocabulary, WIDTH);
    addMatrix(gguf, "output", BlockFormat.Q6_K, vocabulary, WIDTH);
    addNorm(gguf, "output_norm");
    for (int layer = 0; layer < FORMATS.size(); layer++) {
      BlockFormat format = FORMATS.get(layer);
      String name = "blk." + layer + ".";
      int kvWidth = WIDTH / HEADS * KV_HEADS;
      addNorm(gguf, name + "attn_norm");
      addMatrix(gguf, name + "attn_q", format, WIDTH, WIDTH);
      addMatrix(gguf, name + "attn_k", format, kvWidth, WIDTH);
      addMatrix(gguf, name + "attn_v", format, kvWidth, WIDTH);
      addMatrix(gguf, name + "attn_output", format, WIDTH, WIDTH);
      addNorm(gguf, name + "ffn_norm");
      addMatrix(gguf, name + "ffn_gate", format, HIDDEN, WIDTH);
      addMatrix(gguf, name + "ffn_up", format, HIDDEN, WIDTH);
      addMatrix(gguf, name + "ffn_down", format, WIDTH, HIDDEN);
    }
    gguf.write(file, Runtime.getRuntime().availableProcessors(), bytes -> {});
  }

  private static void addMatrix(
      GgufWriter gguf, String name, BlockFormat format, int rows, int columns) {
    gguf.add(
        name + ".weight",
        format,
        new long[] {rows, columns},
        (from, to, n) -> {
          for (int i = 0; i < n; i++) {
            // Any numbers will do; these are as large as those of models are.
            to[i] = ((int) (from + i) * 0x9E3779B9) * 0x1p-36f;
          }
        });
  }

  private static void addNorm(GgufWriter gguf, String name) {
    gguf.add(
        name + ".weight", BlockFormat.F32, new long[] {WIDTH}, (from, to, n) -> Arrays.fill(to, 1));
  }

  /** GPT-2's letters of bytes, a merge of each letter with the next, and an end. */
  private static int addTokenizer(GgufWriter gguf) {
    List<String> tokens = new ArrayList<>();
    List<String> merges = new ArrayList<>();
    for (int b = 0; b < BYTES; b++) {
      tokens.add(String.valueOf(ByteAlphabet.letter(b)));
    }
    for (char first = 'a'; first <= 'z'; first++) {
      for (char second = 'a'; second <= 'z'; second++) {
        tokens.add("" + first + second);
        merges.add(first + " " + second);
      }
    }
    tokens.add("<|endoftext|>");
    int[] types = new int[tokens.size()];
    Arrays.fill(types, NORMAL);
    types[types.length - 1] = CONTROL;
    gguf.set("tokenizer.ggml.model", "gpt2")
        .set("tokenizer.ggml.pre", "smollm")
        .set("tokenizer.ggml.tokens", tokens)
        .set("tokenizer.ggml.token_type", types)
        .set("tokenizer.ggml.merges", merges)
        .set("tokenizer.ggml.eos_token_id", types.length - 1);
    return tokens.size();
  }
}
