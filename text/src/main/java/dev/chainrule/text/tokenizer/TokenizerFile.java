package dev.chainrule.text.tokenizer;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import dev.chainrule.base.io.Utf8File;
import java.io.IOException;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;

/** A tokenizer as a small JSON file beside the model that was trained with it. */
public final class TokenizerFile {
  /** Name of the file in a checkpoint. */
  public static final String NAME = "tokenizer.json";

  private static final String FORMAT = "chainrule-tokenizer";
  private static final int VERSION = 1;
  private static final String BYTES = "bytes";
  private static final String CHARACTERS = "characters";

  private TokenizerFile() {}

  private record Bytes(String format, int version, String type) {}

  private record Characters(String format, int version, String type, String characters) {}

  /** Creates or replaces a file, in one step. */
  public static void write(Path file, Tokenizer tokenizer) throws IOException {
    Json.write(
        file,
        switch (tokenizer) {
          case ByteTokenizer bytes -> new Bytes(FORMAT, VERSION, BYTES);
          case CharTokenizer chars ->
              new Characters(FORMAT, VERSION, CHARACTERS, chars.characters());
        });
  }

  /**
   * Reads a file.
   *
   * @throws InputException if it is no tokenizer, or one of a newer version
   * @throws IOException if it is missing or unreadable
   */
  public static Tokenizer read(Path file) throws IOException {
    return parse(Utf8File.read(file, "JSON"), file.toString());
  }

  static Tokenizer parse(String text, String file) {
    JsonNode head = Json.parse(text, file, JsonNode.class);
    if (!head.path("format").asString("").equals(FORMAT)) {
      throw new InputException(
          "%s: has format %s, expected \"%s\"".formatted(file, shown(head, "format"), FORMAT));
    }
    if (head.path("version").asInt(0) != VERSION) {
      throw new InputException(
          "%s: has version %s, expected %d; a newer Chainrule may have written it"
              .formatted(file, shown(head, "version"), VERSION));
    }
    String type = head.path("type").asString("");
    return switch (type) {
      case BYTES -> {
        Json.parse(text, file, Bytes.class);
        yield new ByteTokenizer();
      }
      case CHARACTERS -> characters(file, Json.parse(text, file, Characters.class).characters());
      default ->
          throw new InputException(
              "%s: has type %s, expected \"%s\" or \"%s\""
                  .formatted(file, shown(head, "type"), BYTES, CHARACTERS));
    };
  }

  private static Tokenizer characters(String file, String characters) {
    try {
      CharTokenizer tokenizer = CharTokenizer.of(characters);
      if (tokenizer.characters().equals(characters)) {
        return tokenizer;
      }
    } catch (InputException e) {
      throw new InputException(file + ": " + e.getMessage(), e);
    }
    throw new InputException(
        file + ": has characters out of order, expected each once and ascending");
  }

  private static String shown(JsonNode head, String key) {
    return head.has(key) ? head.path(key).toString() : "none";
  }
}
