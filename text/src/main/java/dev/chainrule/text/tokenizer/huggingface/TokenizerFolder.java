package dev.chainrule.text.tokenizer.huggingface;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import dev.chainrule.base.io.Utf8File;
import dev.chainrule.text.tokenizer.SpecialTokens;
import dev.chainrule.text.tokenizer.subword.AddedToken;
import dev.chainrule.text.tokenizer.subword.BpeModel;
import dev.chainrule.text.tokenizer.subword.SubwordTokenizer;
import dev.chainrule.text.tokenizer.subword.TextPattern;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The files that lie beside a model: {@code tokenizer.json}, or GPT-2's {@code vocab.json} and
 * {@code merges.txt}, and what {@code tokenizer_config.json} and {@code generation_config.json} say
 * of special tokens and of the chat template.
 */
public final class TokenizerFolder {
  /** The tokenizer itself. */
  public static final String TOKENIZER = "tokenizer.json";

  private static final String CONFIG = "tokenizer_config.json";
  private static final String GENERATION = "generation_config.json";
  private static final String TEMPLATE = "chat_template.jinja";
  private static final String VOCABULARY = "vocab.json";
  private static final String MERGES = "merges.txt";
  private static final String END_OF_TEXT = "<|endoftext|>";

  private final Path folder;

  /** The files in a folder. */
  public TokenizerFolder(Path folder) {
    this.folder = folder;
  }

  /** Whether there is a tokenizer in the folder that this class reads. */
  public boolean hasTokenizer() {
    return Files.exists(folder.resolve(TOKENIZER)) || Files.exists(folder.resolve(VOCABULARY));
  }

  /**
   * The tokenizer.
   *
   * @throws InputException if a file is broken or none is there
   */
  public SubwordTokenizer read() throws IOException {
    Path file = folder.resolve(TOKENIZER);
    SubwordTokenizer tokenizer =
        Files.exists(file)
            ? HuggingFaceTokenizer.parse(Utf8File.read(file, "JSON"), file.toString())
            : gpt2();
    return withSpecials(tokenizer);
  }

  /** The template of chats, if the folder has one. */
  public @Nullable String chatTemplate() throws IOException {
    Path file = folder.resolve(TEMPLATE);
    if (Files.exists(file)) {
      return Utf8File.read(file, "a template");
    }
    JsonNode template = json(CONFIG).path("chat_template");
    if (template.isString()) {
      return template.stringValue();
    }
    for (JsonNode named : template) {
      if (named.path("name").asString("").equals("default") && named.path("template").isString()) {
        return named.path("template").stringValue();
      }
    }
    return null;
  }

  /** Adds what the files beside a {@code tokenizer.json} say of special tokens. */
  public SubwordTokenizer withSpecials(SubwordTokenizer tokenizer) throws IOException {
    JsonNode config = json(CONFIG);
    SpecialTokens usual = tokenizer.specials();
    OptionalInt begin = token(tokenizer, config, "bos_token", usual.begin());
    OptionalInt end = token(tokenizer, config, "eos_token", usual.end());
    Set<Integer> stops = new LinkedHashSet<>(usual.stops());
    end.ifPresent(stops::add);
    JsonNode ends = json(GENERATION).path("eos_token_id");
    for (JsonNode id : ends.isArray() ? ends : List.of(ends)) {
      if (id.isInt() && id.intValue() >= 0 && id.intValue() < tokenizer.vocabSize()) {
        stops.add(id.intValue());
      }
    }
    return tokenizer.withSpecials(
        new SpecialTokens(begin, end, stops, usual.before(), usual.after()));
  }

  private static OptionalInt token(
      SubwordTokenizer tokenizer, JsonNode config, String key, OptionalInt usual) {
    JsonNode value = config.path(key);
    String content = value.isObject() ? value.path("content").asString("") : value.asString("");
    int id = content.isEmpty() ? -1 : tokenizer.find(content);
    return id < 0 ? usual : OptionalInt.of(id);
  }

  private JsonNode json(String name) throws IOException {
    Path file = folder.resolve(name);
    return Files.exists(file) ? Json.read(file, JsonNode.class) : Json.mapper().createObjectNode();
  }

  /** GPT-2's two files, as its authors published them. */
  private SubwordTokenizer gpt2() throws IOException {
    Path vocabulary = folder.resolve(VOCABULARY);
    Path merges = folder.resolve(MERGES);
    return gpt2(
        Utf8File.read(vocabulary, "JSON"),
        vocabulary.toString(),
        Utf8File.read(merges, "a list of merges"),
        merges.toString());
  }

  static SubwordTokenizer gpt2(
      String vocabulary, String vocabularyOrigin, String merges, String mergesOrigin) {
    List<String> tokens = tokens(vocabulary, vocabularyOrigin);
    List<String> left = new ArrayList<>();
    List<String> right = new ArrayList<>();
    int number = 0;
    for (String line : (Iterable<String>) merges.lines()::iterator) {
      number++;
      if (line.isEmpty() || (number == 1 && line.startsWith("#version"))) {
        continue;
      }
      int space = line.indexOf(' ');
      if (space < 0 || space != line.lastIndexOf(' ')) {
        throw new InputException(
            "%s:%d: has \"%s\", expected two tokens with a space between"
                .formatted(mergesOrigin, number, line));
      }
      left.add(line.substring(0, space));
      right.add(line.substring(space + 1));
    }
    int end = tokens.indexOf(END_OF_TEXT);
    List<AddedToken> added = end < 0 ? List.of() : List.of(AddedToken.control(end, END_OF_TEXT));
    OptionalInt ends = end < 0 ? OptionalInt.empty() : OptionalInt.of(end);
    try {
      return new ByteLevelBpe(
              tokens,
              BpeModel.merges(left.toArray(String[]::new), right.toArray(String[]::new)),
              List.of(TextPattern.GPT2),
              false,
              added,
              new ByteLevelBpe.Special(ends, ends, List.of(), false, false))
          .tokenizer();
    } catch (InputException e) {
      throw new InputException(mergesOrigin + ": " + e.getMessage(), e);
    }
  }

  private static List<String> tokens(String vocabulary, String origin) {
    JsonNode entries = Json.parse(vocabulary, origin, JsonNode.class);
    if (!entries.isObject()) {
      throw new InputException(origin + ": is no object, expected tokens and their numbers");
    }
    @Nullable String[] tokens = new @Nullable String[entries.size()];
    entries
        .properties()
        .forEach(
            entry -> {
              int id = entry.getValue().isInt() ? entry.getValue().intValue() : -1;
              if (id < 0 || id >= tokens.length || tokens[id] != null) {
                throw new InputException(
                    "%s: has \"%s\" as %s, expected each number from 0 to %d once"
                        .formatted(origin, entry.getKey(), entry.getValue(), tokens.length - 1));
              }
              tokens[id] = entry.getKey();
            });
    List<String> list = new ArrayList<>(tokens.length);
    for (String token : tokens) {
      list.add(token == null ? "" : token);
    }
    return list;
  }
}
