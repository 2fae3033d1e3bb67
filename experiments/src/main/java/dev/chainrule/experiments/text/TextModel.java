package dev.chainrule.experiments.text;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.train.Checkpoint;
import dev.chainrule.text.data.Corpus;
import dev.chainrule.text.gpt.Gpt;
import dev.chainrule.text.gpt.GptConfig;
import dev.chainrule.text.tokenizer.Tokenizer;
import dev.chainrule.text.tokenizer.TokenizerFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/**
 * A trained language model from its folder.
 *
 * @param config all that its config.json says
 */
record TextModel(Gpt gpt, Tokenizer tokenizer, Checkpoint.Config config) {
  static final String KIND = "text.gpt";
  static final Set<String> FILES = Set.of(TokenizerFile.NAME);

  /** Reads model and tokenizer. */
  static TextModel load(Path folder) throws IOException {
    Checkpoint checkpoint = new Checkpoint(folder, KIND, FILES);
    Checkpoint.Config config = checkpoint.config();
    GptConfig shape = parse(folder, config.model(), GptConfig.class);
    Gpt gpt = checkpoint.construct(() -> new Gpt(shape));
    gpt.parameters().allocate(DType.FLOAT32, 0);
    checkpoint.readModel(gpt.parameters());
    Tokenizer tokenizer =
        checkpoint.read(from -> TokenizerFile.read(from.resolve(TokenizerFile.NAME)));
    if (tokenizer.vocabSize() != shape.vocabSize()) {
      throw new InputException(
          "%s: the tokenizer has %d tokens, the model %d"
              .formatted(folder, tokenizer.vocabSize(), shape.vocabSize()));
    }
    return new TextModel(gpt, tokenizer, config);
  }

  /** How the model was trained; runs of before {@code --glob} was written down took all files. */
  static TextRun run(Path folder, Checkpoint.Training training) {
    tools.jackson.databind.JsonNode options = training.options();
    if (options instanceof tools.jackson.databind.node.ObjectNode object && !object.has("glob")) {
      options = object.deepCopy().put("glob", Corpus.ALL_FILES);
    }
    return parse(folder, options, TextRun.class);
  }

  /** A part of config.json as a record. */
  static <T> T parse(Path folder, tools.jackson.databind.JsonNode node, Class<T> type) {
    return Json.parse(node.toString(), folder.resolve("config.json").toString(), type);
  }
}
