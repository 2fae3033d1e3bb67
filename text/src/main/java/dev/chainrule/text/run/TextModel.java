package dev.chainrule.text.run;

import dev.chainrule.base.InputException;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.CacheFormat;
import dev.chainrule.core.run.ModelKinds;
import dev.chainrule.core.run.TrainedModel;
import dev.chainrule.core.run.TrainingRun;
import dev.chainrule.core.sampling.BeamSearch;
import dev.chainrule.core.sampling.GenerationConfig;
import dev.chainrule.core.sampling.SamplingConfig;
import dev.chainrule.core.train.Checkpoint;
import dev.chainrule.core.train.Evaluator;
import dev.chainrule.core.train.TrainingListener;
import dev.chainrule.text.architecture.ForeignModel;
import dev.chainrule.text.architecture.MappedModel;
import dev.chainrule.text.chat.ChatTemplate;
import dev.chainrule.text.data.Corpus;
import dev.chainrule.text.data.Documents;
import dev.chainrule.text.data.Markers;
import dev.chainrule.text.model.LanguageModel;
import dev.chainrule.text.model.SlotDecoder;
import dev.chainrule.text.structure.Format;
import dev.chainrule.text.structure.Structure;
import dev.chainrule.text.tokenizer.Tokenizer;
import dev.chainrule.text.tokenizer.file.TokenizerFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A trained language model: trained by {@link #train} or opened by {@link #open}, it evaluates,
 * scores and continues text. Its methods may be called from one thread at a time. Who closes it
 * closes the file that its weights are read from, where another program wrote it; until then the
 * file stays mapped.
 */
public final class TextModel implements TrainedModel {
  /** Contexts of published models are longer than memory has room for logits. */
  private static final int USUAL_WINDOW = 1024;

  private final Path path;
  private final TextRun.Learner<?> learner;
  private final LanguageModel network;
  private final Tokenizer tokenizer;
  private final Checkpoint.@Nullable Config config;
  private final Compute compute;
  private final TextManner manner;

  /** Folded when it is first needed, for all that this model is with other settings. */
  private final FoldedVocabulary vocabulary;

  private TextModel(
      Path path,
      TextRun.Learner<?> learner,
      Tokenizer tokenizer,
      Checkpoint.@Nullable Config config,
      Compute compute,
      TextManner manner,
      FoldedVocabulary vocabulary) {
    this.path = path;
    this.learner = learner;
    this.network = learner.model();
    this.tokenizer = tokenizer;
    this.config = config;
    this.compute = compute;
    this.manner = manner;
    this.vocabulary = vocabulary;
  }

  /**
   * Opens a model: the folder of a run of this project, a folder of Hugging Face's libraries, a
   * GGUF file, or a {@code .bin} of llama2.c.
   *
   * @throws InputException if there is none, one that is damaged, or one that is not known
   */
  public static TextModel open(Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new InputException(path + ": no such file or folder, expected a model");
    }
    return ForeignText.isAt(path) ? foreign(path, null) : open(kind(path), path);
  }

  /**
   * Opens a model that another program wrote, which has its tokenizer elsewhere. Without one its
   * texts are the numbers of tokens ({@link dev.chainrule.text.tokenizer.IdTokenizer}).
   *
   * @param tokenizer a file or folder, as {@code --tokenizer} takes it
   */
  public static TextModel open(Path path, Path tokenizer) throws IOException {
    if (!ForeignText.isAt(path)) {
      throw new InputException(
          "%s: has a tokenizer of its own, expected no other beside it".formatted(path));
    }
    return foreign(path, TokenizerFile.read(tokenizer));
  }

  private static TextModel foreign(Path path, @Nullable Tokenizer given) throws IOException {
    ForeignModel file = ForeignModel.open(path);
    try {
      MappedModel model = new MappedModel(file);
      Tokenizer tokenizer = given == null ? ForeignText.tokenizer(path, file) : given;
      return of(
          path, new TextRun.Learner<>(new DecoderKind(), model.config(), model), tokenizer, null);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static TextModel of(
      Path path,
      TextRun.Learner<?> learner,
      Tokenizer tokenizer,
      Checkpoint.@Nullable Config config) {
    // Vocabularies of published models are rounded up.
    int known = tokenizer.vocabSize();
    int vocabSize = learner.model().vocabSize();
    if (known > vocabSize) {
      throw new InputException(
          "%s: the tokenizer has %d tokens, expected at most the model's %d"
              .formatted(path, known, vocabSize));
    }
    return new TextModel(
        path,
        learner,
        tokenizer,
        config,
        Compute.automatic(),
        TextManner.USUAL,
        new FoldedVocabulary(tokenizer));
  }

  private static <C> TextModel open(TextKind<C> kind, Path folder) throws IOException {
    Checkpoint checkpoint = kind.checkpoint(folder);
    Checkpoint.Config config = checkpoint.config();
    C shape = kind.configuration(folder, config);
    LanguageModel network = (LanguageModel) kind.load(checkpoint, shape);
    Tokenizer tokenizer =
        checkpoint.read(from -> TokenizerFile.read(from.resolve(TokenizerFile.NAME)));
    return of(folder, new TextRun.Learner<>(kind, shape, network), tokenizer, config);
  }

  /** The kind of the text model in a folder. */
  static TextKind<?> kind(Path folder) throws IOException {
    return ModelKinds.of(folder, TextKind.class);
  }

  /**
   * Trains a model.
   *
   * @param data a file, a folder, or the name of a known set such as {@code tinyshakespeare}
   * @param out the folder that gets the model; must not hold one yet
   * @param listeners are told how it goes; a {@link dev.chainrule.core.run.TrainingBar} shows it
   */
  public static TextModel train(
      String data, TextTraining training, Path out, TrainingListener... listeners)
      throws IOException {
    TrainingRun.train(
        training.network().kind(),
        out,
        () -> TextRun.begin(data, training, out),
        List.of(listeners));
    return open(out);
  }

  /** The folder or file that it was opened from. */
  public Path path() {
    return path;
  }

  @Override
  public String kind() {
    return learner.kind().name();
  }

  @Override
  public long numParameters() {
    return network instanceof MappedModel mapped
        ? mapped.numParameters()
        : network.parameters().count();
  }

  @Override
  public TextModel on(Compute other) {
    return new TextModel(path, learner, tokenizer, config, other, manner, vocabulary);
  }

  /**
   * The same model, whose keys and values are kept in a format when tokens are drawn; likelihoods
   * are computed with it too, token by token.
   */
  public TextModel withCache(CacheFormat format) {
    return in(manner.withCache(format));
  }

  /** The same model, whose continuations end before any of these texts. */
  public TextModel withStops(StopStrings strings) {
    return in(manner.withBounds(manner.bounds().withStops(strings)));
  }

  /**
   * The same model, each of whose continuations is a text of a format, ends where that is complete,
   * or when there are as many tokens as wanted ({@link TextSample#finish}).
   *
   * @throws InputException if the format cannot be read or has what is not supported
   */
  public TextModel withFormat(Format format) {
    return in(manner.withBounds(manner.bounds().withStructure(structure(format))));
  }

  /**
   * The same model, in whose continuations some tokens come whatever it says: Hugging Face's {@code
   * forced_bos_token_id} is the one for 0, {@code forced_eos_token_id} that for the last place.
   *
   * @param tokens by how many were drawn before
   */
  public TextModel withForced(Map<Integer, Integer> tokens) {
    ForcedTokens.check(tokens, tokenizer.vocabSize());
    return in(manner.withBounds(manner.bounds().withForced(tokens)));
  }

  /** The same model, whose continuations say of each token what was more probable. */
  public TextModel withTop(int alternatives) {
    return in(manner.withTop(alternatives));
  }

  /** What {@link #withFormat} makes of a format, for programs that draw by themselves. */
  public Structure structure(Format format) {
    return Structure.of(format, vocabulary.get());
  }

  /** The same model, which draws the same, faster where guesses come true. */
  public TextModel withSpeculation(Speculation guesses) {
    return in(manner.withSpeculation(guesses));
  }

  /** How tokens are guessed ahead when it draws; null if none are. */
  public @Nullable Speculation speculation() {
    return manner.speculation();
  }

  private TextModel in(TextManner other) {
    return new TextModel(path, learner, tokenizer, config, compute, other, vocabulary);
  }

  /** Closes the file of a model that another program wrote; what {@link #on} gave of it too. */
  @Override
  public void close() {
    if (network instanceof MappedModel mapped) {
      mapped.close();
    }
  }

  /** The network itself. */
  public LanguageModel network() {
    return network;
  }

  /** What its tokens are. */
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** Its kind and shape. */
  TextRun.Learner<?> described() {
    return learner;
  }

  /** What learns when it is trained further: with parameters of its own. */
  TextRun.Learner<?> learner() {
    return changeable(learner);
  }

  private static <C> TextRun.Learner<C> changeable(TextRun.Learner<C> learner) {
    return new TextRun.Learner<>(
        learner.kind(), learner.shape(), MappedModel.changeable(learner.model()));
  }

  /** All that its {@code config.json} says; null for a model that another program wrote. */
  public Checkpoint.@Nullable Config config() {
    return config;
  }

  /** How it was trained to read conversations, where its files say so. */
  public Optional<ChatTemplate> chatTemplate() throws IOException {
    return ForeignText.chatTemplate(path, tokenizer);
  }

  /** Of the text that the model was trained on the held-out part, and all of any other. */
  @Override
  public Evaluator.Result evaluate(String data) throws IOException {
    TextData learned = learnedFrom();
    TextData known = learned != null && learned.isOf(data) ? learned : null;
    Corpus corpus =
        TextRun.corpus(data, known == null ? Corpus.ALL_FILES : known.glob(), documents());
    Corpus evaluated =
        known != null && known.validationData() == null ? known.split(corpus).validation() : corpus;
    TextScore score = likelihood().inWindows(evaluated);
    return new Evaluator.Result(score.nll(), score.tokens());
  }

  /**
   * How the model reads a corpus: as one text, where it learnt one; else as what the names of the
   * files say.
   */
  public Documents documents() {
    TextData learned = learnedFrom();
    return learned == null ? Documents.AUTO : learned.documents();
  }

  /** The token that ends a document; none for a model that learnt one text. */
  private OptionalInt end() {
    return documents() == Documents.WHOLE ? OptionalInt.empty() : Markers.of(tokenizer).end();
  }

  /** How texts become its tokens. */
  TokenFiles tokenFiles() throws IOException {
    return new TokenFiles(tokenizer, ForeignText.templateSource(path));
  }

  /**
   * The likelihood of texts: by sequences as long as those that it learnt from, where it was
   * trained here, else by the context, of which it takes 1024 tokens at most.
   */
  public TextLikelihood likelihood() throws IOException {
    TextData learned = learnedFrom();
    int window =
        learned == null ? Math.min(USUAL_WINDOW, network.contextLength()) : learned.window(network);
    return new TextLikelihood(
        network, tokenizer, tokenFiles().chats(), window, compute, manner.cache());
  }

  /** What it was trained on; null where the checkpoint does not say. */
  public @Nullable TextData learnedFrom() {
    return config == null || config.training() == null
        ? null
        : TextRun.options(path, config).data();
  }

  /**
   * Logits of the token after each token, the first of which is the one that begins texts, where
   * the model expects it.
   *
   * @param text of 1 to as many tokens as the model sees at once
   * @return [tokens, vocabulary]
   */
  public INDArray logits(String text) {
    return logits(begun(text));
  }

  /**
   * Logits of the token after each token.
   *
   * @param ids 1 to as many tokens as the model sees at once
   * @return [tokens, vocabulary]
   */
  public INDArray logits(int... ids) {
    if (ids.length == 0 || ids.length > network.contextLength()) {
      throw new InputException(
          "a text of %d tokens, expected 1 to the model's context length %d"
              .formatted(ids.length, network.contextLength()));
    }
    return scores().conditionals(ids).ndarray();
  }

  private TokenScores scores() {
    return new TokenScores(network, tokenizer.vocabSize(), compute, manner.cache());
  }

  /**
   * How probable a text is.
   *
   * @param text of 2 to one more tokens than the model sees at once
   * @return nats of each token after the first
   */
  public double[] score(String text) {
    return scored(begun(text), 0).logProbs();
  }

  /**
   * How probable tokens are, and what was more probable in their places.
   *
   * @param ids 2 to one more than the model sees at once
   * @param top alternatives at each place
   */
  public ScoredText scored(int[] ids, int top) {
    return scores().scored(ids, top);
  }

  /** The ids of a text's beginning, after what the model expects before it. */
  public int[] begun(String text) {
    return tokenizer.specials().begun(tokenizer.encode(text));
  }

  /** Continues a prompt by so many tokens, as probable as the model says. */
  public String sample(String prompt, int tokens) {
    return sample(prompt, tokens, SamplingConfig.of(1));
  }

  /** Continues a prompt by so many tokens. */
  public String sample(String prompt, int tokens, SamplingConfig sampling) {
    return samples(prompt, tokens, 1, sampling).getFirst().text();
  }

  /**
   * Continues a prompt several times, in one batch.
   *
   * @param count how many continuations
   */
  public List<TextSample> samples(String prompt, int tokens, int count, SamplingConfig sampling) {
    return samples(prompt, count, sampling, GenerationConfig.of(tokens, sampling.seed()));
  }

  /** Continues a prompt and hears each piece of text as it is drawn. */
  public TextSample stream(
      String prompt, int tokens, SamplingConfig sampling, Consumer<String> listener) {
    return stream(prompt, sampling, GenerationConfig.of(tokens, sampling.seed()), listener);
  }

  /** Continues a prompt as the configuration says, and hears each piece of text as it is drawn. */
  public TextSample stream(
      String prompt,
      SamplingConfig sampling,
      GenerationConfig generation,
      Consumer<String> listener) {
    return stream(begun(prompt), sampling, generation, listener);
  }

  /** Continues tokens, as they are, and hears each piece of text as it is drawn. */
  public TextSample stream(
      int[] given,
      SamplingConfig sampling,
      GenerationConfig generation,
      Consumer<String> listener) {
    TextStream stream =
        new TextStream(drawing(given).writer(), end(), manner.bounds().stops(), listener);
    TextSample sample = samples(given, 1, sampling, generation.withListener(stream)).getFirst();
    stream.finish();
    return sample;
  }

  /**
   * Continues a prompt as the configuration says; what does not fit the context moves on by half,
   * and a stream ends with a token that ends texts, turns or documents.
   */
  public List<TextSample> samples(
      String prompt, int count, SamplingConfig sampling, GenerationConfig generation) {
    return samples(begun(prompt), count, sampling, generation);
  }

  /** Continues tokens, as they are, with nothing before them. */
  public List<TextSample> samples(
      int[] given, int count, SamplingConfig sampling, GenerationConfig generation) {
    return drawing(given).samples(count, sampling, generation);
  }

  /**
   * A continuation whose logits its user computes, as {@link SlotDecoder} does for many at once.
   *
   * @param number of the stream among those of the seed
   */
  public Continuation continuation(
      int[] given, SamplingConfig sampling, long number, TextBounds bounds) {
    return new Continuation(in(manner.withBounds(bounds)).drawing(given), end(), sampling, number);
  }

  /**
   * Slots for continuations, with the cache of this model's format.
   *
   * @param capacity most tokens of each, at most the model's context length
   */
  public SlotDecoder slots(Engine engine, int slots, int capacity) {
    CacheFormat cache = manner.cache();
    return network.slots(engine, slots, capacity, cache == null ? CacheFormat.FLOAT32 : cache);
  }

  private TextDrawing drawing(int[] given) {
    return new TextDrawing(given, this, end(), manner, compute);
  }

  /**
   * Looks for the most probable continuations of tokens by beams, the best first.
   *
   * @param search its ends are joined by the tokens that end texts, turns or documents
   */
  public List<TextSample> beams(int[] given, BeamSearch.Config search) {
    return drawing(given).beams(search);
  }
}
