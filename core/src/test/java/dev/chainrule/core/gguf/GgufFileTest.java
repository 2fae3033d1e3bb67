package dev.chainrule.core.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.quant.BlockFormat;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The golden file was written by the Python package gguf; see make.py beside it. */
class GgufFileTest {
  @TempDir Path folder;

  private static Path golden() throws Exception {
    return Path.of(GgufFileTest.class.getResource("/gguf/golden.gguf").toURI());
  }

  private static float[] cube() {
    float[] values = new float[2 * 3 * 64];
    for (int i = 0; i < values.length; i++) {
      values[i] = i / 7f - 20;
    }
    return values;
  }

  @Test
  void readsTheMetadataOfTheReferenceImplementation() throws Exception {
    try (GgufFile file = GgufFile.open(golden())) {
      GgufMetadata metadata = file.metadata();
      assertThat(metadata.keys()).hasSize(18).startsWith("general.architecture", "a.string");
      assertThat(metadata.string("general.architecture")).isEqualTo("llama");
      assertThat(metadata.string("a.string")).isEqualTo("naïve 🙂");
      assertThat(metadata.integer("a.uint8")).isEqualTo(200);
      assertThat(metadata.integer("a.int8")).isEqualTo(-100);
      assertThat(metadata.integer("a.uint16")).isEqualTo(60_000);
      assertThat(metadata.integer("a.int16")).isEqualTo(-30_000);
      assertThat(metadata.integer("a.uint32")).isEqualTo(4_000_000_000L);
      assertThat(metadata.integer("a.int32")).isEqualTo(-2_000_000_000);
      assertThat(metadata.integer("a.uint64")).isEqualTo(Long.MAX_VALUE);
      assertThat(metadata.integer("a.int64")).isEqualTo(-(1L << 62));
      assertThat(metadata.number("a.float32")).isEqualTo(0.1f);
      assertThat(metadata.number("a.float64")).isEqualTo(1e300);
      assertThat(metadata.number("a.int8")).isEqualTo(-100);
      assertThat(metadata.flag("a.bool")).isTrue();
      assertThat(metadata.strings("strings")).containsExactly("", "Ġthe", "日本");
      assertThat(metadata.integers("integers")).containsExactly(1, -2, 3);
      assertThat(metadata.floats("floats")).containsExactly(0.5f, -1.5f);
      assertThat(metadata.integers("truths")).containsExactly(1, 0);
      assertThat(metadata.isArray("truths")).isTrue();
      assertThat(metadata.isArray("a.bool")).isFalse();
      assertThat(metadata.count("strings")).isEqualTo(3);
    }
  }

  @Test
  void bytesAreTextWhereJavaSaysSo() {
    int[] bytes = {
      0x41, 0x80, 0xBF, 0xC0, 0xC2, 0xC4, 0xE0, 0xA0, 0xED, 0x9F, 0xF0, 0x90, 0xF4, 0x8F
    };
    RandomGenerator random = new Random(1);
    int valid = 0;
    for (int i = 0; i < 100_000; i++) {
      byte[] some = new byte[random.nextInt(6)];
      for (int at = 0; at < some.length; at++) {
        some[at] = (byte) bytes[random.nextInt(bytes.length)];
      }
      boolean text;
      try {
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(some));
        text = true;
      } catch (CharacterCodingException e) {
        text = false;
      }
      valid += text ? 1 : 0;
      assertThat(GgufCursor.isUtf8(some, 0, some.length)).as(Arrays.toString(some)).isEqualTo(text);
    }
    assertThat(valid).isBetween(1_000, 99_000);
  }

  @Test
  void anotherTypeOrNoKeyIsRefusedByName() throws Exception {
    Path path = golden();
    try (GgufFile file = GgufFile.open(path)) {
      GgufMetadata metadata = file.metadata();
      assertThatThrownBy(() -> metadata.string("none"))
          .isInstanceOf(InputException.class)
          .hasMessage(path + ": has no metadata \"none\", expected a text");
      assertThatThrownBy(() -> metadata.integer("a.float32"))
          .hasMessage(path + ": \"a.float32\" is of type FLOAT32, expected a whole number");
      assertThatThrownBy(() -> metadata.integer("big"))
          .hasMessageEndingWith(
              "\"big\" is 18446744073709551615, expected a whole number below 2^63");
      assertThatThrownBy(() -> metadata.flag("a.uint8")).hasMessageContaining("true or false");
      assertThatThrownBy(() -> metadata.strings("a.string"))
          .hasMessageEndingWith("\"a.string\" is of type STRING, expected an array of texts");
      assertThatThrownBy(() -> metadata.integers("strings"))
          .hasMessageEndingWith(
              "\"strings\" is an array of 3 of type STRING, expected an array of whole numbers");
      assertThatThrownBy(() -> metadata.floats("integers")).hasMessageContaining("real numbers");
      assertThatThrownBy(() -> metadata.count("a.bool")).hasMessageContaining("an array");
    }
  }

  @Test
  void readsTheTensorsOfTheReferenceImplementation() throws Exception {
    try (GgufFile file = GgufFile.open(golden())) {
      assertThat(file.tensors()).hasSize(6);
      GgufTensor cube = file.tensor("cube");
      assertThat(cube.shape()).containsExactly(2, 3, 64);
      assertThat(cube.toFloats()).isEqualTo(cube());
      assertThat(cube.matrix().rows()).isEqualTo(6);
      float[] row = new float[64];
      cube.matrix().row(4, row, 0);
      assertThat(row).isEqualTo(Arrays.copyOfRange(cube(), 4 * 64, 5 * 64));
      assertThat(file.tensor("vector").toFloats()).containsExactly(1, -2.5f, 3e-45f);
      for (String name : List.of("half", "BF16", "Q8_0", "Q4_1")) {
        GgufTensor tensor = file.tensor(name);
        assertThat(tensor.hasShape(3, 64)).isTrue();
        Tensor copy = Tensor.zeros(DType.FLOAT64, 3, 64);
        tensor.copyTo(copy);
        float[] expected = Arrays.copyOfRange(cube(), name.equals("half") ? 0 : 192, 384);
        for (int i = 0; i < 192; i++) {
          assertThat(copy.get(i)).isBetween(expected[i] - 0.4, expected[i] + 0.4);
          assertThat((float) copy.get(i)).isEqualTo(tensor.toFloats()[i]);
        }
      }
      assertThatThrownBy(() -> cube.copyTo(Tensor.zeros(DType.FLOAT32, 64, 6)))
          .isInstanceOf(InputException.class)
          .hasMessageEndingWith("tensor \"cube\" has shape [2, 3, 64], expected [64, 6]");
      assertThatThrownBy(() -> file.tensor("none"))
          .hasMessageEndingWith("has no tensor \"none\" among its 6, expected it");
    }
  }

  @Test
  void whatIsWrittenComesBack() throws Exception {
    Path copy = folder.resolve("copy.gguf");
    float[] numbers = new float[512];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) Math.sin(i);
    }
    try (GgufFile file = GgufFile.open(golden())) {
      GgufWriter writer = new GgufWriter();
      file.metadata().keys().forEach(key -> writer.copy(file.metadata(), key));
      for (GgufTensor tensor : file.tensors()) {
        writer.add(tensor.name(), tensor.format(), tensor.shape(), tensor.data());
      }
      writer.write(copy);
    }
    assertThat(copy).hasSameBinaryContentAs(golden());
    new GgufWriter()
        .set("text", "x")
        .set("number", 7)
        .set("real", 0.5f)
        .set("flag", false)
        .set("texts", List.of("a", ""))
        .set("reals", new float[] {1.5f})
        .set("numbers", new int[] {-1, 2})
        .add("a", BlockFormat.F32, new long[] {3}, MemorySegment.ofArray(new float[] {1, 2, 3}))
        .add(
            "b",
            BlockFormat.Q4_K,
            new long[] {2, 256},
            (from, to, n) -> System.arraycopy(numbers, (int) from, to, 0, n))
        .write(copy, 3, bytes -> {});
    assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
    try (GgufFile file = GgufFile.open(copy)) {
      GgufMetadata metadata = file.metadata();
      assertThat(metadata.string("text")).isEqualTo("x");
      assertThat(metadata.integer("number")).isEqualTo(7);
      assertThat(metadata.number("real")).isEqualTo(0.5);
      assertThat(metadata.flag("flag")).isFalse();
      assertThat(metadata.strings("texts")).containsExactly("a", "");
      assertThat(metadata.floats("reals")).containsExactly(1.5f);
      assertThat(metadata.integers("numbers")).containsExactly(-1, 2);
      assertThat(file.tensor("a").toFloats()).containsExactly(1, 2, 3);
      byte[] blocks = new byte[288];
      BlockFormat.Q4_K.quantize(numbers, 0, MemorySegment.ofArray(blocks), 0, 512);
      assertThat(file.tensor("b").data().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(blocks);
    }
  }

  /** More elements than the parts that threads round at a time, of a size that none divides. */
  @Test
  void manyElementsAreRoundedByAllThreadsAlike() throws IOException {
    Path one = folder.resolve("one.gguf");
    Path three = folder.resolve("three.gguf");
    GgufWriter writer =
        new GgufWriter()
            .add(
                "a",
                BlockFormat.Q8_0,
                new long[] {10_007, 32},
                (from, to, n) -> {
                  for (int i = 0; i < n; i++) {
                    to[i] = (from + i) % 1009 - 500;
                  }
                });
    writer.write(one);
    writer.write(three, 3, bytes -> assertThat(bytes).isEqualTo(10_007 * 34));
    assertThat(three).hasSameBinaryContentAs(one);
    try (GgufFile file = GgufFile.open(one)) {
      float[] values = file.tensor("a").toFloats();
      for (int i = 0; i < values.length; i++) {
        assertThat(values[i]).isBetween(i % 1009 - 502.3f, i % 1009 - 497.7f);
      }
    }
  }

  @Test
  void numbersThatAFormatCannotHoldAreRefusedAndLeaveNoFile() throws IOException {
    Path path = folder.resolve("bad.gguf");
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, -70_000}) {
      GgufWriter writer =
          new GgufWriter()
              .add("layer", BlockFormat.Q8_0, new long[] {2, 32}, (from, to, n) -> to[40] = bad);
      assertThatThrownBy(() -> writer.write(path))
          .isInstanceOf(InputException.class)
          .hasMessage(
              "tensor \"layer\" holds %s at 40, expected numbers of at most 65504.0 for Q8_0"
                  .formatted(bad));
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void whatCannotBeStoredIsRefused() {
    GgufWriter writer = new GgufWriter();
    MemorySegment none = MemorySegment.ofArray(new byte[0]);
    assertThatThrownBy(() -> writer.add("a", BlockFormat.Q8_0, new long[] {33}, none))
        .hasMessageContaining("expected up to 4 sizes from 1, the last a multiple of 32 for Q8_0");
    assertThatThrownBy(() -> writer.add("a", BlockFormat.F32, new long[] {1, 1, 1, 1, 1}, none))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> writer.add("a", BlockFormat.F32, new long[] {0}, none))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> writer.add("a", BlockFormat.F32, new long[] {1}, none))
        .hasMessage("tensor \"a\" has 0 bytes, expected 4 for F32[1]");
    writer.add("a", BlockFormat.F32, new long[] {1}, (from, to, n) -> {});
    assertThatThrownBy(() -> writer.add("a", BlockFormat.F32, new long[] {1}, (from, to, n) -> {}))
        .hasMessageContaining("a second tensor is named \"a\"");
    assertThatThrownBy(() -> writer.set("a", 1L << 32)).hasMessageContaining("0 to 2^32 - 1");
  }

  /** Sparse: nothing of it is on the disk but its beginning and its end. */
  @Test
  void filesBeyondTwoGigabytesAreMapped() throws IOException {
    Path path = folder.resolve("large.gguf");
    long rows = 9L << 20;
    byte[] head =
        RawGguf.of(3, 2, 0)
            .tensor("large", 0, 0, 64, rows)
            .tensor("last", 0, 64 * rows * 4, 2)
            .data(0)
            .bytes();
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.write(head);
      file.setLength(head.length + 64 * rows * 4 + 8);
      file.seek(head.length + 64 * rows * 4 + 4);
      file.write(new byte[] {0, 0, (byte) 0x80, 0x3f});
    }
    assertThat(Files.size(path)).isGreaterThan(2L << 30);
    try (GgufFile file = GgufFile.open(path)) {
      assertThat(file.tensor("last").toFloats()).containsExactly(0, 1);
      assertThat(file.tensor("large").size()).isEqualTo(64 * rows);
      float[] end = new float[64];
      file.tensor("large").matrix().row((int) rows - 1, end, 0);
      assertThat(end).containsOnly(0f);
    } finally {
      Files.delete(path);
    }
  }

  @Test
  void otherThingsThanFilesAreNamed() throws IOException {
    assertThatThrownBy(() -> GgufFile.open(folder))
        .hasMessage(folder + ": is a folder, expected a GGUF file");
    assertThatThrownBy(() -> GgufFile.open(folder.resolve("none")))
        .isInstanceOf(NoSuchFileException.class);
    Path empty = Files.createFile(folder.resolve("empty"));
    assertThatThrownBy(() -> GgufFile.open(empty)).hasMessageContaining("does not begin with");
    assertThat(GgufFile.isGguf(empty)).isFalse();
    assertThat(GgufFile.isGguf(folder)).isFalse();
    assertThat(GgufFile.isGguf(Files.write(empty, RawGguf.of(3, 0, 0).bytes()))).isTrue();
  }
}
