package dev.chainrule.core.safetensors;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.core.testkit.Mutations;
import dev.chainrule.core.testkit.ReaderFuzz;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsFuzzTest {
  private final String[] header;
  private final byte[] data;
  private final byte[] golden;

  SafetensorsFuzzTest() throws Exception {
    golden = Files.readAllBytes(SafetensorsFileTest.golden());
    int length = (int) ByteBuffer.wrap(golden).order(ByteOrder.LITTLE_ENDIAN).getLong();
    header = Mutations.tokens(new String(golden, 8, length, StandardCharsets.UTF_8));
    data = Arrays.copyOfRange(golden, 8 + length, golden.length);
  }

  private byte[] file(RandomGenerator random) {
    byte[] text = Mutations.text(header, random);
    ByteBuffer file =
        ByteBuffer.allocate(Long.BYTES + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(text.length).put(text).put(data);
    return random.nextBoolean() ? Mutations.bytes(file.array(), random) : file.array();
  }

  /** The parser refuses both by its limits, without a place. */
  @Test
  void numbersAndNestingBeyondTheLimitsAreRefused() {
    for (String value : new String[] {"[" + "1".repeat(1001) + "]", "[".repeat(1000)}) {
      byte[] text = ("{\"a\":{\"shape\":" + value).getBytes(StandardCharsets.UTF_8);
      assertThatThrownBy(() -> SafetensorsHeader.parse("a.safetensors", text, 0))
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith("a.safetensors: ");
    }
  }

  /** Lists of numbers take 8 bytes for two characters, and objects for each tensor. */
  @Test
  void headers() {
    ReaderFuzz.run(
        "safetensors-header",
        60,
        random -> Mutations.text(header, random),
        bytes -> SafetensorsHeader.parse(ReaderFuzz.ORIGIN, bytes, data.length));
  }

  @Test
  void files(@TempDir Path folder) {
    // Relative, so that messages begin with the origin.
    Path file = Path.of(ReaderFuzz.ORIGIN + "-" + folder.getFileName() + ".safetensors");
    try {
      ReaderFuzz.runSlow(
          "safetensors-file",
          60,
          this::file,
          bytes -> {
            Files.write(file, bytes);
            try (SafetensorsFile opened = SafetensorsFile.open(file)) {
              for (StoredTensor tensor : opened.tensors()) {
                tensor.toFloats();
              }
            }
          });
    } finally {
      file.toFile().delete();
    }
  }

  @Test
  void indexes() {
    String[] tokens =
        Mutations.tokens(
            """
            {"metadata": {"total_size": 8}, "weight_map": {
              "a": "model-00001-of-00002.safetensors",
              "b": "model-00002-of-00002.safetensors", "c": "model-00002-of-00002.safetensors"}}
            """);
    ReaderFuzz.run(
        "safetensors-index",
        60,
        random -> Mutations.text(tokens, random),
        bytes ->
            SafetensorsIndex.parse(ReaderFuzz.ORIGIN, new String(bytes, StandardCharsets.UTF_8)));
  }

  /** Each of the names in an index is there, in one of two files, or nowhere. */
  @Test
  void folders(@TempDir Path temporary) throws Exception {
    // Relative, so that messages begin with the origin.
    Path folder = Path.of(ReaderFuzz.ORIGIN + "-" + temporary.getFileName());
    Files.createDirectories(folder);
    Path first = folder.resolve("first.safetensors");
    Path second = folder.resolve("second.safetensors");
    Path index = folder.resolve(SafetensorsFolder.INDEX);
    RandomGenerator indexes = new Random(1);
    String[] names =
        Mutations.tokens(
            "{\"weight_map\":{\"weight.f32\":\"first.safetensors\",\"half\":\"second.safetensors\","
                + "\"int\":\"first.safetensors\"}}");
    try {
      ReaderFuzz.runSlow(
          "safetensors-folder",
          60,
          random -> random.nextInt(3) == 0 ? file(random) : golden,
          bytes -> {
            Files.write(first, bytes);
            Files.write(second, bytes);
            Files.write(index, Mutations.text(names, indexes));
            try (SafetensorsFolder opened = SafetensorsFolder.open(folder)) {
              opened.tensors().forEach(StoredTensor::toFloats);
            }
          });
    } finally {
      for (Path file : new Path[] {first, second, index, folder}) {
        Files.deleteIfExists(file);
      }
    }
  }
}
