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
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsFuzzTest {
  private final String[] header;
  private final byte[] data;

  SafetensorsFuzzTest() throws Exception {
    byte[] golden = Files.readAllBytes(SafetensorsFileTest.golden());
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
}
