package dev.chainrule.text.tokenizer.huggingface;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Excerpt;
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
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The files that lie beside a model: {@code tokenizer.json}, or GPT-2's {@code vocab.json} and
 * {@code merges.txt}, and what {@code tokenizer_config.json} and {@code generation_config.json}, or
 * without the latter {@code config.json}, say of special tokens and of the chat template.
 */
public final class TokenizerFolder {
  /** The tokenizer itself. */
  public static final String TOKENIZER = "tokenizer.json";

  /** The template of chats, where it has a file of its own. */
  public static final String TEMPLATE = "chat_template.jinja";

  private static final String CONFIG = "tokenizer_config.json";
  private static final String GENERATION = "generation_config.json";
  private static final String VOCABULARY = "vocab.json";
  private static final String MERGES = "merges.txt";
  private static final String END_OF_TEXT = "<|endoftext|>";
  private static final String MODEL_CONFIG = "config.json";
  private static final String ADDED = "added_tokens.json";
  private static final String END_ID = "eos_token_id";

  /** The classes of transformers that read these two files as GPT-2's. */
  private static final Set<String> GPT2_CLASSES = Set.of("GPT2Tokenizer", "GPT2TokenizerFast");

  /** Numbers of added tokens may leave gaps, but must not ask for memory that they do not fill. */
  private static final int FREE_IDS = 1024;

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
    JsonNode generation = json(GENERATION);
    JsonNode ends = (generation.has(END_ID) ? generation : json(MODEL_CONFIG)).path(END_ID);
    for (JsonNode id : ends.isArray() ? ends : List.of(ends)) {
      if (id.isInt() && id.intValue() >= 0 && id.intValue() < tokenizer.vocabSize()) {
        stops.add(id.intValue());
      }
    }
    return tokenizer.withSpecials(
        new SpecialTokens(begin, end, stops, usual.before(), usual.after()));
  }

  /**
   * A {@code tokenizer.model} of the folder, with what the files beside it say of special tokens.
   *
   * @throws InputException if they name tokens that it lacks
   */
  public SubwordTokenizer withSpecialsOf(SubwordTokenizer pieces) throws IOException {
    Fields config = new Fields(json(CONFIG), folder.resolve(CONFIG).toString(), "");
    for (AddedToken token : added(config)) {
      requireKnown(pieces, token.content(), token.id(), config.origin());
    }
    for (Map.Entry<String, JsonNode> token : json(ADDED).properties()) {
      int id = token.getValue().asInt(0);
      requireKnown(pieces, token.getKey(), id, folder.resolve(ADDED).toString());
    }
    SpecialTokens usual = pieces.specials();
    boolean begins = config.flag("add_bos_token", !usual.before().isEmpty());
    boolean ends = config.flag("add_eos_token", !usual.after().isEmpty());
    return withSpecials(
        pieces.withSpecials(
            new SpecialTokens(
                usual.begin(),
                usual.end(),
                usual.stops(),
                begins ? usual.begin().stream().boxed().toList() : List.of(),
                ends ? usual.end().stream().boxed().toList() : List.of())));
  }

  private static void requireKnown(SubwordTokenizer pieces, String content, int id, String origin) {
    if (id >= pieces.vocabSize()) {
      throw new InputException(
          "%s: has \"%s\" as token %d, which tokenizer.model with its %d lacks, expected a %s"
              .formatted(origin, Excerpt.of(content), id, pieces.vocabSize(), TOKENIZER));
    }
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
    Fields config = new Fields(json(CONFIG), folder.resolve(CONFIG).toString(), "");
    String type = config.string("tokenizer_class", "GPT2Tokenizer");
    if (!GPT2_CLASSES.contains(type)) {
      throw config.refusal(
          "tokenizer_class is \"%s\" and there is no %s".formatted(Excerpt.of(type), TOKENIZER),
          "GPT2Tokenizer, whose words are told apart as GPT-2 does it");
    }
    if (config.flag("add_prefix_space", false)) {
      throw config.refusal(
          "add_prefix_space is true and there is no " + TOKENIZER, "false, as GPT-2 has it");
    }
    List<String> tokens = tokens(Utf8File.read(vocabulary, "JSON"), vocabulary.toString());
    List<AddedToken> added = added(config);
    added.forEach(token -> put(tokens, token, config.origin()));
    return gpt2(
        tokens,
        added,
        config.flag("add_bos_token", false),
        Utf8File.read(merges, "a list of merges"),
        merges.toString());
  }

  /** Tokens that a vocabulary got after it was trained, or that are looked for first. */
  private static List<AddedToken> added(Fields config) {
    List<AddedToken> added = new ArrayList<>();
    if (config.has("added_tokens_decoder")) {
      Fields all = config.object("added_tokens_decoder");
      for (String id : all.node().propertyNames()) {
        if (!id.matches("\\d{1,9}")) {
          throw all.refusal("has \"" + Excerpt.of(id) + "\"", "numbers of tokens");
        }
        added.add(HuggingFaceTokenizer.added(all.object(id), Integer.parseInt(id)));
      }
    }
    return added;
  }

  static SubwordTokenizer gpt2(
      String vocabulary, String vocabularyOrigin, String merges, String mergesOrigin) {
    return gpt2(tokens(vocabulary, vocabularyOrigin), List.of(), false, merges, mergesOrigin);
  }

  private static SubwordTokenizer gpt2(
      List<String> tokens,
      List<AddedToken> more,
      boolean addBegin,
      String merges,
      String mergesOrigin) {
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
    List<AddedToken> added = new ArrayList<>(more);
    int end = tokens.indexOf(END_OF_TEXT);
    if (end >= 0 && more.stream().noneMatch(token -> token.id() == end)) {
      added.add(AddedToken.control(end, END_OF_TEXT));
    }
    OptionalInt ends = end < 0 ? OptionalInt.empty() : OptionalInt.of(end);
    try {
      return new ByteLevelBpe(
              tokens,
              BpeModel.merges(left.toArray(String[]::new), right.toArray(String[]::new)),
              List.of(TextPattern.GPT2),
              false,
              added,
              new ByteLevelBpe.Special(ends, ends, List.of(), addBegin, false))
          .tokenizer();
    } catch (InputException e) {
      throw new InputException(mergesOrigin + ": " + e.getMessage(), e);
    }
  }

  /** Gives an added token its place, which may be the one that it has. */
  private static void put(List<String> tokens, AddedToken token, String origin) {
    String content = Excerpt.of(token.content());
    if (token.id() > tokens.size() + FREE_IDS) {
      throw new InputException(
          "%s: added token \"%s\" has number %d after %d tokens, expected one without a large gap"
              .formatted(origin, content, token.id(), tokens.size()));
    }
    while (tokens.size() <= token.id()) {
      tokens.add("");
    }
    String there = tokens.get(token.id());
    if (!there.isEmpty() && !there.equals(token.content())) {
      throw new InputException(
          "%s: has \"%s\" as token %d, which is \"%s\" in %s, expected the same"
              .formatted(origin, content, token.id(), Excerpt.of(there), VOCABULARY));
    }
    tokens.set(token.id(), token.content());
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
