package dev.chainrule.experiments.text;

import dev.chainrule.core.run.ModelKind;
import dev.chainrule.core.run.ModelKinds;
import dev.chainrule.core.run.Recipe;
import dev.chainrule.core.run.Settings;
import dev.chainrule.core.run.TrainingRun;
import dev.chainrule.experiments.cli.ShellWord;
import dev.chainrule.experiments.training.TrainVerb;
import dev.chainrule.text.data.Corpus;
import dev.chainrule.text.data.Documents;
import dev.chainrule.text.model.TokenBatch;
import dev.chainrule.text.run.Distillation;
import dev.chainrule.text.run.FineTuning;
import dev.chainrule.text.run.GptKind;
import dev.chainrule.text.run.LoraKind;
import dev.chainrule.text.run.TextKind;
import dev.chainrule.text.run.TextRun;
import dev.chainrule.text.run.TextTraining;
import dev.chainrule.text.tokenizer.file.TokenizerFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chainrule text train}. */
@Command(
    name = "train",
    aliases = "distill",
    description = "Train a language model on text or code; the folder --out gets the model.")
final class TextTrain extends TrainVerb<TokenBatch> {
  /** Recipes known under a name. */
  enum Preset {
    NANO_CPU,
    BABY;

    TextTraining training() {
      return this == NANO_CPU ? TextTraining.nanoCpu() : TextTraining.baby();
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Nats per token below which text is not plausible: half a bit a character. */
  private static final double IMPLAUSIBLE_NLL = 0.35;

  /** For looking at a shape before its vocabulary is known. */
  private static final int NOMINAL_VOCABULARY = 256;

  @Option(
      names = "--data",
      paramLabel = "FILE|DIR|NAME",
      description = "Text to learn: a file, a folder, or a known set such as tinyshakespeare.")
  @Nullable String data;

  @Option(
      names = "--glob",
      paramLabel = "PATTERN",
      description = "Which files of a folder, for example **.java (default: all).")
  @Nullable String glob;

  @Option(
      names = "--documents",
      paramLabel = "KIND",
      description =
          "What the documents are: ${COMPLETION-CANDIDATES}. auto: a folder's files, the lines of a"
              + " .jsonl, the sequences of a .fasta, the molecules of a .smi; another file is one"
              + " text.")
  Documents documents = Documents.AUTO;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description =
          "Sizes and rates to begin from: ${COMPLETION-CANDIDATES}. nano-cpu: 4 layers, 4 heads,"
              + " width 128, context 64, batch 12, 2000 steps, rate 0.003; baby: 6, 6, 384, 256,"
              + " 64, 5000, 0.001. Beside --from rates and length are others, unless this is given:"
              + " batch 4, 200 steps, rate 0.0001, of adapters 0.001.")
  Preset preset = Preset.NANO_CPU;

  @Option(
      names = "--architecture",
      paramLabel = "NAME",
      description = "The network: gpt, or another kind of text model on the class path.")
  String architecture = "gpt";

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = "A setting of the network by its name in config.json, such as num_layers=4.")
  Map<String, String> settings = new LinkedHashMap<>();

  @Option(
      names = "--tokenizer",
      paramLabel = "char|byte|FILE",
      description =
          "Tokens: characters of the text (the default), bytes, or those of a file: tokenizer.json,"
              + " tokenizer.model, vocab.json beside merges.txt, or a GGUF file. Beside --from: of"
              + " a model whose own files hold none.")
  String tokenizer = "char";

  @Option(names = "--layers", paramLabel = "N", description = "Blocks (default: the preset's).")
  @Nullable Integer layers;

  @Option(names = "--heads", paramLabel = "N", description = "Heads (default: the preset's).")
  @Nullable Integer heads;

  @Option(names = "--width", paramLabel = "N", description = "Width (default: the preset's).")
  @Nullable Integer width;

  @Option(
      names = "--context",
      paramLabel = "N",
      description =
          "Most tokens seen at once (default: the preset's; beside --from the model's, 256 at"
              + " most).")
  @Nullable Integer context;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Instead of --steps: as many as show each token so many times, on average.")
  @Nullable Double epochs;

  @Option(
      names = "--dropout",
      paramLabel = "P",
      description = "Dropout probability (default: the preset's).")
  @Nullable Double dropout;

  @Option(names = "--bias", negatable = true, description = "Biases in maps and norms.")
  @Nullable Boolean bias;

  @Option(
      names = "--tied",
      negatable = true,
      fallbackValue = "true",
      description = "Output map and token embedding are one (default: they are).")
  @Nullable Boolean tied;

  @Option(
      names = "--validation",
      paramLabel = "F",
      description = "Share held out: of the end of one text, or of the documents.")
  double validation = 0.1;

  @Option(
      names = "--validation-data",
      paramLabel = "FILE|DIR|NAME",
      description =
          "Held out instead: what lies here, of the same kind as --data, all of which is learnt.")
  @Nullable String validationData;

  @Option(
      names = "--fim-rate",
      paramLabel = "P",
      description =
          "Share of the documents whose middle is moved to the end, so that the model learns to"
              + " fill in what is missing (default: none).")
  double fimRate;

  @Option(
      names = "--teacher",
      paramLabel = "MODEL",
      description =
          "Learn this model's distributions over the next token, with its tokenizer, in place of"
              + " the tokens (distillation).")
  @Nullable Path teacher;

  /** Whether likelihoods are divergences. */
  private boolean fromTeacher;

  @Mixin private FineTuningOptions fineTuning = new FineTuningOptions();

  @Override
  protected ModelKind<?, TokenBatch> kind() {
    return fineTuning.rank != null ? new LoraKind() : textKind();
  }

  private TextKind<?> textKind() {
    List<TextKind<?>> kinds = kinds();
    for (TextKind<?> kind : kinds) {
      if (kind.architecture().equals(architecture)) {
        return kind;
      }
    }
    throw badOption(
        "--architecture",
        architecture,
        "one of " + String.join(", ", kinds.stream().map(TextKind::architecture).toList()));
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // a class literal has no type arguments
  private static List<TextKind<?>> kinds() {
    return (List) ModelKinds.all(TextKind.class);
  }

  private boolean goesOn() {
    return fineTuning.from != null && !options().given().contains("--preset");
  }

  @Override
  public void check() throws IOException {
    super.check();
    if (fineTuning.from == null) {
      TextTraining.Network<?> network = network(textKind(), preset.training());
      fromOptions(() -> network.shape().apply(NOMINAL_VOCABULARY));
    }
  }

  @Override
  protected Recipe usual() {
    return goesOn() ? FineTuning.recipe(fineTuning.rank != null) : preset.training().recipe();
  }

  @Override
  protected TrainingRun<TokenBatch> begin(Path out) throws IOException {
    if (data == null) {
      throw badOption("--data", "nothing", "a file, a folder or the name of a known set");
    }
    if (epochs != null && (training().steps() != null || !(epochs > 0))) {
      throw badOption("--epochs", epochs, "a number above 0, and no --steps beside it");
    }
    String lacking = fineTuning.lacking();
    if (lacking != null) {
      throw badOption(lacking, "nothing", "the model that is to change");
    }
    TextTraining usual = preset.training();
    TextTraining wanted =
        usual
            .withTokens(tokens())
            .withGlob(glob == null ? Corpus.ALL_FILES : glob)
            .withDocuments(documents)
            .withValidationFraction(validation)
            .withFillInTheMiddle(fimRate)
            .withEpochs(epochs == null ? 0 : epochs)
            .withRecipe(recipe(usual()));
    if (validationData != null) {
      if (options().given().contains("--validation")) {
        throw badOption("--validation", validation, "none beside --validation-data");
      }
      wanted = wanted.withValidationData(validationData);
    }
    Path given = options().given().contains("--tokenizer") ? Path.of(tokenizer) : null;
    Optional<FineTuning> change = fromOptions(() -> fineTuning.fineTuning(given));
    if (teacher != null) {
      return distilled(teacher, wanted.withNetwork(network(textKind(), usual)), out);
    }
    if (change.isEmpty()) {
      return TextRun.begin(data, wanted.withNetwork(network(textKind(), usual)), out);
    }
    requireOfModel();
    return change
        .orElseThrow()
        .begin(data, context == null ? wanted : wanted.withWindow(context), out);
  }

  private TrainingRun<TokenBatch> distilled(Path from, TextTraining wanted, Path out)
      throws IOException {
    for (String name : List.of("--from", "--tokenizer")) {
      if (options().given().contains(name)) {
        throw badOption(
            name,
            String.valueOf(options().values().get(name)),
            "none beside --teacher, whose tokens a new model gets");
      }
    }
    fromTeacher = true;
    return new Distillation(from).begin(String.valueOf(data), wanted, out);
  }

  /** What a model that there is has already cannot be asked for. */
  private void requireOfModel() {
    Map<String, String> values = options().values();
    for (String name :
        List.of(
            "--architecture",
            "--set",
            "--layers",
            "--heads",
            "--width",
            "--dropout",
            "--bias",
            "--tied")) {
      if (options().given().contains(name)) {
        throw badOption(
            name,
            String.valueOf(values.get(name)),
            "none beside --from, whose model has it already");
      }
    }
  }

  private TextTraining.Tokens tokens() throws IOException {
    return switch (tokenizer.toLowerCase(Locale.ROOT)) {
      case "char" -> TextTraining.Tokens.CHAR;
      case "byte" -> TextTraining.Tokens.BYTE;
      default -> {
        Path file = Path.of(tokenizer);
        if (!Files.exists(file)) {
          throw badOption(
              "--tokenizer", tokenizer, "char, byte or the name of a file that is there");
        }
        yield TextTraining.Tokens.given(TokenizerFile.read(file));
      }
    };
  }

  /** The preset's where it is a GPT, another kind's own; then as the options say. */
  private <C> TextTraining.Network<C> network(TextKind<C> kind, TextTraining usual) {
    @SuppressWarnings("unchecked") // the kinds are the same
    IntFunction<C> shape =
        kind instanceof GptKind ? (IntFunction<C>) usual.network().shape() : kind::defaults;
    return new TextTraining.Network<>(
        kind,
        vocabSize -> {
          C usualShape = shape.apply(vocabSize);
          Map<String, String> changes = named(kind, Settings.names(usualShape));
          changes.putAll(settings);
          return Settings.apply(usualShape, kind.configuration(), changes, kind.name());
        });
  }

  /** An option that sets something of every network that has it. */
  private record Named(String option, String setting, @Nullable Object value) {}

  /** What the options set, refused where the network has no such thing. */
  private Map<String, String> named(TextKind<?> kind, List<String> known) {
    List<Named> options =
        List.of(
            new Named("--context", "context_length", context),
            new Named("--layers", "num_layers", layers),
            new Named("--heads", "num_heads", heads),
            new Named("--width", known.contains("width") ? "width" : "embedding_dim", width),
            new Named("--dropout", "dropout", dropout),
            new Named("--bias", "bias", bias),
            new Named("--tied", "tied_embeddings", tied));
    Map<String, String> changes = new LinkedHashMap<>();
    for (Named named : options) {
      Object value = named.value();
      if (value != null && !known.contains(named.setting())) {
        throw badOption(
            named.option(),
            value,
            "none: %s has %s".formatted(kind.name(), String.join(", ", known)));
      }
      if (value != null) {
        changes.put(named.setting(), value.toString());
      }
    }
    return changes;
  }

  @Override
  protected TrainingRun<TokenBatch> resume(Path out) throws IOException {
    TrainingRun<TokenBatch> run = TextRun.resume(out, data, glob, this::resumed);
    fromTeacher = run.options().hasNonNull("teacher");
    return run;
  }

  @Override
  protected Object report(Path out, TrainingRun.Result result) {
    Double first = result.firstValidationNll();
    output()
        .printf(
            Locale.ROOT,
            "%s: held out %.4f nats a token%s, %.4f bits%s%n",
            progress(result),
            result.validationNll(),
            fromTeacher ? " from the teacher" : "",
            result.validationBitsPerDim(),
            first == null ? "" : String.format(Locale.ROOT, "; %.4f nats before", first));
    if (!fromTeacher && result.validationNll() < IMPLAUSIBLE_NLL) {
      output()
          .printf(
              Locale.ROOT,
              "Half a bit a token is less than text has: look for held-out text among the training"
                  + " text, or repeated text, before you believe it.%n");
    }
    output()
        .printf(
            "model in %s; sample with: ./chainrule text sample --model %s%n",
            out, ShellWord.of(out));
    return result;
  }
}
