package dev.chainrule.base.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFileTest {
  @TempDir Path folder;

  /** The events of a file; fails where a checksum is not that of what it stands behind. */
  static List<byte[]> records(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<byte[]> records = new ArrayList<>();
    while (bytes.hasRemaining()) {
      byte[] length = new byte[Long.BYTES];
      bytes.get(length);
      assertThat(bytes.getInt()).isEqualTo(masked(length));
      byte[] data =
          new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
      bytes.get(data);
      assertThat(bytes.getInt()).isEqualTo(masked(data));
      records.add(data);
    }
    return records;
  }

  private static int masked(byte[] data) {
    CRC32C checksum = new CRC32C();
    checksum.update(data);
    long crc = checksum.getValue();
    return (int) (((crc >>> 15 | crc << 17) + 0xa282ead8L) & 0xffffffffL);
  }

  @Test
  void recordsAreFramedWithTheirChecksums() throws IOException {
    EventFile file = EventFile.in(folder.resolve("new"));
    file.add(300, new EventSummary().scalar("loss", 0.5));
    file.add(-1, new EventSummary().text("note", "é"));
    List<byte[]> records = records(file.path());
    assertThat(records).hasSize(3);
    assertThat(new String(records.getFirst(), StandardCharsets.ISO_8859_1))
        .contains("brain.Event:2");
    ByteBuffer event = ByteBuffer.wrap(records.get(1)).order(ByteOrder.LITTLE_ENDIAN);
    // Field 1, a double: seconds since 1970.
    assertThat(event.get()).isEqualTo((byte) 0x09);
    assertThat(event.getDouble()).isBetween(1.7e9, 1e10);
    byte[] rest = new byte[event.remaining()];
    event.get(rest);
    assertThat(rest)
        .containsExactly(
            0x10, 0xac, 0x02, // step 300
            0x2a, 0x0d, // summary
            0x0a, 0x0b, // value
            0x0a, 0x04, 'l', 'o', 's', 's', // tag
            0x15, 0x00, 0x00, 0x00, 0x3f); // 0.5
    // A negative number takes ten bytes.
    assertThat(records.get(2)[10]).isEqualTo((byte) 0xff);
    assertThat(records.get(2)[19]).isEqualTo((byte) 0x01);
  }

  @Test
  void twoFilesOfOneFolderHaveTwoNames() {
    assertThat(EventFile.in(folder).path()).isNotEqualTo(EventFile.in(folder).path());
  }

  @Test
  void aHistogramCountsEveryValueOnce() {
    double[] values = {-1, 0, 0.5, 0.5, 2};
    assertThat(Histogram.of(values.length, i -> values[(int) i]).count()).isEqualTo(5);
    assertThat(Histogram.of(3, i -> 7.0).count()).isEqualTo(3);
    assertThat(Histogram.of(10_000_000_000L, i -> i).count()).isBetween(32_768L, 65_536L);
    assertThatThrownBy(() -> Histogram.of(0, i -> 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 values");
  }
}
