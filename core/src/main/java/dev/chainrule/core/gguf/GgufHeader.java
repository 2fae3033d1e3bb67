package dev.chainrule.core.gguf;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Excerpt;
import dev.chainrule.core.quant.BlockFormat;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything before the data of a GGUF file, checked: counts and lengths against the bytes that
 * follow before any memory is asked for, sizes of tensors without a sum or product that wraps, and
 * that no two tensors share a byte, so that what a file unpacks to is a multiple of its size.
 */
final class GgufHeader {
  static final int MAGIC = 0x46554747;
  static final int VERSION = 3;
  static final String ALIGNMENT = "general.alignment";
  static final int USUAL_ALIGNMENT = 32;
  static final int MAX_NAME_BYTES = 65_535;
  static final int MAX_DIMENSIONS = 4;

  private static final int OLDEST_VERSION = 2;
  private static final long MAX_ALIGNMENT = 1L << 30;

  /** Key of one letter, type and a value of a byte. */
  private static final int LEAST_VALUE_BYTES = 8 + 1 + 4 + 1;

  /** Name of one letter, number of dimensions, type and offset. */
  private static final int LEAST_TENSOR_BYTES = 8 + 1 + 4 + 4 + 8;

  private final String origin;
  private final MemorySegment file;
  private final GgufCursor cursor;
  private final Map<String, GgufValue> values = new LinkedHashMap<>();
  private final Map<String, GgufTensor> tensors = new LinkedHashMap<>();

  private GgufHeader(String origin, MemorySegment file) {
    this.origin = origin;
    this.file = file;
    this.cursor = new GgufCursor(origin, file, 0);
  }

  /** A tensor whose place in the file is not checked yet. */
  @SuppressWarnings("ArrayRecordComponent") // as the file has it, and never compared
  private record Described(String name, BlockFormat format, long[] shape, long bytes, long begin) {}

  /** Parses and checks all of a file but the data. */
  static GgufHeader parse(String origin, MemorySegment file) {
    GgufHeader header = new GgufHeader(origin, file);
    header.read();
    return header;
  }

  Map<String, GgufValue> values() {
    return values;
  }

  /** All tensors, in the order of the file. */
  Map<String, GgufTensor> tensors() {
    return tensors;
  }

  private void read() {
    checkMagic();
    long tensorCount = count("the number of tensors", LEAST_TENSOR_BYTES);
    long valueCount = count("the number of keys", LEAST_VALUE_BYTES);
    for (long i = 0; i < valueCount; i++) {
      readValue();
    }
    long alignment = alignment();
    List<Described> described = new ArrayList<>();
    for (long i = 0; i < tensorCount; i++) {
      described.add(readTensor(alignment));
    }
    long begin = (cursor.at() + alignment - 1) / alignment * alignment;
    checkPlaces(described, begin);
    for (Described one : described) {
      GgufTensor tensor =
          new GgufTensor(
              origin,
              one.name(),
              one.format(),
              one.shape(),
              file.asSlice(begin + one.begin(), one.bytes()));
      if (tensors.put(one.name(), tensor) != null) {
        throw broken(one.name(), "is there twice", "it once");
      }
    }
  }

  private void checkMagic() {
    if (file.byteSize() < Integer.BYTES || file.get(GgufCursor.INT, 0) != MAGIC) {
      throw new InputException(origin + ": does not begin with \"GGUF\", expected a GGUF file");
    }
    cursor.skip(1, Integer.BYTES);
    cursor.reads("the version", "");
    long version = cursor.uint32();
    if (version < OLDEST_VERSION || version > VERSION) {
      boolean swapped = version != 0 && (version & 0xFFFF) == 0;
      throw new InputException(
          "%s: is GGUF %s, expected version %d or %d"
              .formatted(
                  origin,
                  swapped ? "of a big-endian machine" : "version " + version,
                  OLDEST_VERSION,
                  VERSION));
    }
  }

  private long count(String what, int leastBytes) {
    cursor.reads(what, "");
    long count = cursor.uint64();
    if (count < 0 || count > cursor.remaining() / leastBytes) {
      throw new InputException(
          "%s: %s is %s, expected at most %d in the %d bytes that follow"
              .formatted(
                  origin,
                  what,
                  Long.toUnsignedString(count),
                  cursor.remaining() / leastBytes,
                  cursor.remaining()));
    }
    return count;
  }

  private void readValue() {
    cursor.reads("a key", "");
    String key = cursor.string(MAX_NAME_BYTES);
    if (key.isEmpty()) {
      throw new InputException(
          "%s: an empty key ends at byte %d, expected a name".formatted(origin, cursor.at()));
    }
    cursor.reads("the value of", key);
    long begin = cursor.at();
    GgufType type = type();
    boolean isArray = type == GgufType.ARRAY;
    long count = 1;
    if (isArray) {
      type = type();
      count = cursor.uint64();
      if (type == GgufType.ARRAY) {
        throw new InputException(
            "%s: %s is an array of arrays, expected one of values"
                .formatted(origin, cursor.what()));
      }
    }
    long data = cursor.at();
    if (type == GgufType.STRING) {
      cursor.skipStrings(count);
    } else {
      cursor.skip(count, type.bytes());
    }
    if (type == GgufType.BOOL) {
      checkTruths(data, count);
    }
    GgufValue value = new GgufValue(type, isArray, count, begin, data, cursor.at());
    if (values.put(key, value) != null) {
      throw new InputException(
          "%s: has the key %s twice, expected it once".formatted(origin, shown(key)));
    }
  }

  private GgufType type() {
    long number = cursor.uint32();
    GgufType type = GgufType.of(number);
    if (type == null) {
      throw new InputException(
          "%s: %s is of type %d, expected one from 0 to %d"
              .formatted(origin, cursor.what(), number, GgufType.values().length - 1));
    }
    return type;
  }

  private void checkTruths(long data, long count) {
    for (long i = 0; i < count; i++) {
      int found = file.get(ValueLayout.JAVA_BYTE, data + i) & 0xFF;
      if (found > 1) {
        throw new InputException(
            "%s: %s holds %d, expected 0 or 1".formatted(origin, cursor.what(), found));
      }
    }
  }

  private long alignment() {
    GgufValue value = values.get(ALIGNMENT);
    if (value == null) {
      return USUAL_ALIGNMENT;
    }
    if (value.isArray() || value.type() != GgufType.UINT32) {
      throw new InputException(
          "%s: \"%s\" is %s, expected of type UINT32"
              .formatted(origin, ALIGNMENT, value.description()));
    }
    long alignment = Integer.toUnsignedLong(file.get(GgufCursor.INT, value.data()));
    if (Long.bitCount(alignment) != 1 || alignment > MAX_ALIGNMENT) {
      throw new InputException(
          "%s: \"%s\" is %d, expected a power of two up to %d"
              .formatted(origin, ALIGNMENT, alignment, MAX_ALIGNMENT));
    }
    return alignment;
  }

  private Described readTensor(long alignment) {
    cursor.reads("the name of a tensor", "");
    String name = cursor.string(MAX_NAME_BYTES);
    if (name.isEmpty()) {
      throw new InputException(
          "%s: an empty name of a tensor ends at byte %d, expected a name"
              .formatted(origin, cursor.at()));
    }
    cursor.reads("tensor", name);
    long dimensions = cursor.uint32();
    if (dimensions > MAX_DIMENSIONS) {
      throw broken(name, "has %d dimensions".formatted(dimensions), "at most " + MAX_DIMENSIONS);
    }
    long[] shape = new long[(int) dimensions];
    for (int i = shape.length - 1; i >= 0; i--) {
      shape[i] = cursor.uint64();
    }
    long type = cursor.uint32();
    BlockFormat format =
        BlockFormat.ofGgmlType((int) type)
            .orElseThrow(
                () ->
                    broken(
                        name,
                        "is of GGML's type %d".formatted(type),
                        "one of " + Arrays.toString(BlockFormat.values())));
    long bytes = bytes(name, format, shape);
    long begin = cursor.uint64();
    if (begin < 0 || begin % alignment != 0) {
      throw broken(
          name,
          "begins at byte %s of the data".formatted(Long.toUnsignedString(begin)),
          "a multiple of " + alignment);
    }
    return new Described(name, format, shape, bytes, begin);
  }

  private long bytes(String name, BlockFormat format, long[] shape) {
    long elements = 1;
    for (long size : shape) {
      if (size < 1 || elements > Long.MAX_VALUE / size) {
        throw broken(
            name,
            "has shape "
                + Arrays.toString(Arrays.stream(shape).mapToObj(Long::toUnsignedString).toArray()),
            "sizes from 1, and less than 2^63 elements");
      }
      elements *= size;
    }
    long row = shape.length == 0 ? 1 : shape[shape.length - 1];
    if (row % format.elements() != 0) {
      throw broken(
          name,
          "has rows of %d elements".formatted(row),
          "a multiple of the %d of a block of %s".formatted(format.elements(), format));
    }
    long blocks = elements / format.elements();
    if (blocks > file.byteSize() / format.bytes()) {
      throw broken(
          name,
          "has %d blocks of %d bytes".formatted(blocks, format.bytes()),
          "at most the %d bytes of the file".formatted(file.byteSize()));
    }
    return blocks * format.bytes();
  }

  private void checkPlaces(List<Described> described, long begin) {
    List<Described> sorted = new ArrayList<>(described);
    sorted.sort(Comparator.comparingLong(Described::begin));
    long dataBytes = Math.max(0, file.byteSize() - begin);
    long end = 0;
    for (Described one : sorted) {
      if (one.begin() > dataBytes || one.bytes() > dataBytes - one.begin()) {
        throw broken(
            one.name(),
            "has %d bytes from byte %d of the data on".formatted(one.bytes(), one.begin()),
            "the end within the %d that the file has".formatted(dataBytes));
      }
      if (one.begin() < end) {
        throw broken(
            one.name(),
            "begins at byte %d of the data, within another".formatted(one.begin()),
            "it to begin at %d or later".formatted(end));
      }
      end = one.begin() + one.bytes();
    }
  }

  private InputException broken(String name, String found, String expected) {
    return new InputException(
        "%s: tensor %s %s, expected %s".formatted(origin, shown(name), found, expected));
  }

  private static String shown(String name) {
    return "\"" + Excerpt.of(name) + "\"";
  }
}
