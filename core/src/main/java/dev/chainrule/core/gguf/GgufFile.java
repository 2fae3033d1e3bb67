package dev.chainrule.core.gguf;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Excerpt;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

/**
 * A GGUF file of version 2 or 3, mapped into memory (docs/gguf.md of ggml-org/ggml): metadata, the
 * names and places of tensors, and their blocks. All of that is checked when the file is opened;
 * the blocks are not read from the disk before they are used, and never copied.
 *
 * <p>While it is open the file must not be shortened by others; a file that was replaced by
 * renaming stays readable.
 */
public final class GgufFile implements AutoCloseable {
  private final Path path;
  private final Runnable unmap;
  private final GgufMetadata metadata;
  private final Map<String, GgufTensor> tensors;

  private GgufFile(Path path, Runnable unmap, MemorySegment file) {
    this.path = path;
    this.unmap = unmap;
    GgufHeader header = GgufHeader.parse(path.toString(), file);
    this.metadata = new GgufMetadata(path.toString(), file, header.values());
    this.tensors = header.tensors();
  }

  /**
   * Opens a file.
   *
   * @throws InputException if the content breaks a rule of the format; the sentence names the file,
   *     the key or tensor, what was found and what was expected
   * @throws IOException if the file is missing or unreadable
   */
  public static GgufFile open(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      throw new InputException(path + ": is a folder, expected a GGUF file");
    }
    Arena arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      MemorySegment file = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
      return new GgufFile(path, arena::close, file);
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /**
   * What has been read already.
   *
   * @param path where it is from, for messages
   * @param content all of a file; stays as it is
   * @throws InputException as {@link #open}
   */
  public static GgufFile of(Path path, byte[] content) {
    return new GgufFile(path, () -> {}, MemorySegment.ofArray(content).asReadOnly());
  }

  /** Whether a file begins as GGUF does; false where it cannot be read. */
  public static boolean isGguf(Path path) {
    if (!Files.isRegularFile(path)) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      ByteBuffer magic = ByteBuffer.allocate(Integer.BYTES).order(GgufCursor.INT.order());
      return channel.read(magic) == Integer.BYTES && magic.getInt(0) == GgufHeader.MAGIC;
    } catch (IOException e) {
      return false;
    }
  }

  /** The file. */
  public Path path() {
    return path;
  }

  /** What it says of itself. */
  public GgufMetadata metadata() {
    return metadata;
  }

  /** All tensors, in the order of the file. */
  public List<GgufTensor> tensors() {
    return List.copyOf(tensors.values());
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
  public GgufTensor tensor(String name) {
    GgufTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new InputException(
          "%s: has no tensor \"%s\" among its %d, expected it"
              .formatted(path, Excerpt.of(name), tensors.size()));
    }
    return tensor;
  }

  /** Unmaps the file; its tensors and metadata cannot be used any more. */
  @Override
  public void close() {
    unmap.run();
  }
}
