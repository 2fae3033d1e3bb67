package dev.chainrule.core.safetensors;

import dev.chainrule.base.InputException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/** The checked header of a safetensors file. */
final class SafetensorsHeader {
  /** The key of the free strings, which no tensor may have as its name. */
  static final String METADATA = "__metadata__";

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNameLength(SafetensorsFile.MAX_HEADER_BYTES)
                  .maxStringLength(SafetensorsFile.MAX_HEADER_BYTES)
                  .build())
          .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
          .build();

  private final String origin;
  private final JsonParser parser;
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final List<Entry> entries = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  private SafetensorsHeader(String origin, JsonParser parser) {
    this.origin = origin;
    this.parser = parser;
  }

  /** Where a tensor lies: {@code begin} inclusive, {@code end} exclusive, in bytes of the data. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared; millions of them are possible.
  record Entry(String name, StorageType type, long[] shape, long begin, long end) {}

  /**
   * Parses and checks a header.
   *
   * @param dataBytes how many bytes follow the header
   */
  static SafetensorsHeader parse(String origin, byte[] bytes, long dataBytes) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new InputException(origin + ": its header is not UTF-8, expected a JSON object", e);
    }
    if (!text.startsWith("{")) {
      throw new InputException(
          "%s: its header starts with %s, expected a JSON object"
              .formatted(origin, text.isEmpty() ? "nothing" : quote(text.substring(0, 1))));
    }
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      SafetensorsHeader header = new SafetensorsHeader(origin, parser);
      header.object();
      header.checkOffsets(dataBytes);
      return header;
    } catch (JacksonException e) {
      String problem = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
      // A number or a nesting beyond the parser's limits is reported without a place.
      TokenStreamLocation place = e.getLocation();
      throw new InputException(
          "%s: its header is no valid JSON%s (%s), expected a JSON object"
              .formatted(
                  origin, place == null ? "" : " at character " + place.getCharOffset(), problem),
          e);
    }
  }

  /** The free strings, in the order of the file. */
  Map<String, String> metadata() {
    return Collections.unmodifiableMap(metadata);
  }

  /** All tensors in the order of their data. */
  List<Entry> entries() {
    return Collections.unmodifiableList(entries);
  }

  private void object() {
    parser.nextToken();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      if (!names.add(name)) {
        throw new InputException(
            "%s: has the name %s twice, expected it once".formatted(origin, quote(name)));
      }
      parser.nextToken();
      if (name.equals(METADATA)) {
        readMetadata();
      } else {
        entries.add(entry(name));
      }
    }
    if (parser.nextToken() != null) {
      throw new InputException(
          "%s: its header goes on after the JSON object, expected spaces at most"
              .formatted(origin));
    }
  }

  private void readMetadata() {
    require(JsonToken.START_OBJECT, METADATA, "an object");
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = parser.currentName();
      parser.nextToken();
      require(JsonToken.VALUE_STRING, METADATA, "strings only");
      if (metadata.put(key, parser.getString()) != null) {
        throw new InputException(
            "%s: has the key %s twice in %s, expected it once"
                .formatted(origin, quote(key), METADATA));
      }
    }
  }

  private Entry entry(String name) {
    require(JsonToken.START_OBJECT, name, "an object");
    StorageType type = null;
    long[] shape = null;
    long[] offsets = null;
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = parser.currentName();
      parser.nextToken();
      boolean repeated;
      switch (key) {
        case "dtype" -> {
          repeated = type != null;
          type = type(name);
        }
        case "shape" -> {
          repeated = shape != null;
          shape = numbers(name, key);
        }
        case "data_offsets" -> {
          repeated = offsets != null;
          offsets = numbers(name, key);
        }
        default -> throw broken(name, "has the key " + quote(key), "dtype, shape, data_offsets");
      }
      if (repeated) {
        throw broken(name, "has the key " + quote(key) + " twice", "it once");
      }
    }
    return entry(name, type, shape, offsets);
  }

  private Entry entry(
      String name, @Nullable StorageType type, long @Nullable [] shape, long @Nullable [] offsets) {
    if (type == null || shape == null || offsets == null) {
      throw broken(name, "lacks a key", "dtype, shape and data_offsets");
    }
    if (offsets.length != 2 || offsets[0] > offsets[1]) {
      throw broken(name, "has data_offsets " + Arrays.toString(offsets), "[begin, end]");
    }
    long bytes = type.bytes();
    try {
      for (long size : shape) {
        bytes = Math.multiplyExact(bytes, size);
      }
    } catch (ArithmeticException e) {
      throw broken(name, "has shape " + Arrays.toString(shape), "less than 2^63 bytes");
    }
    if (offsets[1] - offsets[0] != bytes) {
      throw broken(
          name,
          "has %d bytes of data".formatted(offsets[1] - offsets[0]),
          "%d for %s%s".formatted(bytes, type, Arrays.toString(shape)));
    }
    return new Entry(name, type, shape, offsets[0], offsets[1]);
  }

  private StorageType type(String name) {
    require(JsonToken.VALUE_STRING, name, "the name of a dtype");
    String found = parser.getString();
    for (StorageType type : StorageType.values()) {
      if (type.name().equals(found)) {
        return type;
      }
    }
    throw broken(
        name, "has dtype " + quote(found), "one of " + Arrays.toString(StorageType.values()));
  }

  private long[] numbers(String name, String key) {
    require(JsonToken.START_ARRAY, name, "a list as " + key);
    long[] numbers = new long[4];
    int count = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      boolean whole =
          parser.currentToken() == JsonToken.VALUE_NUMBER_INT
              && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
      if (!whole || parser.getLongValue() < 0) {
        throw broken(
            name,
            "has %s in its %s".formatted(quote(parser.getString()), key),
            "whole numbers from 0 to 2^63 - 1");
      }
      if (count == numbers.length) {
        numbers = Arrays.copyOf(numbers, 2 * count);
      }
      numbers[count++] = parser.getLongValue();
    }
    return Arrays.copyOf(numbers, count);
  }

  /** Sorts the tensors by their data, which must follow one another without gap or overlap. */
  private void checkOffsets(long dataBytes) {
    entries.sort(
        Comparator.comparingLong(Entry::begin)
            .thenComparingLong(Entry::end)
            .thenComparing(Entry::name));
    long expected = 0;
    for (Entry entry : entries) {
      if (entry.end() > dataBytes) {
        throw broken(
            entry.name(),
            "ends at byte %d of the data".formatted(entry.end()),
            "at most %d, where the file ends".formatted(dataBytes));
      }
      if (entry.begin() != expected) {
        String problem = entry.begin() < expected ? "overlaps another" : "leaves a hole";
        throw broken(
            entry.name(),
            "begins at byte %d of the data and %s".formatted(entry.begin(), problem),
            "it to begin at " + expected);
      }
      expected = entry.end();
    }
    if (expected != dataBytes) {
      throw new InputException(
          "%s: has %d bytes of data, expected the %d of its tensors"
              .formatted(origin, dataBytes, expected));
    }
  }

  private void require(JsonToken token, String name, String expected) {
    if (parser.currentToken() != token) {
      throw broken(name, "is given as " + parser.currentToken(), expected);
    }
  }

  private InputException broken(String name, String found, String expected) {
    return new InputException(
        "%s: tensor %s %s, expected %s".formatted(origin, quote(name), found, expected));
  }

  /** For messages: at most 80 characters, none that would move the cursor. */
  private static String quote(String text) {
    String shown = text.length() > 80 ? text.substring(0, 80) + "..." : text;
    return "\"" + shown.replaceAll("\\p{Cntrl}", "?") + "\"";
  }
}
