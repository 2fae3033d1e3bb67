package dev.chainrule.core.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The golden file was written by the reference implementation; see make.py beside it. */
class SafetensorsFileTest {
  @TempDir Path folder;

  static Path golden() throws Exception {
    return Path.of(
        SafetensorsFileTest.class.getResource("/safetensors/golden.safetensors").toURI());
  }

  @Test
  void readsWhatTheReferenceImplementationWrote() throws Exception {
    try (SafetensorsFile file = SafetensorsFile.open(golden())) {
      assertThat(file.metadata()).containsExactly(java.util.Map.entry("format", "chainrule"));
      assertThat(file.tensors()).hasSize(13);
      StoredTensor weight = file.tensor("weight.f32");
      assertThat(weight.hasShape(2, 3)).isTrue();
      assertThat(weight.toFloats())
          .containsExactly(
              1.5f, -2.25f, 3e-45f, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN);
      assertThat(file.tensor("half").toFloats())
          .containsExactly(1f, -0.5f, 0x1p-24f, 65504f, Float.POSITIVE_INFINITY);
      assertThat(file.tensor("brain").toFloats())
          .containsExactly(1f, -3.140625f, Float.intBitsToFloat(0x7E96 << 16));
      assertThat(file.tensor("byte").toLongs()).containsExactly(-128, 0, 127);
      assertThat(file.tensor("unsigned").toLongs()).containsExactly(0, 128, 255);
      assertThat(file.tensor("flag").toLongs()).containsExactly(1, 0, 1);
      assertThat(file.tensor("short").toLongs()).containsExactly(-32768, 32767);
      assertThat(file.tensor("int").toLongs())
          .containsExactly(Integer.MIN_VALUE, Integer.MAX_VALUE);
      assertThat(file.tensor("long").toLongs())
          .containsExactly(Long.MIN_VALUE, Long.MAX_VALUE, (1L << 53) + 1);
      assertThat(file.tensor("double").get(0)).isEqualTo(0.1);
      assertThat(file.tensor("double").get(1)).isEqualTo(-1e300);
      assertThat(file.tensor("scalar").shape()).isEmpty();
      assertThat(file.tensor("scalar").toFloats()).containsExactly(42f);
      assertThat(file.tensor("empty").toFloats()).isEmpty();
      assertThat(file.tensor("naïve \"name\"").toLongs()).containsExactly(7);
    }
  }

  @Test
  void writesTheVeryBytesOfTheReferenceImplementation() throws Exception {
    Path copy = folder.resolve("copy.safetensors");
    try (SafetensorsFile file = SafetensorsFile.open(golden())) {
      SafetensorsWriter writer = new SafetensorsWriter();
      file.metadata().forEach(writer::metadata);
      for (StoredTensor tensor : file.tensors().reversed()) {
        writer.add(tensor.name(), tensor.type(), tensor.shape(), tensor.data());
      }
      writer.write(copy);
    }
    assertThat(copy).hasSameBinaryContentAs(golden());
    assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
  }

  @Test
  void tensorsComeBackAsTheyWere() throws IOException {
    Tensor floats = Tensor.of(new float[] {1, 2, 3, 4, 5, -0.0f}, 3, 2);
    Tensor ints = Tensor.of(new int[] {7, Integer.MIN_VALUE}, 2);
    Tensor doubles = Tensor.zeros(DType.FLOAT64, 1, 1);
    doubles.set(0, Math.PI);
    Path path = folder.resolve("a.safetensors");
    new SafetensorsWriter().add("f", floats).add("i", ints).add("d", doubles).write(path);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      Tensor floatsBack = Tensor.zeros(DType.FLOAT32, 3, 2);
      file.tensor("f").copyTo(floatsBack);
      assertThat(floatsBack.toFloats()).containsExactly(floats.toFloats());
      Tensor intsBack = Tensor.zeros(DType.INT32, 2);
      file.tensor("i").copyTo(intsBack);
      assertThat(intsBack.toInts()).containsExactly(ints.toInts());
      Tensor single = Tensor.zeros(DType.FLOAT32, 1, 1);
      file.tensor("d").copyTo(single);
      assertThat(single.get(0)).isEqualTo((float) Math.PI);
    }
  }

  @Test
  void copyingIntoAnotherShapeOrKindIsRefused() throws Exception {
    try (SafetensorsFile file = SafetensorsFile.open(golden())) {
      assertThatThrownBy(() -> file.tensor("weight.f32").copyTo(Tensor.zeros(DType.FLOAT32, 3, 2)))
          .isInstanceOf(InputException.class)
          .hasMessageEndingWith("tensor \"weight.f32\" has shape [2, 3], expected [3, 2]");
      assertThatThrownBy(() -> file.tensor("half").copyTo(Tensor.zeros(DType.INT32, 5)))
          .hasMessageEndingWith("tensor \"half\" is of type F16, expected integers");
      assertThatThrownBy(() -> file.tensor("long").copyTo(Tensor.zeros(DType.INT32, 3)))
          .hasMessageContaining("holds -9223372036854775808 at 0");
      assertThatThrownBy(() -> file.tensor("half").toLongs())
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> file.tensor("nothing"))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("has no tensor \"nothing\" among its 13");
    }
  }

  @Test
  void anEmptyFileOfTensorsIsValid() throws IOException {
    Path path = folder.resolve("none.safetensors");
    new SafetensorsWriter().write(path);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.tensors()).isEmpty();
    }
  }

  @Test
  void aMissingFileIsAnInputOutputError() {
    assertThatThrownBy(() -> SafetensorsFile.open(folder.resolve("x")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void writerRefusesWrongSizesAndNames() {
    SafetensorsWriter writer = new SafetensorsWriter().add("a", Tensor.of(new int[1], 1));
    assertThatThrownBy(() -> writer.add("a", Tensor.of(new int[1], 1)))
        .hasMessageContaining("second tensor");
    assertThatThrownBy(() -> writer.add("__metadata__", Tensor.of(new int[1], 1)))
        .hasMessageContaining("reserved");
    Tensor four = Tensor.of(new float[4], 4);
    assertThatThrownBy(() -> writer.add("b", StorageType.F32, new long[] {3}, four.segment()))
        .hasMessageContaining("16 bytes, expected 12");
    assertThatThrownBy(() -> writer.add("b", StorageType.F32, new long[] {-2, -2}, four.segment()))
        .hasMessageContaining("negative");
  }

  @Test
  void aFileCutOffAtAnyByteIsRefused() throws Exception {
    byte[] whole = Files.readAllBytes(golden());
    Path path = folder.resolve("cut.safetensors");
    for (int length = 0; length < whole.length; length++) {
      Files.write(path, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> SafetensorsFile.open(path))
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith(path.toString());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // header | bytes of data | what the message says
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}|12|12 bytes of data",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}|7|ends at byte 8",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}|8|expected 12 for F32[3]",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}|8|data_offsets [8, 0]",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4,8]}}|8|[begin, end]",
        "{\"a\":{\"dtype\":\"I8\",\"shape\":[4],\"data_offsets\":[4,8]}}|8|leaves a hole",
        "{\"a\":{\"dtype\":\"I8\",\"shape\":[4],\"data_offsets\":[0,4]},"
            + "\"b\":{\"dtype\":\"I8\",\"shape\":[4],\"data_offsets\":[2,6]}}|6|overlaps another",
        "{\"a\":{\"dtype\":\"I8\",\"shape\":[4],\"data_offsets\":[0,4]},"
            + "\"a\":{\"dtype\":\"I8\",\"shape\":[4],\"data_offsets\":[4,8]}}|8|\"a\" twice",
        "{\"a\":{\"dtype\":\"I8\",\"shape\":[-4],\"data_offsets\":[0,4]}}|4|\"-4\" in its shape",
        "{\"a\":{\"dtype\":\"I8\",\"shape\":[4.0],\"data_offsets\":[0,4]}}|4|\"4.0\" in its shape",
        "{\"a\":{\"dtype\":\"I8\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}|0"
            + "|less than 2^63 bytes",
        "{\"a\":{\"dtype\":\"I8\",\"shape\":[99999999999999999999],\"data_offsets\":[0,0]}}|0"
            + "|\"99999999999999999999\" in its shape",
        "{\"a\":{\"dtype\":\"F8\",\"shape\":[4],\"data_offsets\":[0,4]}}|4|dtype \"F8\"",
        "{\"a\":{\"dtype\":\"I8\",\"shape\":[4]}}|4|lacks a key",
        "{\"a\":{\"dtype\":\"I8\",\"dtype\":\"I8\",\"shape\":[4],\"data_offsets\":[0,4]}}|4|twice",
        "{\"a\":{\"dtype\":\"I8\",\"shape\":[4],\"data_offsets\":[0,4],\"x\":1}}|4|key \"x\"",
        "{\"a\":[]}|0|given as START_ARRAY",
        "{\"__metadata__\":{\"a\":1}}|0|strings only",
        "{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}|0|the key \"a\" twice",
        "[]|0|starts with \"[\"",
        "{|0|no valid JSON",
        "{} {}|0|goes on after",
        "{\"a\":NaN}|0|no valid JSON",
      })
  void aBrokenHeaderIsNamed(String header, int dataBytes, String message) throws IOException {
    byte[] bytes = header.getBytes(StandardCharsets.UTF_8);
    Path path = write(bytes.length, bytes, dataBytes);
    assertThatThrownBy(() -> SafetensorsFile.open(path))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(path + ": ")
        .hasMessageContaining(message);
  }

  @Test
  void aHeaderThatIsTooLongOrNoTextIsNamed() throws IOException {
    assertThatThrownBy(() -> SafetensorsFile.open(write(100_000_001, new byte[2], 0)))
        .hasMessageContaining("100000001 bytes, expected at most 100000000");
    assertThatThrownBy(() -> SafetensorsFile.open(write(-1, new byte[2], 0)))
        .hasMessageContaining("18446744073709551615 bytes, expected at most");
    assertThatThrownBy(() -> SafetensorsFile.open(write(99_999_999, new byte[2], 0)))
        .hasMessageContaining("but only 2 follow");
    assertThatThrownBy(() -> SafetensorsFile.open(write(0, new byte[0], 0)))
        .hasMessageContaining("starts with nothing");
    byte[] latin = {'{', '"', (byte) 0xE9, '"', '}'};
    assertThatThrownBy(() -> SafetensorsFile.open(write(5, latin, 0)))
        .hasMessageContaining("not UTF-8");
  }

  private Path write(long headerLength, byte[] header, int dataBytes) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + header.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(headerLength).put(header);
    return Files.write(folder.resolve("broken.safetensors"), bytes.array());
  }

  @Test
  void floatsAreRoundedToHalfTheBytes() throws IOException {
    float[] values = new float[40_001];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i) * 300;
    }
    Path file = folder.resolve("rounded.safetensors");
    new SafetensorsWriter()
        .addRounded("half", Tensor.of(values, values.length), StorageType.F16)
        .addRounded("brain", Tensor.of(values, values.length, 1), StorageType.BF16)
        .write(file);
    try (SafetensorsFile read = SafetensorsFile.open(file)) {
      assertThat(read.tensor("half").type()).isEqualTo(StorageType.F16);
      assertThat(read.tensor("brain").shape()).containsExactly(values.length, 1);
      float[] halves = read.tensor("half").toFloats();
      float[] brains = read.tensor("brain").toFloats();
      for (int i = 0; i < values.length; i++) {
        assertThat(halves[i]).isEqualTo(Float.float16ToFloat(Float.floatToFloat16(values[i])));
        assertThat(brains[i])
            .isBetween(
                values[i] - Math.abs(values[i]) / 256, values[i] + Math.abs(values[i]) / 256);
      }
    }
    Tensor integers = Tensor.of(new int[] {1}, 1);
    assertThatThrownBy(() -> new SafetensorsWriter().addRounded("a", integers, StorageType.F16))
        .hasMessage("tensor \"a\" is of type INT32, expected FLOAT32");
    assertThatThrownBy(
            () ->
                new SafetensorsWriter()
                    .addRounded("a", Tensor.of(values, 1, 40_001), StorageType.I8))
        .hasMessage("tensor \"a\" rounded to I8, expected F16 or BF16");
  }
}
