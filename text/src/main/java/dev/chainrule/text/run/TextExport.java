package dev.chainrule.text.run;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import dev.chainrule.core.gguf.GgufQuantization;
import dev.chainrule.core.gguf.Rounding;
import dev.chainrule.text.architecture.GgufExport;
import dev.chainrule.text.architecture.GptAsDecoder;
import dev.chainrule.text.architecture.HubExport;
import dev.chainrule.text.architecture.MappedModel;
import dev.chainrule.text.chat.ChatTemplate;
import dev.chainrule.text.decoder.DecoderModel;
import dev.chainrule.text.gpt.Gpt;
import dev.chainrule.text.tokenizer.IdTokenizer;
import dev.chainrule.text.tokenizer.SpecialTokens;
import dev.chainrule.text.tokenizer.Tokenizer;
import dev.chainrule.text.tokenizer.gguf.GgufVocabulary;
import dev.chainrule.text.tokenizer.huggingface.TokenizerExport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Models as files of other programs: with weights, sizes, tokenizer, special tokens and chat
 * template. Adapters are exported as the model that they change, with the changes added.
 */
public final class TextExport {
  private static final String TEMPLATE = "chat_template.jinja";

  private TextExport() {}

  /**
   * A GGUF file, which the caller writes; llama.cpp opens it.
   *
   * @throws InputException if the model is no decoder of a known architecture, or its tokenizer one
   *     that GGUF has no word for
   */
  public static GgufQuantization gguf(TextModel model, Rounding rounding) throws IOException {
    return gguf(model, decoder(model), rounding);
  }

  /**
   * The same with other weights than the model's.
   *
   * @param decoder of the same configuration
   */
  public static GgufQuantization gguf(TextModel model, DecoderModel decoder, Rounding rounding)
      throws IOException {
    GgufQuantization file = GgufExport.of(decoder, rounding);
    Path name = model.path().toAbsolutePath().normalize().getFileName();
    file.metadata().set("general.name", String.valueOf(name));
    GgufVocabulary.write(
        model.tokenizer(), decoder.vocabSize(), model.path().toString(), file.metadata());
    Optional<ChatTemplate> template = model.chatTemplate();
    if (template.isPresent()) {
      file.metadata().set("tokenizer.chat_template", template.get().source());
    }
    return file;
  }

  /**
   * Writes a folder that transformers loads, weights in float32.
   *
   * @param folder made if it is not there; must not hold a model yet
   * @return the number of weights
   * @throws InputException if the model is no decoder of a known architecture
   */
  public static long huggingFace(TextModel model, Path folder) throws IOException {
    DecoderModel decoder = decoder(model);
    Tokenizer tokenizer = model.tokenizer();
    SpecialTokens specials = TokenizerExport.specials(tokenizer);
    Map<String, Object> ids = new LinkedHashMap<>();
    specials.begin().ifPresent(id -> ids.put("bos_token_id", id));
    List<Integer> stops = specials.stops().stream().sorted().toList();
    if (stops.size() == 1) {
      ids.put("eos_token_id", stops.getFirst());
    } else if (!stops.isEmpty()) {
      ids.put("eos_token_id", stops);
    }
    HubExport.write(decoder, folder, ids);
    if (!ids.isEmpty()) {
      Json.write(folder.resolve("generation_config.json"), ids);
    }
    if (!(tokenizer instanceof IdTokenizer)) {
      TokenizerExport.write(tokenizer, decoder.contextLength(), folder);
    }
    Optional<ChatTemplate> template = model.chatTemplate();
    if (template.isPresent()) {
      Files.writeString(folder.resolve(TEMPLATE), template.get().source());
    }
    return decoder.parameters().count();
  }

  /** The network with float32 parameters. */
  static DecoderModel decoder(TextModel model) {
    return switch (model.network()) {
      case DecoderModel decoder -> decoder;
      case MappedModel mapped -> mapped.floats();
      case Gpt gpt -> GptAsDecoder.of(gpt);
      default ->
          throw new InputException(
              "%s: holds a model of kind %s, expected text.gpt, text.decoder or a published one"
                  .formatted(model.path(), model.kind()));
    };
  }
}
