package dev.chainrule.core.safetensors;

import dev.chainrule.base.io.AtomicFile;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Memory;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.quant.BlockFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Collects tensors and writes them as one safetensors file, byte for byte as the reference
 * implementation does: larger element types first, equal ones by name, the header filled up with
 * spaces so that the data begins on a multiple of eight. Metadata, which the reference leaves in
 * the order of a hash table, are sorted by key.
 */
public final class SafetensorsWriter {
  private static final int ALIGNMENT = 8;
  private static final long CHUNK_BYTES = 1L << 24;

  /** Elements that are rounded at a time, with room in the caches. */
  private static final int CHUNK = 1 << 14;

  private static final JsonFactory FACTORY = new JsonFactory();

  private final Map<String, String> metadata = new TreeMap<>();
  private final Map<String, StoredTensor> tensors = new HashMap<>();

  /** Adds a free string. */
  public SafetensorsWriter metadata(String key, String value) {
    metadata.put(key, value);
    return this;
  }

  /**
   * Adds an array under its own element type; its memory is read when the file is written, or now
   * where it lies in a device's.
   */
  public SafetensorsWriter add(String name, Tensor tensor) {
    StorageType type =
        switch (tensor.dtype()) {
          case FLOAT32 -> StorageType.F32;
          case FLOAT64 -> StorageType.F64;
          case INT32 -> StorageType.I32;
        };
    long[] shape = Arrays.stream(tensor.shape()).asLongStream().toArray();
    return add(name, type, shape, tensor.host().segment());
  }

  /**
   * Adds an array of float32 rounded to half of the bytes; its memory is read now.
   *
   * @param type F16 or BF16
   * @throws IllegalArgumentException if the types are others
   */
  public SafetensorsWriter addRounded(String name, Tensor tensor, StorageType type) {
    BlockFormat format =
        switch (type) {
          case F16 -> BlockFormat.F16;
          case BF16 -> BlockFormat.BF16;
          default ->
              throw new IllegalArgumentException(
                  "tensor \"%s\" rounded to %s, expected F16 or BF16".formatted(name, type));
        };
    if (tensor.dtype() != DType.FLOAT32) {
      throw new IllegalArgumentException(
          "tensor \"%s\" is of type %s, expected FLOAT32".formatted(name, tensor.dtype()));
    }
    Tensor floats = tensor.host();
    MemorySegment data = Memory.allocate(format.bytes(tensor.size()));
    float[] chunk = new float[(int) Math.min(CHUNK, tensor.size())];
    for (long from = 0; from < tensor.size(); from += CHUNK) {
      int n = (int) Math.min(CHUNK, tensor.size() - from);
      floats.read(from, chunk, 0, n);
      format.quantize(chunk, 0, data, format.bytes(from), n);
    }
    long[] shape = Arrays.stream(tensor.shape()).asLongStream().toArray();
    return add(name, type, shape, data.asSlice(0, format.bytes(tensor.size())));
  }

  /**
   * Adds a tensor; its memory is read when the file is written.
   *
   * @param data the elements, little-endian, in row-major order
   * @throws IllegalArgumentException if the name is taken or reserved, or the size is wrong
   */
  public SafetensorsWriter add(String name, StorageType type, long[] shape, MemorySegment data) {
    long bytes = type.bytes();
    for (long size : shape) {
      if (size < 0) {
        throw new IllegalArgumentException(
            "tensor \"%s\" has shape %s, expected no negative size"
                .formatted(name, Arrays.toString(shape)));
      }
      bytes = Math.multiplyExact(bytes, size);
    }
    if (data.byteSize() != bytes) {
      throw new IllegalArgumentException(
          "tensor \"%s\" has %d bytes, expected %d for %s%s"
              .formatted(name, data.byteSize(), bytes, type, Arrays.toString(shape)));
    }
    if (name.equals(SafetensorsHeader.METADATA)) {
      throw new IllegalArgumentException(
          "a tensor is named %s, expected a name that is not reserved".formatted(name));
    }
    if (tensors.putIfAbsent(name, new StoredTensor("", name, type, shape.clone(), data)) != null) {
      throw new IllegalArgumentException(
          "a second tensor is named \"%s\", expected each name once".formatted(name));
    }
    return this;
  }

  /**
   * Creates or replaces the file, in one step.
   *
   * @throws IOException if the disk fails; the file is then as before
   */
  public void write(Path file) throws IOException {
    List<StoredTensor> sorted =
        tensors.values().stream()
            .sorted(
                Comparator.comparing(StoredTensor::type)
                    .reversed()
                    .thenComparing(
                        tensor -> tensor.name().getBytes(StandardCharsets.UTF_8),
                        Arrays::compareUnsigned))
            .toList();
    byte[] header = header(sorted);
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    length.putLong(header.length).flip();
    AtomicFile.write(
        file,
        channel -> {
          writeFully(channel, length);
          writeFully(channel, ByteBuffer.wrap(header));
          for (StoredTensor tensor : sorted) {
            writeData(channel, tensor.data());
          }
        });
  }

  private byte[] header(List<StoredTensor> sorted) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json =
        FACTORY.createGenerator(ObjectWriteContext.empty(), bytes, JsonEncoding.UTF8)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectPropertyStart(SafetensorsHeader.METADATA);
        metadata.forEach(json::writeStringProperty);
        json.writeEndObject();
      }
      long begin = 0;
      for (StoredTensor tensor : sorted) {
        long end = begin + tensor.data().byteSize();
        json.writeObjectPropertyStart(tensor.name());
        json.writeStringProperty("dtype", tensor.type().name());
        writeNumbers(json, "shape", tensor.shape());
        writeNumbers(json, "data_offsets", begin, end);
        json.writeEndObject();
        begin = end;
      }
      json.writeEndObject();
    }
    while (bytes.size() % ALIGNMENT != 0) {
      bytes.write(' ');
    }
    if (bytes.size() > SafetensorsFile.MAX_HEADER_BYTES) {
      throw new IllegalArgumentException(
          "the header of %d tensors has %d bytes, expected at most %d"
              .formatted(sorted.size(), bytes.size(), SafetensorsFile.MAX_HEADER_BYTES));
    }
    return bytes.toByteArray();
  }

  private static void writeNumbers(JsonGenerator json, String key, long... numbers) {
    json.writeArrayPropertyStart(key);
    for (long number : numbers) {
      json.writeNumber(number);
    }
    json.writeEndArray();
  }

  private static void writeData(FileChannel channel, MemorySegment data) throws IOException {
    for (long from = 0; from < data.byteSize(); from += CHUNK_BYTES) {
      long bytes = Math.min(CHUNK_BYTES, data.byteSize() - from);
      MemorySegment part = data.asSlice(from, bytes);
      // Of arrays only those of bytes can be seen as a buffer.
      writeFully(
          channel,
          part.isNative()
              ? part.asByteBuffer()
              : ByteBuffer.wrap(part.toArray(ValueLayout.JAVA_BYTE)));
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }
}
