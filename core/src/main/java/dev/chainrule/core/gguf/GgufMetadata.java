package dev.chainrule.core.gguf;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Excerpt;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a GGUF file says of itself, by keys such as {@code general.architecture}. A value is read
 * when it is asked for, from the mapped file, so that a vocabulary costs nothing before. A key that
 * is absent, or has a value of another type than the one asked for, is an {@link InputException}
 * that names the file and the key.
 */
public final class GgufMetadata {
  private final String origin;
  private final MemorySegment file;
  private final Map<String, GgufValue> values;

  GgufMetadata(String origin, MemorySegment file, Map<String, GgufValue> values) {
    this.origin = origin;
    this.file = file;
    this.values = values;
  }

  /** All keys, in the order of the file. */
  public Set<String> keys() {
    return Collections.unmodifiableSet(values.keySet());
  }

  /** Whether there is such a key. */
  public boolean has(String key) {
    return values.containsKey(key);
  }

  /** Whether the value is an array. */
  public boolean isArray(String key) {
    GgufValue value = values.get(key);
    return value != null && value.isArray();
  }

  /** The elements of an array that there must be. */
  public long count(String key) {
    GgufValue value = value(key, "an array");
    require(value.isArray(), key, value, "an array");
    return value.count();
  }

  /** A text. */
  public String string(String key) {
    GgufValue value = value(key, "a text");
    require(!value.isArray() && value.type() == GgufType.STRING, key, value, "a text");
    GgufCursor cursor = new GgufCursor(origin, file, value.data());
    cursor.reads("the value of", key);
    return cursor.string();
  }

  /** A whole number, of any of the integer types. */
  public long integer(String key) {
    String expected = "a whole number";
    GgufValue value = value(key, expected);
    require(!value.isArray() && value.type().isInteger(), key, value, expected);
    return integerAt(key, value, value.data());
  }

  /** A number, of any of the types of numbers. */
  public double number(String key) {
    String expected = "a number";
    GgufValue value = value(key, expected);
    boolean number = value.type().isInteger() || value.type().isReal();
    require(!value.isArray() && number, key, value, expected);
    return value.type().isReal()
        ? realAt(value, value.data())
        : integerAt(key, value, value.data());
  }

  /** Yes or no. */
  public boolean flag(String key) {
    String expected = "true or false";
    GgufValue value = value(key, expected);
    require(!value.isArray() && value.type() == GgufType.BOOL, key, value, expected);
    return integerAt(key, value, value.data()) != 0;
  }

  /** An array of texts. */
  public List<String> strings(String key) {
    GgufTexts texts = texts(key);
    List<String> strings = new ArrayList<>(texts.size());
    for (int i = 0; i < texts.size(); i++) {
      strings.add(texts.text(i));
    }
    return strings;
  }

  /** An array of texts, as bytes. */
  public GgufTexts texts(String key) {
    String expected = "an array of texts";
    GgufValue value = array(key, expected);
    require(value.type() == GgufType.STRING, key, value, expected);
    long size = value.end() - value.data();
    if (size > Integer.MAX_VALUE - 8) {
      throw new InputException(
          "%s: %s has %d bytes, more than a Java array holds".formatted(origin, shown(key), size));
    }
    // One copy of all: a vocabulary has many thousands of short texts.
    byte[] bytes = file.asSlice(value.data(), size).toArray(ValueLayout.JAVA_BYTE);
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(GgufCursor.INT.order());
    int[] starts = new int[(int) value.count() + 1];
    int at = 0;
    for (int i = 0; i + 1 < starts.length; i++) {
      int length = (int) buffer.getLong(at);
      at += Long.BYTES;
      if (!GgufCursor.isUtf8(bytes, at, at + length)) {
        throw new InputException(
            "%s: text %d of %s is no UTF-8, expected text".formatted(origin, i, shown(key)));
      }
      // Moved to the front, over the lengths.
      System.arraycopy(bytes, at, bytes, starts[i], length);
      starts[i + 1] = starts[i] + length;
      at += length;
    }
    return new GgufTexts(bytes, starts);
  }

  /** An array of real numbers, as floats. */
  public float[] floats(String key) {
    String expected = "an array of real numbers";
    GgufValue value = array(key, expected);
    require(value.type().isReal(), key, value, expected);
    float[] floats = new float[(int) value.count()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) realAt(value, value.data() + (long) i * value.type().bytes());
    }
    return floats;
  }

  /** An array of whole numbers of 32 bits, or of truths: 1 and 0. */
  public int[] integers(String key) {
    String expected = "an array of whole numbers";
    GgufValue value = array(key, expected);
    boolean integer = value.type().isInteger() || value.type() == GgufType.BOOL;
    require(integer, key, value, expected);
    int[] integers = new int[(int) value.count()];
    for (int i = 0; i < integers.length; i++) {
      long element = integerAt(key, value, value.data() + (long) i * value.type().bytes());
      if (element != (int) element) {
        throw new InputException(
            "%s: %s holds %d at %d, expected 32-bit integers"
                .formatted(origin, shown(key), element, i));
      }
      integers[i] = (int) element;
    }
    return integers;
  }

  /** The bytes of a value as a file has them, with the number of its type. */
  MemorySegment bytes(String key) {
    GgufValue value = value(key, "a value");
    return file.asSlice(value.begin(), value.end() - value.begin());
  }

  private GgufValue array(String key, String expected) {
    GgufValue value = value(key, expected);
    require(value.isArray(), key, value, expected);
    if (value.count() > Integer.MAX_VALUE - 8) {
      throw new InputException(
          "%s: %s has %d elements, more than a Java array holds"
              .formatted(origin, shown(key), value.count()));
    }
    return value;
  }

  private GgufValue value(String key, String expected) {
    @Nullable GgufValue value = values.get(key);
    if (value == null) {
      throw new InputException(
          "%s: has no metadata %s, expected %s".formatted(origin, shown(key), expected));
    }
    return value;
  }

  private void require(boolean fits, String key, GgufValue value, String expected) {
    if (!fits) {
      throw new InputException(
          "%s: %s is %s, expected %s".formatted(origin, shown(key), value.description(), expected));
    }
  }

  private long integerAt(String key, GgufValue value, long at) {
    ValueLayout.OfShort shorts = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(GgufCursor.INT.order());
    return switch (value.type()) {
      case UINT8, BOOL -> file.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
      case INT8 -> file.get(ValueLayout.JAVA_BYTE, at);
      case UINT16 -> Short.toUnsignedInt(file.get(shorts, at));
      case INT16 -> file.get(shorts, at);
      case UINT32 -> Integer.toUnsignedLong(file.get(GgufCursor.INT, at));
      case INT32 -> file.get(GgufCursor.INT, at);
      case INT64 -> file.get(GgufCursor.LONG, at);
      case UINT64 -> {
        long number = file.get(GgufCursor.LONG, at);
        if (number < 0) {
          throw new InputException(
              "%s: %s is %s, expected a whole number below 2^63"
                  .formatted(origin, shown(key), Long.toUnsignedString(number)));
        }
        yield number;
      }
      case FLOAT32, FLOAT64, STRING, ARRAY ->
          throw new IllegalStateException("no integer: " + value.type());
    };
  }

  private double realAt(GgufValue value, long at) {
    return value.type() == GgufType.FLOAT32
        ? Float.intBitsToFloat(file.get(GgufCursor.INT, at))
        : Double.longBitsToDouble(file.get(GgufCursor.LONG, at));
  }

  private static String shown(String key) {
    return "\"" + Excerpt.of(key) + "\"";
  }
}
