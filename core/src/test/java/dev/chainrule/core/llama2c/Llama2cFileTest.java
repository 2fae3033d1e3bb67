package dev.chainrule.core.llama2c;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.chainrule.base.InputException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Llama2cFileTest {
  /** Width 4, hidden 3, 2 layers, 2 heads, 1 of keys and values, 5 tokens, context 6. */
  static final int[] SIZES = {4, 3, 2, 2, 1, 5, 6};

  @TempDir Path folder;

  /** Number n of all is n. */
  static byte[] file(int version, boolean shared) {
    int layer = 4 + 16 + 8 + 8 + 16 + 4 + 12 + 12 + 12;
    int count = 20 + 2 * layer + 4 + (version == 0 ? 12 : 0) + (shared ? 0 : 20);
    int header = version == 0 ? 28 : 256;
    ByteBuffer file = ByteBuffer.allocate(header + 4 * count).order(ByteOrder.LITTLE_ENDIAN);
    if (version > 0) {
      file.putInt(0x616b3432).putInt(version);
    }
    for (int i = 0; i < SIZES.length; i++) {
      file.putInt(i == 5 && version == 0 && !shared ? -SIZES[i] : SIZES[i]);
    }
    if (version > 0) {
      file.put((byte) (shared ? 1 : 0)).position(header);
    }
    for (int i = 0; i < count; i++) {
      file.putFloat(i);
    }
    return file.array();
  }

  private Llama2cFile open(byte[] bytes) throws IOException {
    return Llama2cFile.open(Files.write(folder.resolve("model.bin"), bytes));
  }

  private static float first(Llama2cFile file, Llama2cPart part, int layer, int row) {
    float[] values = new float[file.get(part, layer).columns()];
    file.get(part, layer).row(row, values, 0);
    return values[0];
  }

  @Test
  void partsLieInTheOrderOfVersion0() throws IOException {
    try (Llama2cFile file = open(file(0, false))) {
      assertThat(file.shape()).isEqualTo(new Llama2cShape(4, 3, 2, 2, 1, 5, 6, false));
      assertThat(file.get(Llama2cPart.KEY, 0).rows()).isEqualTo(2);
      assertThat(file.get(Llama2cPart.DOWN, 0).columns()).isEqualTo(3);
      assertThat(first(file, Llama2cPart.EMBEDDING, 0, 4)).isEqualTo(16);
      assertThat(first(file, Llama2cPart.ATTENTION_NORM, 1, 0)).isEqualTo(24);
      assertThat(first(file, Llama2cPart.QUERY, 1, 2)).isEqualTo(28 + 16 + 8);
      assertThat(first(file, Llama2cPart.KEY, 1, 0)).isEqualTo(60 + 8);
      assertThat(first(file, Llama2cPart.VALUE, 0, 1)).isEqualTo(76 + 4);
      assertThat(first(file, Llama2cPart.OUTPUT, 0, 0)).isEqualTo(92);
      assertThat(first(file, Llama2cPart.MLP_NORM, 1, 0)).isEqualTo(124 + 4);
      assertThat(first(file, Llama2cPart.GATE, 1, 0)).isEqualTo(132 + 12);
      assertThat(first(file, Llama2cPart.DOWN, 1, 1)).isEqualTo(156 + 12 + 3);
      assertThat(first(file, Llama2cPart.UP, 0, 0)).isEqualTo(180);
      assertThat(first(file, Llama2cPart.NORM, 0, 0)).isEqualTo(204);
      assertThat(first(file, Llama2cPart.CLASSIFIER, 0, 0)).isEqualTo(208 + 12);
      assertThatThrownBy(() -> file.get(Llama2cPart.KEY, 2))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void partsLieInTheOrderOfVersion1() throws IOException {
    try (Llama2cFile file = open(file(1, true))) {
      assertThat(file.shape()).isEqualTo(new Llama2cShape(4, 3, 2, 2, 1, 5, 6, true));
      assertThat(first(file, Llama2cPart.ATTENTION_NORM, 1, 0)).isEqualTo(4);
      assertThat(first(file, Llama2cPart.MLP_NORM, 0, 0)).isEqualTo(8);
      assertThat(first(file, Llama2cPart.NORM, 0, 0)).isEqualTo(16);
      assertThat(first(file, Llama2cPart.EMBEDDING, 0, 0)).isEqualTo(20);
      assertThat(first(file, Llama2cPart.CLASSIFIER, 0, 0)).isEqualTo(20);
      assertThat(first(file, Llama2cPart.QUERY, 0, 0)).isEqualTo(40);
      assertThat(first(file, Llama2cPart.UP, 1, 2)).isEqualTo(184 + 12 + 8);
    }
    try (Llama2cFile file = open(file(1, false))) {
      assertThat(first(file, Llama2cPart.CLASSIFIER, 0, 0)).isEqualTo(208);
    }
  }

  @Test
  void filesOfAnotherSizeOrSortAreRefused() {
    byte[] good = file(0, true);
    assertRefused(java.util.Arrays.copyOf(good, good.length - 1), "fewer than the sizes");
    assertRefused(java.util.Arrays.copyOf(good, good.length + 4), "expected " + good.length);
    assertRefused(new byte[27], "has 27 bytes, expected at least the 28");
    assertRefused(new byte[28], "expected 1 or more of each");
    assertRefused(file(2, true), "of version 2");
    for (int i = 0; i < SIZES.length; i++) {
      for (int odd : new int[] {0, -7, 1 << 30, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
        byte[] changed = good.clone();
        ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putInt(4 * i, odd);
        assertRefused(changed, "expected");
      }
    }
  }

  private static void assertRefused(byte[] file, String found) {
    assertThatThrownBy(() -> Llama2cFile.parse("x.bin", MemorySegment.ofArray(file)))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("x.bin: ")
        .hasMessageContaining(found);
  }

  @Test
  void readsThePublishedModel() throws IOException {
    String data = System.getenv("CHAINRULE_DATA");
    assumeTrue(data != null, "CHAINRULE_DATA is not set");
    Path stories = Path.of(data, "models", "stories260K");
    try (Llama2cFile file = Llama2cFile.open(stories.resolve("stories260K.bin"))) {
      assertThat(file.shape()).isEqualTo(new Llama2cShape(64, 172, 5, 8, 4, 512, 512, true));
      assertThat(first(file, Llama2cPart.NORM, 0, 0)).isNotZero();
    }
  }
}
