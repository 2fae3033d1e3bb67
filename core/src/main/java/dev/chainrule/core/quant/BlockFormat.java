package dev.chainrule.core.quant;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * GGML's storage formats: numbers in blocks that share a scale. In the names, Q is followed by the
 * bits of a code; {@code _0} has a scale, {@code _1} a scale and a minimum for 32 numbers, {@code
 * _K} scales of scales for 256 (ggml-common.h and ggml-quants.c of ggml-org/ggml). Numbers come out
 * as the Python package {@code gguf} has them, to the bit.
 */
public enum BlockFormat {
  /** IEEE single precision. */
  F32(0, 1, 4, new Float32Blocks()),
  /** IEEE half precision. */
  F16(1, 1, 2, HalfBlocks.IEEE),
  /** The upper half of an IEEE single. */
  BF16(30, 1, 2, HalfBlocks.BFLOAT),
  /** 8.5 bits a number. */
  Q8_0(8, 32, 34, new ByteBlocks()),
  /** 4.5 bits a number. */
  Q4_0(2, 32, 18, new NibbleBlocks(4, false)),
  /** 5 bits a number. */
  Q4_1(3, 32, 20, new NibbleBlocks(4, true)),
  /** 5.5 bits a number. */
  Q5_0(6, 32, 22, new NibbleBlocks(5, false)),
  /** 6 bits a number. */
  Q5_1(7, 32, 24, new NibbleBlocks(5, true)),
  /** 2.625 bits a number; read only. */
  Q2_K(10, 256, 84, new Q2K()),
  /** 3.4375 bits a number; read only. */
  Q3_K(11, 256, 110, new Q3K()),
  /** 4.5 bits a number. */
  Q4_K(12, 256, 144, new AffineSuperBlocks(4)),
  /** 5.5 bits a number. */
  Q5_K(13, 256, 176, new AffineSuperBlocks(5)),
  /** 6.5625 bits a number. */
  Q6_K(14, 256, 210, new Q6K());

  private static final List<BlockFormat> ALL = List.of(values());

  private final int ggmlType;
  private final int elements;
  private final int bytes;

  @SuppressWarnings("ImmutableEnumChecker") // None of them has a state that changes.
  private final BlockReader reader;

  BlockFormat(int ggmlType, int elements, int bytes, BlockReader reader) {
    this.ggmlType = ggmlType;
    this.elements = elements;
    this.bytes = bytes;
    this.reader = reader;
  }

  /** The format of a number in GGUF. */
  public static Optional<BlockFormat> ofGgmlType(int number) {
    for (BlockFormat format : ALL) {
      if (format.ggmlType == number) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  /** Its number in GGUF. */
  public int ggmlType() {
    return ggmlType;
  }

  /** Elements of a block: 1, 32 or 256. */
  public int elements() {
    return elements;
  }

  /** Bytes of a block. */
  public int bytes() {
    return bytes;
  }

  /**
   * Bytes of a number of elements.
   *
   * @throws IllegalArgumentException if they are no whole number of blocks
   * @throws ArithmeticException if the result is 2^63 or more
   */
  public long bytes(long count) {
    return Math.multiplyExact(blocks(count), bytes);
  }

  /** Whether numbers can be rounded to it, too. */
  public boolean isWritten() {
    return reader instanceof BlockCodec;
  }

  /**
   * Widens whole blocks.
   *
   * @param from where the blocks lie, on any boundary
   * @param offset of the first block, in bytes
   * @param to [at + n or more], gets the numbers from {@code to[at]} on
   * @param n elements, a multiple of those of a block
   */
  public void dequantize(MemorySegment from, long offset, float[] to, int at, int n) {
    Objects.checkFromIndexSize(at, n, to.length);
    Objects.checkFromIndexSize(offset, bytes(n), from.byteSize());
    reader.read(from, offset, to, at, n / elements);
  }

  /**
   * Rounds whole blocks. Of the formats with codes, the numbers must be finite and at most 65,504
   * in size: what they become otherwise is not defined.
   *
   * @param from [at + n or more], the numbers from {@code from[at]} on
   * @param to where the blocks are written, on any boundary
   * @param offset of the first block, in bytes
   * @param n elements, a multiple of those of a block
   * @throws IllegalArgumentException if the format is only read
   */
  public void quantize(float[] from, int at, MemorySegment to, long offset, int n) {
    Objects.checkFromIndexSize(at, n, from.length);
    Objects.checkFromIndexSize(offset, bytes(n), to.byteSize());
    if (!(reader instanceof BlockCodec codec)) {
      throw new IllegalArgumentException(
          "%s is only read, expected one of %s".formatted(this, writtenNames()));
    }
    codec.write(from, at, to, offset, n / elements);
  }

  /**
   * Rounds whole blocks as {@link #quantize} does, but for Q4_0, Q4_1, Q5_0 and Q5_1, whose scales
   * are those of least squared error among some and not those that reach the outermost number of
   * the block.
   */
  public void quantizeClosest(float[] from, int at, MemorySegment to, long offset, int n) {
    Objects.checkFromIndexSize(at, n, from.length);
    Objects.checkFromIndexSize(offset, bytes(n), to.byteSize());
    if (!(reader instanceof BlockCodec codec)) {
      throw new IllegalArgumentException(
          "%s is only read, expected one of %s".formatted(this, writtenNames()));
    }
    codec.writeClosest(from, at, to, offset, n / elements);
  }

  /** What reads its blocks, and may write them. */
  BlockReader codec() {
    return reader;
  }

  private static String writtenNames() {
    return Arrays.stream(values())
        .filter(BlockFormat::isWritten)
        .map(BlockFormat::name)
        .reduce("%s, %s"::formatted)
        .orElseThrow();
  }

  /** The name in small letters, as options have it: {@code q4_k}. */
  public String option() {
    return name().toLowerCase(Locale.ROOT);
  }

  private long blocks(long count) {
    if (count < 0 || count % elements != 0) {
      throw new IllegalArgumentException(
          "%d elements of %s, expected a multiple of %d".formatted(count, this, elements));
    }
    return count / elements;
  }
}
