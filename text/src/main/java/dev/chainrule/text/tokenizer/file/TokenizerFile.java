package dev.chainrule.text.tokenizer.file;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import dev.chainrule.base.io.Utf8File;
import dev.chainrule.core.gguf.GgufFile;
import dev.chainrule.text.tokenizer.ByteTokenizer;
import dev.chainrule.text.tokenizer.CharTokenizer;
import dev.chainrule.text.tokenizer.Tokenizer;
import dev.chainrule.text.tokenizer.gguf.GgufTokenizer;
import dev.chainrule.text.tokenizer.huggingface.HuggingFaceTokenizer;
import dev.chainrule.text.tokenizer.huggingface.TokenizerFolder;
import dev.chainrule.text.tokenizer.sentencepiece.Llama2cVocabulary;
import dev.chainrule.text.tokenizer.sentencepiece.SentencePieceTokenizer;
import dev.chainrule.text.tokenizer.subword.StoredTokenizer;
import dev.chainrule.text.tokenizer.subword.SubwordTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/**
 * A tokenizer as a file: our own small one beside a model that was trained with it, and those of
 * others, which are told apart by what is in them.
 */
public final class TokenizerFile {
  /** Name of the file in a checkpoint. */
  public static final String NAME = "tokenizer.json";

  private static final String SENTENCEPIECE_NAME = "tokenizer.model";
  private static final String FORMAT = "chainrule-tokenizer";
  private static final int VERSION = 1;
  private static final String BYTES = "bytes";
  private static final String CHARACTERS = "characters";
  private static final String HUGGING_FACE = "huggingface";
  private static final String SENTENCEPIECE = "sentencepiece";
  private static final List<String> TYPES = List.of(BYTES, CHARACTERS, HUGGING_FACE, SENTENCEPIECE);
  private static final String GGUF_MAGIC = "GGUF";

  private TokenizerFile() {}

  private record Bytes(String format, int version, String type) {}

  private record Characters(String format, int version, String type, String characters) {}

  private record HuggingFace(
      String format, int version, String type, StoredSpecials specials, String tokenizer) {}

  private record SentencePiece(
      String format,
      int version,
      String type,
      StoredSpecials specials,
      boolean spaceAfterTokens,
      String model) {}

  /** Creates or replaces a file, in one step. */
  public static void write(Path file, Tokenizer tokenizer) throws IOException {
    Json.write(
        file,
        switch (tokenizer) {
          case ByteTokenizer bytes -> new Bytes(FORMAT, VERSION, BYTES);
          case CharTokenizer chars ->
              new Characters(FORMAT, VERSION, CHARACTERS, chars.characters());
          case SubwordTokenizer subwords -> stored(subwords);
          default ->
              throw new IllegalArgumentException(
                  tokenizer.getClass().getName() + " has no form in a file");
        });
  }

  private static Object stored(SubwordTokenizer tokenizer) {
    StoredSpecials specials = StoredSpecials.of(tokenizer.specials());
    return switch (tokenizer.stored()) {
      case StoredTokenizer.HuggingFace stored ->
          new HuggingFace(FORMAT, VERSION, HUGGING_FACE, specials, stored.json().get());
      case StoredTokenizer.SentencePiece stored ->
          new SentencePiece(
              FORMAT,
              VERSION,
              SENTENCEPIECE,
              specials,
              stored.spaceAfterTokens(),
              Base64.getEncoder().encodeToString(stored.model().get()));
    };
  }

  /**
   * Reads a file: our own, {@code tokenizer.json} or {@code vocab.json} with {@code merges.txt} of
   * Hugging Face's library, {@code tokenizer.model} of SentencePiece, a GGUF file, a vocabulary of
   * llama2.c; or a folder with one of the first three.
   *
   * @throws InputException if it is no tokenizer, or one of a newer version
   * @throws IOException if it is missing or unreadable
   */
  public static Tokenizer read(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      return ofFolder(file);
    }
    Path folder = file.toAbsolutePath().normalize().getParent();
    String head = head(file);
    if (head.startsWith(GGUF_MAGIC)) {
      try (GgufFile gguf = GgufFile.open(file)) {
        return GgufTokenizer.read(gguf.metadata(), file.toString());
      }
    }
    if (isText(head)) {
      String text = Utf8File.read(file, "JSON");
      boolean gpt2 = "vocab.json".equals(String.valueOf(file.getFileName()));
      if (gpt2 && folder != null && !isTokenizer(text, file.toString())) {
        return new TokenizerFolder(folder).read();
      }
      Tokenizer tokenizer = parse(text, file.toString());
      boolean foreign = isForeign(text, file.toString());
      return foreign && folder != null && tokenizer instanceof SubwordTokenizer subwords
          ? new TokenizerFolder(folder).withSpecials(subwords)
          : tokenizer;
    }
    Tokenizer tokenizer = parseBinary(Files.readAllBytes(file), file.toString());
    boolean pieces = SENTENCEPIECE_NAME.equals(String.valueOf(file.getFileName()));
    return pieces && folder != null && tokenizer instanceof SubwordTokenizer subwords
        ? new TokenizerFolder(folder).withSpecialsOf(subwords)
        : tokenizer;
  }

  /** Whether a folder holds a tokenizer that is read here. */
  public static boolean isIn(Path folder) {
    return new TokenizerFolder(folder).hasTokenizer()
        || Files.exists(folder.resolve(SENTENCEPIECE_NAME));
  }

  private static Tokenizer ofFolder(Path folder) throws IOException {
    Path model = folder.resolve(SENTENCEPIECE_NAME);
    Path own = folder.resolve(NAME);
    if (Files.exists(own)) {
      return read(own);
    }
    if (new TokenizerFolder(folder).hasTokenizer()) {
      return new TokenizerFolder(folder).read();
    }
    if (Files.exists(model)) {
      return read(model);
    }
    throw new InputException(
        "%s: has no tokenizer, expected %s, vocab.json with merges.txt, or %s"
            .formatted(folder, NAME, SENTENCEPIECE_NAME));
  }

  /** The first bytes, one to a character. */
  private static String head(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(64), StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      throw new InputException(file + ": no such file or folder.", e);
    }
  }

  /**
   * JSON begins so, after spaces or a byte order mark. A vocabulary of llama2.c may do so too, but
   * it begins with the length of a token in four bytes.
   */
  private static boolean isText(String head) {
    if (head.startsWith("\0\0", 2)) {
      return false;
    }
    String begun = head.startsWith("\u00EF\u00BB\u00BF") ? head.substring(3) : head;
    String first = begun.stripLeading();
    return first.isEmpty() || "{[\"".indexOf(first.charAt(0)) >= 0;
  }

  static Tokenizer parseBinary(byte[] bytes, String file) {
    boolean message = bytes.length > 1 && bytes[0] == '\n';
    return message
        ? SentencePieceTokenizer.parse(bytes, file)
        : SentencePieceTokenizer.of(
            Llama2cVocabulary.read(bytes, file), file, false, true, false, List.of());
  }

  private static boolean isForeign(String text, String file) {
    return firstKey(text, file).equals("model");
  }

  private static boolean isTokenizer(String text, String file) {
    return !firstKey(text, file).isEmpty();
  }

  /** Which of the keys that tell formats apart comes first; empty if none does. */
  private static String firstKey(String text, String file) {
    return Json.stream(
        text,
        file,
        in -> {
          String found = "";
          if (in.currentToken() == JsonToken.START_OBJECT) {
            while (in.nextToken() == JsonToken.PROPERTY_NAME) {
              String key = in.currentName();
              boolean tells = key.equals("format") || key.equals("model");
              found = found.isEmpty() && tells ? key : found;
              in.nextToken();
              in.skipChildren();
            }
          } else {
            in.skipChildren();
          }
          return found;
        });
  }

  static Tokenizer parse(String text, String file) {
    return isForeign(text, file) ? HuggingFaceTokenizer.parse(text, file) : own(text, file);
  }

  private static Tokenizer own(String text, String file) {
    JsonNode head = Json.parse(text, file, JsonNode.class);
    if (!head.path("format").asString("").equals(FORMAT)) {
      throw new InputException(
          "%s: has format %s, expected \"%s\" or a tokenizer.json with a model"
              .formatted(file, shown(head, "format"), FORMAT));
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
      case HUGGING_FACE -> {
        HuggingFace stored = Json.parse(text, file, HuggingFace.class);
        SubwordTokenizer tokenizer = HuggingFaceTokenizer.parse(stored.tokenizer(), file);
        yield tokenizer.withSpecials(stored.specials().checked(tokenizer.vocabSize(), file));
      }
      case SENTENCEPIECE -> sentencePiece(file, Json.parse(text, file, SentencePiece.class));
      default ->
          throw new InputException(
              "%s: has type %s, expected one of %s"
                  .formatted(file, shown(head, "type"), String.join(", ", TYPES)));
    };
  }

  private static Tokenizer sentencePiece(String file, SentencePiece stored) {
    byte[] model;
    try {
      model = Base64.getDecoder().decode(stored.model());
    } catch (IllegalArgumentException e) {
      throw new InputException(file + ": has a model that is no base64, expected base64", e);
    }
    SubwordTokenizer tokenizer = SentencePieceTokenizer.parse(model, file);
    return SentencePieceTokenizer.restored(
        model,
        file,
        stored.spaceAfterTokens(),
        stored.specials().checked(tokenizer.vocabSize(), file));
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
