package dev.chainrule.core.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.chainrule.base.InputException;
import dev.chainrule.base.random.CounterRandom;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is done to a file, it loads or is refused with a sentence, at little cost. */
class SafetensorsMutationTest {
  private static final long SEED = 20_260_101;
  private static final int MUTATIONS = 1_500;
  private static final long ALLOCATION_LIMIT = 2_000_000;
  private static final String[] SNIPPETS = {
    "-1", "0", "9223372036854775807", "18446744073709551616", "1e9", "[", "]", "{", "}", "\"",
    "null", "\\ud800", ",", ":", "\"F32\"", "\"shape\"", "[[[[[[[[", "\u0000", "4294967296", "é",
  };

  @Test
  void everyMutationLoadsOrIsRefused(@TempDir Path folder) throws Exception {
    byte[] golden = Files.readAllBytes(SafetensorsFileTest.golden());
    Path path = folder.resolve("mutated.safetensors");
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    loads(SafetensorsFileTest.golden(), -1); // Loads the classes, which is not counted below.
    loads(Files.writeString(path, "broken"), -1);
    int loaded = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      RandomGenerator random = CounterRandom.of(SEED, i);
      byte[] bytes = golden;
      for (int n = random.nextInt(3); n >= 0; n--) {
        bytes = mutate(bytes, random);
      }
      Files.write(path, bytes);
      long before = threads.getCurrentThreadAllocatedBytes();
      if (loads(path, i)) {
        loaded++;
      }
      assertThat(threads.getCurrentThreadAllocatedBytes() - before)
          .as("bytes allocated for mutation %d of seed %d", i, SEED)
          .isLessThan(ALLOCATION_LIMIT);
    }
    assertThat(loaded).isBetween(MUTATIONS / 100, MUTATIONS / 2);
  }

  private static boolean loads(Path path, int mutation) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      for (StoredTensor tensor : file.tensors()) {
        assertThat(tensor.toFloats()).hasSize((int) tensor.size());
      }
      return true;
    } catch (InputException e) {
      assertThat(e.getMessage()).startsWith(path + ": ").doesNotContain("\n");
      return false;
    } catch (RuntimeException | Error e) {
      throw new AssertionError("mutation %d of seed %d".formatted(mutation, SEED), e);
    }
  }

  private static byte[] mutate(byte[] bytes, RandomGenerator random) {
    if (bytes.length == 0) {
      return bytes;
    }
    int at = random.nextInt(bytes.length);
    byte[] changed = bytes.clone();
    switch (random.nextInt(6)) {
      case 0 -> changed[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> changed[at] = (byte) random.nextInt(256);
      case 2 -> changed[Math.min(at, random.nextInt(8))] = (byte) random.nextInt(256);
      case 3 -> changed = Arrays.copyOf(bytes, at);
      case 4 -> changed = splice(bytes, at, snippet(random), 0);
      default -> changed = splice(bytes, at, snippet(random), random.nextInt(20));
    }
    return changed;
  }

  private static byte[] snippet(RandomGenerator random) {
    return SNIPPETS[random.nextInt(SNIPPETS.length)].getBytes(StandardCharsets.UTF_8);
  }

  /** Replaces some bytes and corrects the length of the header, so that the JSON is reached. */
  private static byte[] splice(byte[] bytes, int at, byte[] snippet, int removed) {
    int end = Math.min(bytes.length, at + removed);
    byte[] changed = new byte[bytes.length - (end - at) + snippet.length];
    System.arraycopy(bytes, 0, changed, 0, at);
    System.arraycopy(snippet, 0, changed, at, snippet.length);
    System.arraycopy(bytes, end, changed, at + snippet.length, bytes.length - end);
    if (at >= 8 && changed.length >= 10) {
      int header = (bytes[0] & 0xFF | (bytes[1] & 0xFF) << 8) + snippet.length - (end - at);
      changed[0] = (byte) header;
      changed[1] = (byte) (header >> 8);
    }
    return changed;
  }
}
