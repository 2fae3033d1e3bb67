package dev.chainrule.core.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.chainrule.base.InputException;
import java.lang.foreign.MemorySegment;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files with which other readers were broken into or brought down, and their kin. */
class GgufRefusalTest {
  private static final long MAX = Long.MAX_VALUE;

  private static GgufHeader parse(RawGguf file) {
    return GgufHeader.parse("x.gguf", MemorySegment.ofArray(file.bytes()));
  }

  private static RawGguf oneTensor(int type, long offset, long... dimensions) {
    return RawGguf.of(3, 1, 0).tensor("t", type, offset, dimensions).data(256);
  }

  private static RawGguf oneValue() {
    return RawGguf.of(3, 0, 1);
  }

  static Stream<Arguments> files() {
    return Stream.concat(tensors(), values());
  }

  private static Stream<Arguments> tensors() {
    return Stream.of(
        // CVE-2026-33298: the product of the sizes wraps.
        arguments(oneTensor(0, 0, (1L << 42) + 1, 1L << 22), "2^63 elements"),
        arguments(oneTensor(0, 0, MAX, 2), "[2, 9223372036854775807], expected sizes from 1"),
        arguments(oneTensor(0, 0, 1L << 32, 1L << 32), "2^63 elements"),
        arguments(oneTensor(0, 0, 1L << 61), "at most the"),
        arguments(oneTensor(8, 0, 1L << 62), "at most the"),
        // CVE-2026-7482: offset and size beyond the file.
        arguments(oneTensor(0, 256, 1), "has 4 bytes from byte 256 of the data on"),
        arguments(oneTensor(0, 32, 64), "has 256 bytes from byte 32 of the data on"),
        arguments(oneTensor(0, MAX - 31, 64), "from byte 9223372036854775776 of the data on"),
        arguments(oneTensor(0, -32, 1), "begins at byte 18446744073709551584"),
        arguments(oneTensor(0, 4, 1), "expected a multiple of 32"),
        arguments(oneTensor(0, 0, 0), "has shape [0], expected sizes from 1"),
        arguments(oneTensor(0, 0, 4, 0, 4), "has shape [4, 0, 4]"),
        arguments(oneTensor(0, 0, -1), "has shape [18446744073709551615]"),
        arguments(oneTensor(0, 0, 1, 1, 1, 1, 1), "has 5 dimensions, expected at most 4"),
        arguments(oneTensor(0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1), "has 9 dimensions"),
        arguments(RawGguf.of(3, 1, 0).string("t").int32(-1).data(256), "has 4294967295 dimensions"),
        arguments(oneTensor(8, 0, 33), "has rows of 33 elements, expected a multiple of the 32"),
        arguments(oneTensor(12, 0, 128, 2), "expected a multiple of the 256"),
        arguments(oneTensor(4, 0, 32), "is of GGML's type 4, expected one of [F32, F16"),
        arguments(oneTensor(-1, 0, 32), "is of GGML's type 4294967295"),
        arguments(RawGguf.of(3, 1, 0).tensor("", 0, 0, 1).data(64), "empty name of a tensor"),
        arguments(
            RawGguf.of(3, 2, 0).tensor("t", 0, 0, 1).tensor("t", 0, 32, 1).data(64),
            "tensor \"t\" is there twice"),
        // Many tensors of the same bytes would unpack to any size.
        arguments(
            RawGguf.of(3, 2, 0).tensor("a", 0, 0, 16).tensor("b", 0, 32, 8).data(64),
            "tensor \"b\" begins at byte 32 of the data, within another"),
        // GHSA-vgg9-87g3-85w8: the sum of the sizes overflows.
        arguments(
            RawGguf.of(3, 2, 0).tensor("a", 0, 0, 1L << 60).tensor("b", 0, 32, 1L << 60).data(64),
            "at most the"),
        arguments(RawGguf.of(3, MAX, 0), "the number of tensors is 9223372036854775807"),
        arguments(RawGguf.of(3, -1, 0), "18446744073709551615, expected at most 0"),
        arguments(RawGguf.of(3, 2, 0).tensor("a", 0, 0, 1), "expected at most 1"));
  }

  private static Stream<Arguments> values() {
    return Stream.of(
        arguments(oneValue().value("", GgufType.UINT32, 1), "an empty key"),
        arguments(oneValue().int64(MAX).data(64), "a key at byte 32 has 9223372036854775807 bytes"),
        arguments(oneValue().int64(-1).data(64), "18446744073709551615 bytes"),
        arguments(oneValue().int64(60).data(20), "a key at byte 32 has 60 times 1 bytes"),
        arguments(oneValue().string("k").int32(13).int32(0), "is of type 13"),
        arguments(oneValue().string("k").int32(-1).int32(0), "is of type 4294967295"),
        arguments(oneValue().string("k").int32(8).int64(-1).data(9), "18446744073709551615 times"),
        arguments(oneValue().string("k").int32(8).int64(99).data(9), "has 99 times 1 bytes"),
        arguments(oneValue().string("k").int32(9).int32(9).int64(1).int64(0), "array of arrays"),
        arguments(oneValue().string("k").int32(9).int32(4).int64(1L << 62), "times 4 bytes"),
        arguments(oneValue().string("k").int32(9).int32(8).int64(MAX), "times 8 bytes"),
        arguments(oneValue().string("k").int32(9).int32(0).int64(-1), "times 1 bytes"),
        arguments(oneValue().string("k").int32(7).int8(2), "holds 2, expected 0 or 1"),
        arguments(
            RawGguf.of(3, 0, 2).value("k", GgufType.INT32, 1).value("k", GgufType.INT32, 1),
            "has the key \"k\" twice"),
        arguments(
            oneValue().value(GgufHeader.ALIGNMENT, GgufType.INT32, 32),
            "\"general.alignment\" is of type INT32, expected of type UINT32"),
        arguments(
            oneValue().string(GgufHeader.ALIGNMENT).int32(8).string("32"), "is of type STRING"),
        arguments(oneValue().value(GgufHeader.ALIGNMENT, GgufType.UINT32, 0), "a power of two"),
        arguments(oneValue().value(GgufHeader.ALIGNMENT, GgufType.UINT32, 24), "a power of two"),
        arguments(
            oneValue().value(GgufHeader.ALIGNMENT, GgufType.UINT32, 1L << 31), "is 2147483648"),
        arguments(RawGguf.of(3, 0, MAX), "the number of keys is 9223372036854775807"),
        arguments(RawGguf.of(1, 0, 0), "is GGUF version 1, expected version 2 or 3"),
        arguments(RawGguf.of(4, 0, 0), "is GGUF version 4"),
        arguments(RawGguf.of(3 << 24, 0, 0), "of a big-endian machine"),
        arguments(new RawGguf().text("GGUF"), "the version at byte 4"),
        arguments(new RawGguf().text("GGJT").data(64), "does not begin with \"GGUF\""));
  }

  @ParameterizedTest
  @MethodSource("files")
  void isRefusedInOneSentence(RawGguf file, String found) {
    assertThatThrownBy(() -> parse(file))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("x.gguf: ")
        .hasMessageContaining(found);
  }

  @Test
  void anyAlignmentAndOrderOfTensorsIsRead() {
    RawGguf file =
        RawGguf.of(2, 3, 1)
            .value(GgufHeader.ALIGNMENT, GgufType.UINT32, 8)
            .tensor("b", 0, 16, 2)
            .tensor("a", 0, 0, 3)
            .tensor("scalar", 0, 24)
            .data(64);
    assertThat(parse(file).tensors().keySet()).containsExactly("b", "a", "scalar");
    assertThat(parse(file).tensors().get("scalar").toFloats()).containsExactly(0);
  }

  @Test
  void textThatIsNoUtf8IsRefusedWhereItIsAskedFor() {
    RawGguf file = oneValue().string("k").int32(8).int64(2).int8(0xC3).int8(0x28);
    MemorySegment bytes = MemorySegment.ofArray(file.bytes());
    GgufMetadata metadata =
        new GgufMetadata("x.gguf", bytes, GgufHeader.parse("x.gguf", bytes).values());
    assertThatThrownBy(() -> metadata.string("k"))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("x.gguf: the value of \"k\" at byte")
        .hasMessageEndingWith("is no UTF-8, expected text");
  }

  @Test
  void theCharacterThatStandsForBrokenTextIsText() {
    RawGguf file = oneValue().string("k").int32(8).string("\uFFFD");
    MemorySegment bytes = MemorySegment.ofArray(file.bytes());
    GgufHeader header = GgufHeader.parse("x.gguf", bytes);
    assertThat(new GgufMetadata("x.gguf", bytes, header.values()).string("k")).isEqualTo("\uFFFD");
  }
}
