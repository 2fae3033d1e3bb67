package dev.chainrule.core.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.safetensors.SafetensorsFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** The vectors were made by the Python package gguf and by ggml; see make.py beside them. */
class BlockFormatTest {
  private static Path vectors() throws Exception {
    return Path.of(BlockFormatTest.class.getResource("/quant/blocks.safetensors").toURI());
  }

  private static MemorySegment padded(MemorySegment blocks, int before) {
    byte[] bytes = new byte[Math.toIntExact(before + blocks.byteSize())];
    MemorySegment.copy(
        blocks, ValueLayout.JAVA_BYTE, 0, bytes, before, Math.toIntExact(blocks.byteSize()));
    return MemorySegment.ofArray(bytes);
  }

  @ParameterizedTest
  @EnumSource
  void numbersComeOutAsTheReferenceHasThem(BlockFormat format) throws Exception {
    try (SafetensorsFile file = SafetensorsFile.open(vectors())) {
      float[] expected = file.tensor(format + ".values").toFloats();
      MemorySegment blocks = file.tensor(format + ".blocks").data();
      assertThat(blocks.byteSize()).isEqualTo(format.bytes(expected.length));
      // At an odd place, and from the second block on too.
      float[] found = new float[expected.length + 3];
      format.dequantize(padded(blocks, 5), 5, found, 3, expected.length);
      assertSameBits(Arrays.copyOfRange(found, 3, found.length), expected);
      int rest = expected.length - format.elements();
      float[] later = new float[rest];
      format.dequantize(blocks, format.bytes(), later, 0, rest);
      assertSameBits(later, Arrays.copyOfRange(expected, format.elements(), expected.length));
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"F32", "Q2_K", "Q3_K"})
  void roundsAsTheReferenceDoes(BlockFormat format) throws Exception {
    try (SafetensorsFile file = SafetensorsFile.open(vectors())) {
      float[] numbers = file.tensor(format + ".numbers").toFloats();
      MemorySegment expected = file.tensor(format + ".rounded").data();
      MemorySegment found = MemorySegment.ofArray(new byte[(int) expected.byteSize() + 7]);
      format.quantize(numbers, 0, found, 7, numbers.length);
      assertThat(found.asSlice(7).toArray(ValueLayout.JAVA_BYTE))
          .isEqualTo(expected.toArray(ValueLayout.JAVA_BYTE));
    }
  }

  /** Root of the mean squared error of normal numbers, a share of their deviation. */
  @ParameterizedTest
  @CsvSource({
    "F32, 0",
    "F16, 0.0003",
    "BF16, 0.002",
    "Q8_0, 0.006",
    "Q6_K, 0.02",
    "Q5_1, 0.04",
    "Q5_K, 0.04",
    "Q5_0, 0.05",
    "Q4_1, 0.08",
    "Q4_K, 0.08",
    "Q4_0, 0.095"
  })
  void losesNoMoreThanItsBitsSay(BlockFormat format, double most) {
    Random random = new Random(7);
    float[] numbers = new float[64 * 256];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) random.nextGaussian() * 0.02f;
    }
    float[] back = roundTrip(format, numbers);
    double squares = 0;
    for (int i = 0; i < numbers.length; i++) {
      squares += Math.pow((back[i] - numbers[i]) / 0.02, 2);
    }
    assertThat(Math.sqrt(squares / numbers.length)).isLessThanOrEqualTo(most);
  }

  /**
   * Zeros, constants, numbers too small for a scale, and one that is far larger than all others.
   */
  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"Q2_K", "Q3_K"})
  void awkwardBlocksComeBackFiniteAndNear(BlockFormat format) {
    float[][] blocks = new float[8][256];
    Arrays.fill(blocks[1], 0.25f);
    Arrays.fill(blocks[2], -3);
    Arrays.fill(blocks[3], 1e-42f);
    Arrays.fill(blocks[4], -1e-36f);
    blocks[5][77] = 60_000;
    blocks[6][200] = -1e-33f;
    for (int i = 0; i < 256; i++) {
      blocks[7][i] = i % 2 == 0 ? -65_504 : 65_504;
    }
    for (int b = 0; b < 2 * blocks.length; b++) {
      float[] block = blocks[b / 2];
      float[] back = roundTrip(format, block, b % 2 == 1);
      float largest = 0;
      for (float x : block) {
        largest = Math.max(largest, Math.abs(x));
      }
      for (int i = 0; i < block.length; i++) {
        // A step of a 4-bit code around zero, and the smallest half.
        assertThat(back[i])
            .isBetween(block[i] - largest / 7 - 1e-7f, block[i] + largest / 7 + 1e-7f);
      }
    }
  }

  /** Block by block no worse than the usual rounding, and over normal numbers better. */
  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"Q2_K", "Q3_K"})
  void theClosestCodesAreNoWorse(BlockFormat format) {
    Random random = new Random(5);
    double usual = 0;
    double closest = 0;
    for (int b = 0; b < 200; b++) {
      float[] block = new float[256];
      for (int i = 0; i < block.length; i++) {
        double x = random.nextGaussian();
        block[i] = (float) (b % 4 == 0 ? x * x * x * Math.pow(10, b % 11 - 6) : x);
      }
      int n = format.elements();
      for (int from = 0; from < block.length; from += n) {
        float[] part = Arrays.copyOfRange(block, from, from + n);
        double one = squares(part, roundTrip(format, part, false));
        double other = squares(part, roundTrip(format, part, true));
        assertThat(other).isLessThanOrEqualTo(one * (1 + 1e-6));
        usual += b % 4 == 0 ? 0 : one;
        closest += b % 4 == 0 ? 0 : other;
      }
    }
    boolean searched = format.elements() == 32 && format != BlockFormat.Q8_0;
    if (searched) {
      assertThat(closest).isLessThan(0.92 * usual);
    } else {
      assertThat(closest).isEqualTo(usual);
    }
  }

  private static double squares(float[] numbers, float[] back) {
    double sum = 0;
    for (int i = 0; i < numbers.length; i++) {
      sum += Math.pow((double) numbers[i] - back[i], 2);
    }
    return sum;
  }

  private static float[] roundTrip(BlockFormat format, float[] numbers) {
    return roundTrip(format, numbers, false);
  }

  private static float[] roundTrip(BlockFormat format, float[] numbers, boolean closest) {
    float[] back = new float[numbers.length];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment blocks = arena.allocate(format.bytes(numbers.length));
      if (closest) {
        format.quantizeClosest(numbers, 0, blocks, 0, numbers.length);
      } else {
        format.quantize(numbers, 0, blocks, 0, numbers.length);
      }
      format.dequantize(blocks, 0, back, 0, back.length);
    }
    return back;
  }

  @Test
  void widensHalvesOfAllKinds() {
    short[] all = new short[1 << 16];
    for (int i = 0; i < all.length; i++) {
      all[i] = (short) i;
    }
    float[] halves = new float[all.length];
    BlockFormat.F16.dequantize(MemorySegment.ofArray(all), 0, halves, 0, all.length);
    float[] bfloats = new float[all.length];
    BlockFormat.BF16.dequantize(MemorySegment.ofArray(all), 0, bfloats, 0, all.length);
    for (int i = 0; i < all.length; i++) {
      assertThat(halves[i]).isEqualTo(Float.valueOf(Float.float16ToFloat(all[i])));
      assertThat(Float.floatToRawIntBits(bfloats[i])).isEqualTo(i << 16);
    }
  }

  @Test
  void whatIsNoWholeNumberOfBlocksIsRefused() {
    assertThat(BlockFormat.Q4_K.bytes(512)).isEqualTo(288);
    assertThatThrownBy(() -> BlockFormat.Q4_K.bytes(511))
        .hasMessage("511 elements of Q4_K, expected a multiple of 256");
    assertThatThrownBy(() -> BlockFormat.Q8_0.bytes(-32)).isInstanceOf(RuntimeException.class);
    assertThatThrownBy(() -> BlockFormat.F32.bytes(1L << 62))
        .isInstanceOf(ArithmeticException.class);
    MemorySegment small = MemorySegment.ofArray(new byte[33]);
    assertThatThrownBy(() -> BlockFormat.Q8_0.dequantize(small, 0, new float[32], 0, 32))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> BlockFormat.Q2_K.quantize(new float[256], 0, small, 0, 0))
        .hasMessageStartingWith("Q2_K is only read, expected one of F32, F16");
  }

  @Test
  void numbersOfFormatsAreThoseOfGguf() {
    for (BlockFormat format : BlockFormat.values()) {
      assertThat(BlockFormat.ofGgmlType(format.ggmlType())).contains(format);
    }
    assertThat(BlockFormat.ofGgmlType(4)).isEmpty();
  }

  @Test
  void aMatrixIsRowsOfBlocks() {
    float[] numbers = new float[3 * 64];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = -i;
    }
    BlockMatrix matrix = BlockMatrix.of(Tensor.of(numbers, 3, 64), BlockFormat.Q8_0);
    assertThat(matrix.rowBytes()).isEqualTo(68);
    float[] row = new float[65];
    matrix.rows(1, 3).row(1, row, 1);
    float[] expected = roundTrip(BlockFormat.Q8_0, Arrays.copyOfRange(numbers, 128, 192));
    assertThat(Arrays.copyOfRange(row, 1, 65)).isEqualTo(expected);
    assertThatThrownBy(() -> new BlockMatrix(BlockFormat.Q8_0, 3, 64, matrix.data().asSlice(1)))
        .hasMessage("203 bytes for [3, 64] of Q8_0, expected 204");
    assertThatThrownBy(() -> matrix.row(3, row, 0)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  private static void assertSameBits(float[] found, float[] expected) {
    assertThat(Arrays.stream(bits(found)).toArray()).isEqualTo(bits(expected));
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }
}
