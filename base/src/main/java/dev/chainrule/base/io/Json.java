package dev.chainrule.base.io;

import dev.chainrule.base.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON of records: keys in snake_case, numbers in full precision. Reading is strict: an unknown,
 * missing or repeated key, a fraction for an integer, or text after the end is an error that names
 * the file, line and column.
 */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .enable(
              DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
              DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
              DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
              DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          // An empty or blank string would be read as null, also where none is taken.
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .withCoercionConfigDefaults(strings -> strings.setAcceptBlankAsEmpty(false))
          .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
          .build();

  private Json() {}

  /** The mapper that everything in the project shares. */
  public static JsonMapper mapper() {
    return MAPPER;
  }

  /**
   * Reads a file of one value.
   *
   * @throws InputException if the content is not such a value
   * @throws IOException if the file is missing or unreadable
   */
  public static <T> T read(Path file, Class<T> type) throws IOException {
    return parse(Utf8File.read(file, "JSON"), file.toString(), type);
  }

  /**
   * Reads one value.
   *
   * @param origin where the text comes from, for messages
   * @throws InputException if the text is not such a value
   */
  public static <T> T parse(String text, String origin, Class<T> type) {
    try {
      KeyCheck.check(MAPPER, text, type);
      T value = MAPPER.readValue(text, type);
      if (value == null) {
        throw new InputException(origin + ": is null; expected a JSON object");
      }
      return value;
    } catch (JacksonException e) {
      throw new InputException(origin + place(e.getLocation()) + ": " + sentence(e), e);
    }
  }

  /**
   * Reads one value token by token, for what is too large for a tree.
   *
   * @param origin where the text comes from, for messages
   * @param reader begins at the value's first token and ends at its last
   * @throws InputException if the text is no such value
   */
  public static <T> T stream(String text, String origin, Function<JsonParser, T> reader) {
    try (JsonParser parser = MAPPER.createParser(text)) {
      parser.nextToken();
      T value = reader.apply(parser);
      if (parser.nextToken() != null) {
        throw new StreamReadException(parser, "text after the end, expected one value");
      }
      return value;
    } catch (JacksonException e) {
      throw new InputException(origin + place(e.getLocation()) + ": " + sentence(e), e);
    }
  }

  /** The value on one line, without a line end. */
  public static String line(Object value) {
    return MAPPER.writeValueAsString(value);
  }

  /** Writes the value over several lines into a file that is replaced in one step. */
  public static void write(Path file, Object value) throws IOException {
    AtomicFile.writeString(
        file, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n");
  }

  private static String place(TokenStreamLocation location) {
    return location == null || location.getLineNr() < 1
        ? ""
        : ":" + location.getLineNr() + ":" + location.getColumnNr();
  }

  /** A refusal by a record's own constructor says best what is wrong; else Jackson's words. */
  private static String sentence(JacksonException e) {
    String message = String.valueOf(e.getOriginalMessage());
    if (e.getCause() instanceof IllegalArgumentException refusal && refusal.getMessage() != null) {
      message = refusal.getMessage();
    }
    String path = "";
    if (e instanceof DatabindException databind && !databind.getPath().isEmpty()) {
      path = databind.getPathReference().replaceAll("[\\w.$]+\\[", "[") + ": ";
    }
    return path
        + message
            .lines()
            .findFirst()
            .map(line -> line.substring(0, Math.min(line.length(), InputException.MAX_LENGTH)))
            .orElse("")
            .replaceFirst("Missing creator property '(\\w+)'.*", "key '$1' is missing")
            .replaceFirst("Cannot map `null` into type `(\\w+)`.*", "is null, expected $1")
            .replaceFirst(
                "Cannot coerce .*?\\((.*?)\\) to `(?:[\\w.]+\\.)?(\\w+)`.*", "is $1, expected $2")
            .replaceFirst(
                "Cannot deserialize value of type `.*?` from (\\w+) (\".*?\"): ", "is $2: ");
  }
}
