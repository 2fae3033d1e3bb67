package dev.chainrule.core.gguf;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.AtomicFile;
import dev.chainrule.base.parallel.Workers;
import dev.chainrule.core.quant.BlockFormat;
import dev.chainrule.core.quant.CalibratedRounding;
import dev.chainrule.core.quant.InputMoments;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * Collects metadata and tensors and writes them as one GGUF file of version 3. Tensors are rounded
 * to their formats while they are written, some thousand elements at a time: a model need not fit
 * into memory.
 */
public final class GgufWriter {
  /** Largest number, in size, of which a scale in half precision can be told. */
  public static final float LARGEST = 65_504;

  /** Elements that a thread rounds at a time: whole blocks. */
  private static final int PART = 1 << 16;

  private static final long CHUNK_BYTES = 1L << 24;

  private final Map<String, byte[]> metadata = new LinkedHashMap<>();
  private final Map<String, Entry> tensors = new LinkedHashMap<>();

  /** Where the elements of a tensor come from. */
  @FunctionalInterface
  public interface Elements {
    /**
     * Fetches elements in row-major order; called by several threads at once.
     *
     * @param from the first, a multiple of the elements of a row's blocks
     * @param to [n or more]
     */
    void read(long from, float[] to, int n);
  }

  /** Writes the data of a tensor. */
  @FunctionalInterface
  private interface Data {
    void write(FileChannel file, Workers workers) throws IOException;
  }

  /** Rounds elements from {@code from[at]} on. */
  @FunctionalInterface
  private interface Rounding {
    void round(float[] from, int at, MemorySegment to, long offset, int n);
  }

  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Entry(BlockFormat format, long[] shape, long bytes, Data data) {}

  /** Sets a text. */
  public GgufWriter set(String key, String value) {
    return set(key, GgufType.STRING, string(value));
  }

  /** Sets an unsigned number of 32 bits. */
  public GgufWriter set(String key, long value) {
    if (value < 0 || value > 0xFFFF_FFFFL) {
      throw new IllegalArgumentException(
          "\"%s\" is %d, expected 0 to 2^32 - 1".formatted(key, value));
    }
    return set(key, GgufType.UINT32, buffer(Integer.BYTES).putInt((int) value).array());
  }

  /** Sets a real number, as a float. */
  public GgufWriter set(String key, float value) {
    return set(key, GgufType.FLOAT32, buffer(Float.BYTES).putFloat(value).array());
  }

  /** Sets a truth. */
  public GgufWriter set(String key, boolean value) {
    return set(key, GgufType.BOOL, new byte[] {(byte) (value ? 1 : 0)});
  }

  /** Sets an array of texts. */
  public GgufWriter set(String key, List<String> values) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String value : values) {
      bytes.writeBytes(string(value));
    }
    return set(key, GgufType.STRING, values.size(), bytes.toByteArray());
  }

  /** Sets an array of real numbers. */
  public GgufWriter set(String key, float[] values) {
    byte[] bytes = new byte[Math.multiplyExact(Float.BYTES, values.length)];
    little(bytes).asFloatBuffer().put(values);
    return set(key, GgufType.FLOAT32, values.length, bytes);
  }

  /** Sets an array of whole numbers. */
  public GgufWriter set(String key, int[] values) {
    byte[] bytes = new byte[Math.multiplyExact(Integer.BYTES, values.length)];
    little(bytes).asIntBuffer().put(values);
    return set(key, GgufType.INT32, values.length, bytes);
  }

  /** Sets an array of bytes. */
  public GgufWriter set(String key, byte[] values) {
    return set(key, GgufType.UINT8, values.length, values.clone());
  }

  /** Sets what another file says, whatever its type, but for the alignment, which is one's own. */
  public GgufWriter copy(GgufMetadata from, String key) {
    if (!key.equals(GgufHeader.ALIGNMENT)) {
      metadata.put(key, from.bytes(key).toArray(ValueLayout.JAVA_BYTE));
    }
    return this;
  }

  /**
   * Adds a tensor whose blocks are there.
   *
   * @param shape in row-major order
   * @param data its blocks; read when the file is written
   * @throws IllegalArgumentException if the name is taken, the shape is none that the format can
   *     store, or the size is wrong
   */
  public GgufWriter add(String name, BlockFormat format, long[] shape, MemorySegment data) {
    long bytes = requireStorable(name, format, shape);
    if (data.byteSize() != bytes) {
      throw new IllegalArgumentException(
          "tensor \"%s\" has %d bytes, expected %d for %s%s"
              .formatted(name, data.byteSize(), bytes, format, Arrays.toString(shape)));
    }
    return add(
        name, new Entry(format, shape.clone(), bytes, (file, workers) -> writeAll(file, data)));
  }

  /**
   * Adds a tensor that is rounded when the file is written.
   *
   * @param shape in row-major order
   * @throws IllegalArgumentException if the name is taken, or the shape none that the format can
   *     store
   */
  public GgufWriter add(String name, BlockFormat format, long[] shape, Elements elements) {
    long bytes = requireStorable(name, format, shape);
    long size = bytes / format.bytes() * format.elements();
    return add(
        name,
        new Entry(
            format,
            shape.clone(),
            bytes,
            (file, workers) ->
                round(name, format, size, PART, elements, format::quantizeClosest, file, workers)));
  }

  /**
   * Adds a matrix that is rounded, when the file is written, with regard to what it is multiplied
   * with.
   *
   * @param shape in row-major order
   * @param moments of its inputs, as many as it has columns
   * @throws IllegalArgumentException if the name is taken, the shape none that the format can
   *     store, or the format without codes
   */
  public GgufWriter add(
      String name, BlockFormat format, long[] shape, Elements elements, InputMoments moments) {
    long bytes = requireStorable(name, format, shape);
    if (moments.size() != shape[shape.length - 1] || !CalibratedRounding.isFor(format)) {
      throw new IllegalArgumentException(
          "tensor \"%s\" is %s%s, expected rows of %d in a format of codes"
              .formatted(name, format, Arrays.toString(shape), moments.size()));
    }
    long size = bytes / format.bytes() * format.elements();
    return add(
        name,
        new Entry(
            format,
            shape.clone(),
            bytes,
            (file, workers) -> {
              CalibratedRounding rounding = CalibratedRounding.of(format, moments);
              int part = Math.max(1, PART / moments.size()) * moments.size();
              round(name, format, size, part, elements, rounding::round, file, workers);
            }));
  }

  /** Creates or replaces the file, in one step. */
  public void write(Path file) throws IOException {
    write(file, 1, bytes -> {});
  }

  /**
   * Creates or replaces the file, in one step.
   *
   * @param threads that round
   * @param written is told how many bytes of tensors were written, now and then
   * @throws InputException if a number is none, or too large for its format
   * @throws IOException if the disk fails; the file is then as before
   */
  public void write(Path file, int threads, LongConsumer written) throws IOException {
    byte[] header = header();
    try (Workers workers = new Workers(threads)) {
      AtomicFile.write(
          file,
          channel -> {
            writeAll(channel, MemorySegment.ofArray(header));
            for (Entry entry : tensors.values()) {
              entry.data().write(channel, workers);
              writeAll(channel, MemorySegment.ofArray(padding(entry.bytes())));
              written.accept(entry.bytes());
            }
          });
    }
  }

  private static long requireStorable(String name, BlockFormat format, long[] shape) {
    long row = shape.length == 0 ? 1 : shape[shape.length - 1];
    long elements = 1;
    for (long size : shape) {
      if (size < 1 || shape.length > GgufHeader.MAX_DIMENSIONS || row % format.elements() != 0) {
        throw new IllegalArgumentException(
            "tensor \"%s\" has shape %s, expected up to %d sizes from 1, the last a multiple of %d"
                    .formatted(
                        name, Arrays.toString(shape), GgufHeader.MAX_DIMENSIONS, format.elements())
                + " for "
                + format);
      }
      elements = Math.multiplyExact(elements, size);
    }
    return format.bytes(elements);
  }

  private GgufWriter add(String name, Entry entry) {
    if (tensors.putIfAbsent(name, entry) != null) {
      throw new IllegalArgumentException(
          "a second tensor is named \"%s\", expected each name once".formatted(name));
    }
    return this;
  }

  private GgufWriter set(String key, GgufType type, byte[] value) {
    metadata.put(key, concatenated(number(type.number()), value));
    return this;
  }

  private GgufWriter set(String key, GgufType type, int count, byte[] values) {
    byte[] size = buffer(Long.BYTES).putLong(count).array();
    metadata.put(
        key, concatenated(number(GgufType.ARRAY.number()), number(type.number()), size, values));
    return this;
  }

  private byte[] header() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(number(GgufHeader.MAGIC));
    bytes.writeBytes(number(GgufHeader.VERSION));
    bytes.writeBytes(buffer(Long.BYTES).putLong(tensors.size()).array());
    bytes.writeBytes(buffer(Long.BYTES).putLong(metadata.size()).array());
    metadata.forEach(
        (key, value) -> {
          bytes.writeBytes(string(key));
          bytes.writeBytes(value);
        });
    long begin = 0;
    for (Map.Entry<String, Entry> named : tensors.entrySet()) {
      Entry entry = named.getValue();
      bytes.writeBytes(string(named.getKey()));
      bytes.writeBytes(number(entry.shape().length));
      for (int i = entry.shape().length - 1; i >= 0; i--) {
        bytes.writeBytes(buffer(Long.BYTES).putLong(entry.shape()[i]).array());
      }
      bytes.writeBytes(number(entry.format().ggmlType()));
      bytes.writeBytes(buffer(Long.BYTES).putLong(begin).array());
      begin += entry.bytes() + padding(entry.bytes()).length;
    }
    bytes.writeBytes(padding(bytes.size()));
    return bytes.toByteArray();
  }

  /** Each worker rounds a part, and all parts are written, again and again. */
  private static void round(
      String name,
      BlockFormat format,
      long size,
      int part,
      Elements elements,
      Rounding rounding,
      FileChannel file,
      Workers workers)
      throws IOException {
    int parts = workers.count();
    try (Arena arena = Arena.ofShared()) {
      long partBytes = format.bytes(part);
      MemorySegment blocks = arena.allocate(parts * partBytes);
      float[][] floats = new float[parts][(int) Math.min(part, size)];
      for (long from = 0; from < size; from += (long) parts * part) {
        long begin = from;
        workers.run(
            worker -> {
              long first = begin + (long) worker * part;
              int n = Math.clamp(size - first, 0, part);
              if (n > 0) {
                elements.read(first, floats[worker], n);
                requireStorable(name, format, floats[worker], n, first);
                rounding.round(floats[worker], 0, blocks, worker * partBytes, n);
              }
            });
        long count = Math.min((long) parts * part, size - from);
        writeAll(file, blocks.asSlice(0, format.bytes(count)));
      }
    }
  }

  private static void requireStorable(
      String name, BlockFormat format, float[] values, int n, long first) {
    float limit =
        format == BlockFormat.F32 || format == BlockFormat.BF16 ? Float.MAX_VALUE : LARGEST;
    for (int i = 0; i < n; i++) {
      if (!(Math.abs(values[i]) <= limit)) {
        throw new InputException(
            "tensor \"%s\" holds %s at %d, expected numbers of at most %s for %s"
                .formatted(name, values[i], first + i, limit, format));
      }
    }
  }

  private static void writeAll(FileChannel file, MemorySegment data) throws IOException {
    for (long from = 0; from < data.byteSize(); from += CHUNK_BYTES) {
      long bytes = Math.min(CHUNK_BYTES, data.byteSize() - from);
      MemorySegment part = data.asSlice(from, bytes);
      // Of arrays only those of bytes can be seen as a buffer.
      ByteBuffer chunk =
          part.isNative()
              ? part.asByteBuffer()
              : ByteBuffer.wrap(part.toArray(ValueLayout.JAVA_BYTE));
      while (chunk.hasRemaining()) {
        file.write(chunk);
      }
    }
  }

  /** Zeros up to the next place where a tensor may begin. */
  private static byte[] padding(long bytes) {
    return new byte[(int) Math.floorMod(-bytes, (long) GgufHeader.USUAL_ALIGNMENT)];
  }

  private static byte[] string(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return concatenated(buffer(Long.BYTES).putLong(utf8.length).array(), utf8);
  }

  private static byte[] number(int value) {
    return buffer(Integer.BYTES).putInt(value).array();
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] concatenated(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
