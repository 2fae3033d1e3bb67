package dev.chainrule.core.safetensors;

import dev.chainrule.base.InputException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A safetensors file, mapped into memory: eight bytes with the length of the header, a JSON header,
 * and the elements of all tensors without gaps. Every rule of the format is checked when the file
 * is opened; nothing is read from the disk before a tensor is used.
 *
 * <p>While it is open the file must not be shortened by others; a file that was replaced by
 * renaming stays readable.
 */
public final class SafetensorsFile implements AutoCloseable {
  /** Size of the longest header that the reference implementation accepts, in bytes. */
  public static final int MAX_HEADER_BYTES = 100_000_000;

  private final Path path;
  private final Arena arena;
  private final Map<String, String> metadata;
  private final Map<String, StoredTensor> tensors;

  private SafetensorsFile(
      Path path, Arena arena, Map<String, String> metadata, Map<String, StoredTensor> tensors) {
    this.path = path;
    this.arena = arena;
    this.metadata = metadata;
    this.tensors = tensors;
  }

  /**
   * Opens a file.
   *
   * @throws InputException if the content breaks a rule of the format; the sentence names the file,
   *     the tensor, what was found and what was expected
   * @throws IOException if the file is missing or unreadable
   */
  public static SafetensorsFile open(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      throw new InputException(path + ": is a folder, expected a file");
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long fileBytes = channel.size();
      byte[] header = readHeader(path, channel, fileBytes);
      long begin = (long) Long.BYTES + header.length;
      SafetensorsHeader parsed =
          SafetensorsHeader.parse(path.toString(), header, fileBytes - begin);
      Arena arena = Arena.ofShared();
      try {
        MemorySegment data = channel.map(MapMode.READ_ONLY, begin, fileBytes - begin, arena);
        return new SafetensorsFile(
            path, arena, parsed.metadata(), views(path, parsed.entries(), data));
      } catch (IOException | RuntimeException e) {
        arena.close();
        throw e;
      }
    }
  }

  /** The file. */
  public Path path() {
    return path;
  }

  /** The free strings under {@code __metadata__}, in the order of the file. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /** All tensors in the order of their data. */
  public List<StoredTensor> tensors() {
    return new ArrayList<>(tensors.values());
  }

  /** Whether there is a tensor of this name. */
  public boolean has(String name) {
    return tensors.containsKey(name);
  }

  /**
   * The tensor of this name.
   *
   * @throws InputException if there is none
   */
  public StoredTensor tensor(String name) {
    StoredTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new InputException(
          "%s: has no tensor \"%s\" among its %d, expected it"
              .formatted(path, name, tensors.size()));
    }
    return tensor;
  }

  /** Unmaps the file; its tensors cannot be used any more. */
  @Override
  public void close() {
    arena.close();
  }

  private static byte[] readHeader(Path path, FileChannel channel, long fileBytes)
      throws IOException {
    if (fileBytes < Long.BYTES) {
      throw new InputException(
          "%s: has %d bytes, expected at least the 8 bytes of the header length"
              .formatted(path, fileBytes));
    }
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    readFully(path, channel, length);
    long headerBytes = length.getLong(0);
    if (headerBytes < 0 || headerBytes > MAX_HEADER_BYTES) {
      throw new InputException(
          "%s: says that its header has %s bytes, expected at most %d"
              .formatted(path, Long.toUnsignedString(headerBytes), MAX_HEADER_BYTES));
    }
    if (headerBytes > fileBytes - Long.BYTES) {
      throw new InputException(
          "%s: says that its header has %d bytes, but only %d follow; it is cut off or of another"
                  .formatted(path, headerBytes, fileBytes - Long.BYTES)
              + " format");
    }
    ByteBuffer header = ByteBuffer.allocate((int) headerBytes);
    readFully(path, channel, header);
    return header.array();
  }

  private static void readFully(Path path, FileChannel channel, ByteBuffer buffer)
      throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new InputException(path + ": became shorter while it was read");
      }
    }
  }

  private static Map<String, StoredTensor> views(
      Path path, List<SafetensorsHeader.Entry> entries, MemorySegment data) {
    Map<String, StoredTensor> tensors = LinkedHashMap.newLinkedHashMap(entries.size());
    for (SafetensorsHeader.Entry entry : entries) {
      MemorySegment view = data.asSlice(entry.begin(), entry.end() - entry.begin());
      tensors.put(
          entry.name(),
          new StoredTensor(path.toString(), entry.name(), entry.type(), entry.shape(), view));
    }
    return Collections.unmodifiableMap(tensors);
  }
}
