package dev.chainrule.base.tensorboard;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;

/**
 * A file of events that grows while work goes on and that TensorBoard may read meanwhile. It is
 * opened for each write and closed after it, so that its folder may be renamed between two.
 *
 * <p>A record is its length (8 bytes, little endian), the masked CRC-32C of these, the event, and
 * the masked CRC-32C of that. An event is a message Event of TensorFlow.
 */
public final class EventFile {
  /** What names of such files begin with; TensorBoard looks for it. */
  public static final String PREFIX = "events.out.tfevents.";

  private static final AtomicInteger COUNTER = new AtomicInteger();
  private static final int ROTATION = 15;
  private static final int MASK = 0xa282ead8;
  private static final int STARTED = 1;

  private final Path path;
  private boolean begun;

  private EventFile(Path path) {
    this.path = path;
  }

  /** A file in a folder, of a name that none there has; it and its folder are created at need. */
  public static EventFile in(Path folder) {
    return new EventFile(
        folder.resolve(
            "%s%d.%d.%d.chainrule"
                .formatted(
                    PREFIX,
                    Instant.now().getEpochSecond(),
                    ProcessHandle.current().pid(),
                    COUNTER.incrementAndGet())));
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /** Says that work begins anew at a step: what earlier files of the folder say of it is void. */
  public void restartAt(long step) throws IOException {
    append(event(step).message(7, new ProtoMessage().integer(1, STARTED)));
  }

  /** Adds what there is to show of a step. */
  public void add(long step, EventSummary summary) throws IOException {
    append(event(step).message(5, summary.message()));
  }

  private static ProtoMessage event(long step) {
    return new ProtoMessage().real(1, System.currentTimeMillis() / 1e3).integer(2, step);
  }

  private void append(ProtoMessage event) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    if (!begun) {
      Path folder = path.getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      bytes.writeBytes(
          record(
              new ProtoMessage()
                  .real(1, System.currentTimeMillis() / 1e3)
                  .string(3, "brain.Event:2")
                  .bytes()));
    }
    bytes.writeBytes(record(event.bytes()));
    Files.write(path, bytes.toByteArray(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    begun = true;
  }

  private static byte[] record(byte[] data) {
    ByteBuffer record =
        ByteBuffer.allocate(Long.BYTES + Integer.BYTES + data.length + Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(data.length);
    record.putInt(masked(record.array(), Long.BYTES));
    record.put(data);
    record.putInt(masked(data, data.length));
    return record.array();
  }

  /** As it is kept beside data: the checksum of what holds its own checksum tells nothing. */
  private static int masked(byte[] bytes, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, 0, length);
    return Integer.rotateRight((int) checksum.getValue(), ROTATION) + MASK;
  }
}
