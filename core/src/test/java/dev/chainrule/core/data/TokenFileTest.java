package dev.chainrule.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TokenFileTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(TokenFile.Width.class)
  void idsComeBackAsTheyWere(TokenFile.Width width) throws IOException {
    int[] ids = IntStream.range(0, 70_001).map(i -> i * 31 % 65_536).toArray();
    ids[70_000] = width.maxId();
    Path path = folder.resolve("tokens.bin");
    TokenFile.write(path, width, TokenSequence.of(ids));
    assertThat(Files.size(path)).isEqualTo(70_001L * width.bytes());
    try (TokenFile file = TokenFile.open(path, width)) {
      assertThat(file.length()).isEqualTo(70_001);
      assertThat(file.toArray(0, 70_001)).containsExactly(ids);
      assertThat(file.maxId()).isEqualTo(width.maxId());
      Tensor target = Tensor.zeros(DType.INT32, 2, 3);
      file.range(69_000, 70_001).copyTo(998, 3, target, 3);
      assertThat(target.toInts()).containsExactly(0, 0, 0, ids[69_998], ids[69_999], ids[70_000]);
    }
  }

  @Test
  void sixteenBitIdsAreLittleEndianAndUnsigned() throws IOException {
    Path path = Files.write(folder.resolve("t.bin"), new byte[] {1, 0, 0x57, (byte) 0xC4});
    try (TokenFile file = TokenFile.open(path, TokenFile.Width.UINT16)) {
      assertThat(file.toArray(0, 2)).containsExactly(1, 50_263);
    }
  }

  @Test
  void wrongFilesAndIdsAreNamed() throws IOException {
    Path path = Files.createFile(folder.resolve("t.bin"));
    assertThatThrownBy(() -> TokenFile.open(path, TokenFile.Width.UINT16))
        .isInstanceOf(InputException.class)
        .hasMessage(path + ": is empty, expected token ids");
    Files.write(path, new byte[6]);
    assertThatThrownBy(() -> TokenFile.open(path, TokenFile.Width.INT32))
        .isInstanceOf(InputException.class)
        .hasMessage(path + ": has 6 bytes, expected a multiple of 4 for INT32 ids");
    TokenSequence big = TokenSequence.of(1, 65_536);
    assertThatThrownBy(() -> TokenFile.write(path, TokenFile.Width.UINT16, big))
        .isInstanceOf(InputException.class)
        .hasMessage(path + ": token 1 has id 65536, expected 0 to 65535 for UINT16");
    assertThat(path).hasSize(6);
  }

  @Test
  void whatIsNoIdIsNamedWhereItIsRead() throws IOException {
    Path path = Files.write(folder.resolve("t.bin"), new byte[] {7, 0, 0, 0, -2, -1, -1, -1});
    Tensor target = Tensor.zeros(DType.INT32, 2);
    try (TokenFile file = TokenFile.open(path, TokenFile.Width.INT32)) {
      String message = path + ": token 1 has id -2, expected 0 to 2147483647 for INT32";
      assertThat(file.get(0)).isEqualTo(7);
      assertThatThrownBy(() -> file.get(1)).isInstanceOf(InputException.class).hasMessage(message);
      assertThatThrownBy(file::maxId).hasMessage(message);
      assertThatThrownBy(() -> file.copyTo(0, 2, target, 0)).hasMessage(message);
    }
  }

  @Test
  void nothingIsReadBeyondARange() {
    TokenSequence range = TokenSequence.of(1, 2, 3, 4, 5).range(1, 4);
    assertThat(range.length()).isEqualTo(3);
    assertThat(range.toArray(0, 3)).containsExactly(2, 3, 4);
    assertThat(range.range(1, 2).get(0)).isEqualTo(3);
    Tensor target = Tensor.zeros(DType.INT32, 4);
    assertThatThrownBy(() -> range.get(3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> range.copyTo(1, 3, target, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> range.range(2, 4)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> TokenSequence.of(1, 2).copyTo(0, 2, target, 3))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
