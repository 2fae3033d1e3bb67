package dev.chainrule.text.tokenizer.huggingface;

import dev.chainrule.base.io.Json;
import dev.chainrule.text.tokenizer.ByteTokenizer;
import dev.chainrule.text.tokenizer.CharTokenizer;
import dev.chainrule.text.tokenizer.SpecialTokens;
import dev.chainrule.text.tokenizer.Tokenizer;
import dev.chainrule.text.tokenizer.sentencepiece.SentencePieceModel;
import dev.chainrule.text.tokenizer.subword.StoredTokenizer;
import dev.chainrule.text.tokenizer.subword.SubwordTokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Writes tokenizers as Hugging Face's libraries keep them: {@code tokenizer.json}, or
 * SentencePiece's own {@code tokenizer.model} where that has no words for one, and {@code
 * tokenizer_config.json}.
 */
public final class TokenizerExport {
  private static final String SENTENCEPIECE = "tokenizer.model";

  private TokenizerExport() {}

  /** The tokens that begin and end texts, as the files that are written name them. */
  public static SpecialTokens specials(Tokenizer tokenizer) {
    return switch (tokenizer) {
      case ByteTokenizer bytes -> PlainTokens.bytes().specials();
      case CharTokenizer chars -> ends(PlainTokens.end(chars));
      default -> tokenizer.specials();
    };
  }

  private static SpecialTokens ends(OptionalInt end) {
    Set<Integer> stops = end.isPresent() ? Set.of(end.getAsInt()) : Set.of();
    return new SpecialTokens(
        end, end, stops, SpecialTokens.NONE.before(), SpecialTokens.NONE.after());
  }

  /**
   * Writes the files.
   *
   * @param contextLength most tokens that the model sees at once
   * @param folder that exists
   */
  public static void write(Tokenizer tokenizer, int contextLength, Path folder) throws IOException {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("tokenizer_class", "PreTrainedTokenizerFast");
    switch (tokenizer) {
      case ByteTokenizer bytes -> write(PlainTokens.bytes(), folder, config);
      case CharTokenizer chars -> json(PlainTokens.json(chars), folder);
      case SubwordTokenizer subwords -> write(subwords, folder, config);
      default ->
          throw new IllegalArgumentException(
              tokenizer.getClass().getName() + " has no form in a file");
    }
    SpecialTokens specials = specials(tokenizer);
    put(config, "bos_token", tokenizer, specials.begin());
    put(config, "eos_token", tokenizer, specials.end());
    config.put("model_max_length", contextLength);
    config.put("clean_up_tokenization_spaces", false);
    Json.write(folder.resolve("tokenizer_config.json"), config);
  }

  private static void put(
      Map<String, Object> config, String key, Tokenizer tokenizer, OptionalInt id) {
    if (id.isPresent()) {
      Tokenizer spelled = tokenizer instanceof ByteTokenizer ? PlainTokens.bytes() : tokenizer;
      config.put(key, spelled.piece(id.getAsInt()));
    }
  }

  private static void write(SubwordTokenizer tokenizer, Path folder, Map<String, Object> config)
      throws IOException {
    switch (tokenizer.stored()) {
      case StoredTokenizer.HuggingFace stored -> json(stored.json().get(), folder);
      case StoredTokenizer.SentencePiece stored -> {
        byte[] bytes = stored.model().get();
        SentencePieceModel model = SentencePieceModel.read(bytes, folder.toString());
        if (SentencePieceJson.canSay(model)) {
          json(
              SentencePieceJson.of(model, tokenizer.specials(), stored.spaceAfterTokens()), folder);
        } else {
          Files.write(folder.resolve(SENTENCEPIECE), bytes);
          config.put("tokenizer_class", "T5Tokenizer");
        }
      }
    }
  }

  private static void json(String text, Path folder) throws IOException {
    Files.write(folder.resolve(TokenizerFolder.TOKENIZER), text.getBytes(StandardCharsets.UTF_8));
  }
}
