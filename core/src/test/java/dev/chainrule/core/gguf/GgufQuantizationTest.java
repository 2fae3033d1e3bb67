package dev.chainrule.core.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.core.quant.BlockFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GgufQuantizationTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "Q4_K_M, blk.1.ffn_up.weight, 512, Q4_K, false",
    "Q4_K_M, blk.1.ffn_up.weight, 576, Q5_0, true",
    "Q5_K_M, blk.1.ffn_up.weight, 576, Q5_1, true",
    "Q6_K, blk.0.ffn_up.weight, 576, Q8_0, true",
    "Q4_K_S, blk.0.ffn_up.weight, 40, F16, true",
    "Q4_0, blk.0.ffn_up.weight, 40, F16, true",
    "Q4_0, blk.0.ffn_up.weight, 576, Q4_0, false",
    "Q4_0, blk.0.ffn_down.weight, 576, Q4_0, false",
    "Q4_0, output.weight, 512, Q6_K, false",
    "Q4_0, output.weight, 576, Q8_0, true",
    "Q8_0, output.weight, 512, Q8_0, false",
    "BF16, output.weight, 512, BF16, false",
    "Q4_0, token_embd.weight, 512, Q4_0, false",
    "Q4_0, blk.0.attn_norm.weight, 512, F32, false",
    "Q4_0, blk.0.attn_q.bias, 512, F32, false",
    "Q4_0, blk.0.ffn_gate_inp.weight, 512, F32, false",
    "F16, position_embd.weight, 512, F32, false",
    // Of 16 layers 0, 1, 14 and 15 are the outermost eighths; of those between every third.
    "Q4_K_M, blk.1.attn_v.weight, 512, Q6_K, false",
    "Q4_K_M, blk.2.attn_v.weight, 512, Q4_K, false",
    "Q4_K_M, blk.4.attn_v.weight, 512, Q6_K, false",
    "Q4_K_M, blk.13.ffn_down.weight, 512, Q6_K, false",
    "Q4_K_M, blk.14.ffn_down.weight, 512, Q6_K, false",
    "Q4_K_M, blk.12.ffn_down.weight, 576, Q5_0, true",
    "Q4_K_M, blk.12.attn_qkv.weight, 512, Q5_K, false",
    "Q5_K_M, blk.0.ffn_down.weight, 512, Q6_K, false",
    "Q5_K_M, blk.2.ffn_down.weight, 512, Q5_K, false",
    "Q5_K_M, blk.12.attn_qkv.weight, 512, Q6_K, false",
    "Q5_K_S, blk.0.attn_v.weight, 512, Q5_K, false",
    "Q4_K_S, blk.3.attn_v.weight, 512, Q5_K, false",
    "Q4_K_S, blk.4.attn_v.weight, 512, Q4_K, false",
    "Q4_K_S, blk.1.ffn_down.weight, 512, Q5_K, false",
    "Q4_K_S, blk.2.ffn_down.weight, 512, Q4_K, false",
  })
  void formatsFollowTheNameAndTheRow(
      FileType type, String name, long row, BlockFormat expected, boolean fallback) {
    TensorFormats formats = new TensorFormats(type, false, false, 16);
    assertThat(formats.of(name, new long[] {3, row})).isEqualTo(expected);
    assertThat(formats.isFallback(name, new long[] {3, row})).isEqualTo(fallback);
    assertThat(formats.of(name, new long[] {row})).isEqualTo(BlockFormat.F32);
  }

  @Test
  void theEmbeddingMakesLogitsWhereThereIsNoOutput() {
    long[] shape = {3, 512};
    TensorFormats tied = new TensorFormats(FileType.Q4_0, false, true, 1);
    assertThat(tied.of("token_embd.weight", shape)).isEqualTo(BlockFormat.Q6_K);
    TensorFormats pure = new TensorFormats(FileType.Q4_0, true, true, 1);
    assertThat(pure.of("token_embd.weight", shape)).isEqualTo(BlockFormat.Q4_0);
  }

  private Path model() throws IOException {
    Random random = new Random(3);
    float[] weights = new float[64 * 512];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextGaussian();
    }
    GgufWriter.Elements elements = (from, to, n) -> System.arraycopy(weights, (int) from, to, 0, n);
    Path path = folder.resolve("model.gguf");
    new GgufWriter()
        .set("general.architecture", "llama")
        .set("general.file_type", 1)
        .set("tokenizer.ggml.tokens", java.util.List.of("a", "b"))
        .add("token_embd.weight", BlockFormat.F16, new long[] {64, 512}, elements)
        .add("blk.0.attn_norm.weight", BlockFormat.BF16, new long[] {512}, elements)
        .add("blk.0.attn_q.weight", BlockFormat.F32, new long[] {32, 512}, elements)
        .add("blk.0.ffn_up.weight", BlockFormat.Q8_0, new long[] {4, 96}, elements)
        .write(path);
    return path;
  }

  @ParameterizedTest
  @EnumSource
  void weightsAreRoundedAndAllElseIsKept(FileType type) throws IOException {
    Path out = folder.resolve("out.gguf");
    try (GgufFile source = GgufFile.open(model())) {
      GgufQuantization quantization = GgufQuantization.of(source, Rounding.to(type));
      BlockFormat format = type.format();
      TensorFormats formats = quantization.formats();
      long[] written = {0};
      GgufQuantization.Result result = quantization.write(out, 2, bytes -> written[0] += bytes);
      assertThat(result.tensors()).isEqualTo(4);
      assertThat(result.elements()).isEqualTo(64 * 512 + 512 + 32 * 512 + 4 * 96);
      assertThat(result.bytes()).isEqualTo(written[0]);
      assertThat(result.formats().values().stream().mapToInt(i -> i).sum()).isEqualTo(4);
      boolean codes = format.elements() > 1;
      assertThat(result.fallbacks()).isEqualTo(format.elements() == 256 ? 1 : 0);
      boolean toQ8 = format == BlockFormat.Q8_0 || format == BlockFormat.Q6_K;
      assertThat(result.roundedTwice()).isEqualTo(codes && !toQ8 ? 1 : 0);
      try (GgufFile file = GgufFile.open(out)) {
        assertThat(file.metadata().strings("tokenizer.ggml.tokens")).containsExactly("a", "b");
        assertThat(file.metadata().integer("general.file_type")).isEqualTo(type.number());
        assertThat(file.metadata().integer("general.quantization_version")).isEqualTo(2);
        for (GgufTensor tensor : source.tensors()) {
          GgufTensor rounded = file.tensor(tensor.name());
          assertThat(rounded.shape()).isEqualTo(tensor.shape());
          assertThat(rounded.format()).isEqualTo(formats.of(tensor.name(), tensor.shape()));
          assertNear(rounded.toFloats(), tensor.toFloats());
        }
      }
    }
  }

  private static void assertNear(float[] found, float[] expected) {
    double squares = 0;
    for (int i = 0; i < found.length; i++) {
      squares += Math.pow(found[i] - expected[i], 2);
    }
    assertThat(Math.sqrt(squares / found.length)).isLessThan(0.1);
  }

  @Test
  void theSameFormatIsCopiedToTheByte() throws IOException {
    Path once = folder.resolve("once.gguf");
    Path twice = folder.resolve("twice.gguf");
    try (GgufFile source = GgufFile.open(model())) {
      quantize(source, once);
    }
    try (GgufFile source = GgufFile.open(once)) {
      assertThat(quantize(source, twice).roundedTwice()).isZero();
    }
    assertThat(twice).hasSameBinaryContentAs(once);
  }

  private static GgufQuantization.Result quantize(GgufFile source, Path out) throws IOException {
    GgufQuantization.Result result =
        GgufQuantization.of(source, Rounding.to(FileType.Q4_K_M)).write(out, 1, bytes -> {});
    assertThat(result.formats())
        .isEqualTo(
            Map.of(
                BlockFormat.F32, 1, BlockFormat.Q4_K, 1, BlockFormat.Q6_K, 1, BlockFormat.Q5_0, 1));
    return result;
  }
}
