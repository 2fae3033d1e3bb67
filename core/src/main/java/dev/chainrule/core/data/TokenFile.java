package dev.chainrule.core.data;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.AtomicFile;
import dev.chainrule.core.array.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/**
 * A file of token ids without a header, mapped into memory: little-endian, 16 bits unsigned each,
 * as nanoGPT's data preparation writes them, or 32 bits signed.
 */
public final class TokenFile implements TokenSequence, AutoCloseable {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int CHUNK_TOKENS = 1 << 16;

  /** How many bytes an id takes. */
  public enum Width {
    /** Ids from 0 to 65,535. */
    UINT16(Short.BYTES, 0xFFFF),
    /** Ids from 0 to 2^31 - 1. */
    INT32(Integer.BYTES, Integer.MAX_VALUE);

    private final int bytes;
    private final int maxId;

    Width(int bytes, int maxId) {
      this.bytes = bytes;
      this.maxId = maxId;
    }

    /** Size of an id in bytes. */
    public int bytes() {
      return bytes;
    }

    /** The largest id. */
    public int maxId() {
      return maxId;
    }
  }

  private final Path path;
  private final Width width;
  private final Arena arena;
  private final MemorySegment data;
  private final long length;

  private TokenFile(Path path, Width width, Arena arena, MemorySegment data) {
    this.path = path;
    this.width = width;
    this.arena = arena;
    this.data = data;
    this.length = data.byteSize() / width.bytes;
  }

  /**
   * Opens a file.
   *
   * @throws InputException if it is empty or does not hold a whole number of ids; reading an id
   *     throws one if it is negative
   * @throws IOException if it is missing or unreadable
   */
  public static TokenFile open(Path path, Width width) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long bytes = channel.size();
      if (bytes == 0) {
        throw new InputException(path + ": is empty, expected token ids");
      }
      if (bytes % width.bytes != 0) {
        throw new InputException(
            "%s: has %d bytes, expected a multiple of %d for %s ids"
                .formatted(path, bytes, width.bytes, width));
      }
      Arena arena = Arena.ofShared();
      try {
        return new TokenFile(path, width, arena, channel.map(MapMode.READ_ONLY, 0, bytes, arena));
      } catch (IOException | RuntimeException e) {
        arena.close();
        throw e;
      }
    }
  }

  /**
   * Creates or replaces a file, in one step.
   *
   * @throws InputException if an id does not fit
   */
  public static void write(Path path, Width width, TokenSequence tokens) throws IOException {
    AtomicFile.write(
        path,
        channel -> {
          ByteBuffer chunk =
              ByteBuffer.allocateDirect(CHUNK_TOKENS * width.bytes).order(ByteOrder.LITTLE_ENDIAN);
          for (long i = 0; i < tokens.length(); i++) {
            int id = tokens.get(i);
            if (id < 0 || id > width.maxId) {
              throw new InputException(
                  "%s: token %d has id %d, expected 0 to %d for %s"
                      .formatted(path, i, id, width.maxId, width));
            }
            if (width == Width.UINT16) {
              chunk.putShort((short) id);
            } else {
              chunk.putInt(id);
            }
            if (!chunk.hasRemaining()) {
              drain(chunk, channel);
            }
          }
          drain(chunk, channel);
        });
  }

  private static void drain(ByteBuffer chunk, FileChannel channel) throws IOException {
    chunk.flip();
    while (chunk.hasRemaining()) {
      channel.write(chunk);
    }
    chunk.clear();
  }

  /** The file. */
  public Path path() {
    return path;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public int get(long i) {
    return width == Width.UINT16
        ? Short.toUnsignedInt(data.getAtIndex(SHORT, i))
        : known(i, data.getAtIndex(INT, i));
  }

  /** Refuses what is no id: the file is of another width, or of another order of bytes. */
  private int known(long i, int id) {
    if (id < 0) {
      throw new InputException(
          "%s: token %d has id %d, expected 0 to %d for %s"
              .formatted(path, i, id, width.maxId, width));
    }
    return id;
  }

  @Override
  public void copyTo(long from, int count, Tensor target, long at) {
    Objects.checkFromIndexSize(from, count, length);
    MemorySegment ids = target.segment();
    for (int i = 0; i < count; i++) {
      ids.setAtIndex(ValueLayout.JAVA_INT, at + i, get(from + i));
    }
  }

  /** Unmaps the file; it cannot be read any more. */
  @Override
  public void close() {
    arena.close();
  }
}
