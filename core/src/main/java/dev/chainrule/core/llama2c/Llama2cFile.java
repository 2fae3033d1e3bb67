package dev.chainrule.core.llama2c;

import dev.chainrule.base.InputException;
import dev.chainrule.core.quant.BlockFormat;
import dev.chainrule.core.quant.BlockMatrix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A model of llama2.c in float32, version 0 (no magic number, tables of rotations within) or 1,
 * mapped into memory. The sizes in the header must give the size of the file, to the byte.
 */
public final class Llama2cFile implements AutoCloseable {
  private static final int MAGIC = 0x616b3432;
  private static final int SIZES = 7;
  private static final int HEADER_BYTES = 256;
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final List<Llama2cPart> ORDER_1 =
      List.of(
          Llama2cPart.ATTENTION_NORM,
          Llama2cPart.MLP_NORM,
          Llama2cPart.NORM,
          Llama2cPart.EMBEDDING,
          Llama2cPart.QUERY,
          Llama2cPart.KEY,
          Llama2cPart.VALUE,
          Llama2cPart.OUTPUT,
          Llama2cPart.GATE,
          Llama2cPart.DOWN,
          Llama2cPart.UP,
          Llama2cPart.CLASSIFIER);

  private final Path path;
  private final Arena arena;
  private final Content content;

  private Llama2cFile(Path path, Arena arena, Content content) {
    this.path = path;
    this.arena = arena;
    this.content = content;
  }

  /** The sizes, and where the numbers lie. */
  record Content(Llama2cShape shape, Map<Llama2cPart, MemorySegment> parts) {}

  /**
   * Opens a file.
   *
   * @throws InputException if it is none; the sentence names the file, what was found and what was
   *     expected
   * @throws IOException if the file is missing or unreadable
   */
  public static Llama2cFile open(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      throw new InputException(path + ": is a folder, expected a model of llama2.c");
    }
    Arena arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      MemorySegment file = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
      return new Llama2cFile(path, arena, parse(path.toString(), file));
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /** The file. */
  public Path path() {
    return path;
  }

  /** The sizes of the model. */
  public Llama2cShape shape() {
    return content.shape();
  }

  /**
   * The numbers of a part as they lie in the file; those of the embedding for a classifier that is
   * shared.
   *
   * @param layer from 0, for a part of which each layer has one; else 0
   */
  public BlockMatrix get(Llama2cPart part, int layer) {
    Llama2cShape shape = content.shape();
    Objects.checkIndex(layer, part.ofLayers() ? shape.layers() : 1);
    if (part == Llama2cPart.CLASSIFIER && shape.sharedClassifier()) {
      return get(Llama2cPart.EMBEDDING, 0);
    }
    int rows = part.rows(shape);
    int columns = part.columns(shape);
    long bytes = (long) rows * columns * Float.BYTES;
    MemorySegment all = Objects.requireNonNull(content.parts().get(part));
    return new BlockMatrix(BlockFormat.F32, rows, columns, all.asSlice(layer * bytes, bytes));
  }

  /** Unmaps the file; its numbers cannot be used any more. */
  @Override
  public void close() {
    arena.close();
  }

  /** Parses all of a file but the numbers. */
  static Content parse(String origin, MemorySegment file) {
    boolean first = isVersion1(origin, file);
    Llama2cShape shape = shape(origin, file, first ? 2 * Integer.BYTES : 0, first);
    if (first) {
      return new Content(shape, parts(origin, file, shape, HEADER_BYTES, ORDER_1, 0));
    }
    // Cosines and sines of all positions.
    long tables = 2L * shape.contextLength() * (shape.headDim() / 2);
    List<Llama2cPart> order = List.of(Llama2cPart.values());
    return new Content(
        shape, parts(origin, file, shape, (long) SIZES * Integer.BYTES, order, tables));
  }

  private static boolean isVersion1(String origin, MemorySegment file) {
    if (file.byteSize() < SIZES * Integer.BYTES) {
      throw new InputException(
          "%s: has %d bytes, expected at least the %d of a header of llama2.c"
              .formatted(origin, file.byteSize(), SIZES * Integer.BYTES));
    }
    if (file.get(INT, 0) != MAGIC) {
      return false;
    }
    int version = file.get(INT, Integer.BYTES);
    if (version != 1 || file.byteSize() < HEADER_BYTES) {
      throw new InputException(
          "%s: is a file of llama2.c of version %d with %d bytes, expected version 0 or 1 (float32)"
              .formatted(origin, version, file.byteSize()));
    }
    return true;
  }

  private static Llama2cShape shape(String origin, MemorySegment file, long at, boolean first) {
    int[] sizes = new int[SIZES];
    for (int i = 0; i < SIZES; i++) {
      sizes[i] = file.get(INT, at + (long) i * Integer.BYTES);
    }
    boolean shared =
        first ? file.get(ValueLayout.JAVA_BYTE, at + SIZES * Integer.BYTES) != 0 : sizes[5] > 0;
    // Version 0 has the number of tokens below zero where the classifier is not shared.
    int tokens = first || shared ? sizes[5] : -sizes[5];
    try {
      return new Llama2cShape(
          sizes[0], sizes[1], sizes[2], sizes[3], sizes[4], tokens, sizes[6], shared);
    } catch (IllegalArgumentException e) {
      throw new InputException(
          "%s: is no model of llama2.c: %s".formatted(origin, e.getMessage()), e);
    }
  }

  /**
   * Where the parts lie.
   *
   * @param tables numbers of the tables of rotations before the classifier
   */
  private static Map<Llama2cPart, MemorySegment> parts(
      String origin,
      MemorySegment file,
      Llama2cShape shape,
      long begin,
      List<Llama2cPart> order,
      long tables) {
    Map<Llama2cPart, MemorySegment> parts = new EnumMap<>(Llama2cPart.class);
    long at = begin;
    for (Llama2cPart part : order) {
      if (part == Llama2cPart.CLASSIFIER) {
        at = after(origin, file, at, tables, 1);
        if (shape.sharedClassifier()) {
          continue;
        }
      }
      long numbers = (long) part.rows(shape) * part.columns(shape);
      long end = after(origin, file, at, numbers, part.ofLayers() ? shape.layers() : 1);
      parts.put(part, file.asSlice(at, end - at));
      at = end;
    }
    if (at != file.byteSize()) {
      throw new InputException(
          "%s: has %d bytes, expected %d for %s".formatted(origin, file.byteSize(), at, shape));
    }
    return parts;
  }

  /** The place after some numbers of each of some layers, which is within the file. */
  private static long after(String origin, MemorySegment file, long at, long numbers, int layers) {
    if (numbers > (file.byteSize() - at) / Float.BYTES / layers) {
      throw new InputException(
          "%s: has %d bytes, fewer than the sizes in its header need; expected a model of llama2.c"
              .formatted(origin, file.byteSize()));
    }
    return at + numbers * layers * Float.BYTES;
  }
}
