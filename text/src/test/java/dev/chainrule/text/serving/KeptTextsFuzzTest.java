package dev.chainrule.text.serving;

import dev.chainrule.core.testkit.ReaderFuzz;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptTextsFuzzTest {
  private static final int STATE = 3;

  @TempDir Path folder;
  private final KeptTexts texts = new KeptTexts(new byte[32], STATE, 50);
  private byte[] good = {};

  @BeforeEach
  void write() throws IOException {
    Path file = folder.resolve("texts");
    texts.write(
        file,
        List.of(new int[] {1, 2, 3}, new int[] {49}),
        (text, position, state) -> state[0] = text + position);
    good = Files.readAllBytes(file);
  }

  private byte[] input(RandomGenerator random) {
    byte[] bytes = good.clone();
    int changes = random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    return random.nextInt(4) == 0 ? Arrays.copyOf(bytes, random.nextInt(2 * bytes.length)) : bytes;
  }

  @Test
  void keptTexts() {
    ReaderFuzz.run(
        "kept-texts",
        8,
        this::input,
        bytes ->
            texts.read(
                new ByteArrayInputStream(bytes),
                bytes.length,
                ReaderFuzz.ORIGIN,
                new KeptTexts.Taker() {
                  @Override
                  public void begin(int tokens) {}

                  @Override
                  public void token(int id, float[] state) {}
                }));
  }
}
