package dev.chainrule.experiments.text;

import dev.chainrule.base.InputException;
import dev.chainrule.base.progress.Progress;
import dev.chainrule.core.sampling.BeamSearch;
import dev.chainrule.core.sampling.GenerationConfig;
import dev.chainrule.core.sampling.SamplingConfig;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.text.chat.ChatMessage;
import dev.chainrule.text.chat.ChatTemplate;
import dev.chainrule.text.run.BestOf;
import dev.chainrule.text.run.Majority;
import dev.chainrule.text.run.ScoredText;
import dev.chainrule.text.run.StopStrings;
import dev.chainrule.text.run.TextModel;
import dev.chainrule.text.run.TextSample;
import dev.chainrule.text.speculation.Acceptance;
import dev.chainrule.text.structure.Format;
import dev.chainrule.text.structure.Tools;
import dev.chainrule.text.tokenizer.Tokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chainrule text sample}. */
@Command(name = "sample", description = "Continue a prompt; the text streams as it is drawn.")
final class TextSampleCommand extends Verb {
  private static final String LINE_END = "\n";

  @Mixin TextModelOptions opened = new TextModelOptions();
  @Mixin CacheOptions cache = new CacheOptions();
  @Mixin SamplingOptions drawing = new SamplingOptions(1);
  @Mixin BeamOptions beams = new BeamOptions();
  @Mixin DraftOptions drafts = new DraftOptions();
  @Mixin StructureOptions structure = new StructureOptions();

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description =
          "What to continue (default: what begins texts, else a line end, else the first token).")
  @Nullable String prompt;

  @Option(
      names = "--ids",
      paramLabel = "ID,ID,...",
      description = "Instead of --prompt: its tokens, with nothing added before them.")
  @Nullable String ids;

  @Option(
      names = "--chat",
      paramLabel = "MESSAGE",
      description = "Instead of --prompt: what a user says, as the model's chat template has it.")
  @Nullable String chat;

  @Option(names = "--tokens", paramLabel = "N", description = "Tokens to draw.")
  int tokens = 500;

  @Option(names = "--greedy", description = "Always the most probable token.")
  boolean greedy;

  @Option(
      names = {"--samples", "-n"},
      paramLabel = "N",
      description = "Continuations, drawn in a batch.")
  int samples = 1;

  @Option(
      names = "--best-of",
      paramLabel = "N",
      description = "Draw N, and keep the --samples most probable ones, by token (default: all).")
  @Nullable Integer bestOf;

  @Option(
      names = "--majority",
      paramLabel = "REGEX",
      description =
          "Print the answer that most of the --samples come to: of each the last match, or what its"
              + " first group matches.")
  @Nullable String majority;

  @Option(
      names = "--top",
      paramLabel = "K",
      description = "With --json: the K most probable tokens in the place of each that is drawn.")
  int top;

  @Option(
      names = "--forced-bos",
      paramLabel = "ID",
      description = "The first token that is drawn, whatever the model says.")
  @Nullable Integer forcedBegin;

  @Option(names = "--forced-eos", paramLabel = "ID", description = "The last one of --tokens.")
  @Nullable Integer forcedEnd;

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      description = "End before this text. May be repeated.")
  List<String> stops = new ArrayList<>();

  /** One continuation, as {@code --json} prints it. */
  record Sample(
      String text,
      List<Integer> ids,
      List<Double> logProbs,
      double logProb,
      int elements,
      String finish,
      List<List<Alternative>> top) {}

  /** A token that could stand in a place. */
  record Alternative(int id, String text, double logProb) {}

  /**
   * All of them; {@code speculation} where tokens were guessed, {@code majority} where asked for.
   */
  record Result(
      List<Sample> samples,
      double elementsPerSecond,
      @Nullable Acceptance speculation,
      @Nullable Majority majority) {}

  private @Nullable Acceptance acceptance;

  @Override
  protected Object run() throws Exception {
    if (tokens < 0) {
      throw badOption("--tokens", tokens, "a whole number from 0");
    }
    if (samples < 1) {
      throw badOption("--samples", samples, "a whole number from 1");
    }
    SamplingConfig sampling = fromOptions(this::sampling);
    StopStrings stop = fromOptions(() -> new StopStrings(stops));
    if (bestOf != null && bestOf < samples) {
      throw badOption("--best-of", bestOf, "a whole number from --samples, " + samples);
    }
    // Beams draw nothing, but mind what is held against tokens.
    boolean draws =
        !SamplingConfig.of(common().seed()).withPenalties(sampling.penalties()).equals(sampling);
    if (beams.asked() && drafts.asked()) {
      throw badOption("--beams", "guesses beside it", "none of --draft and --lookup");
    }
    if (beams.asked() && (draws || bestOf != null)) {
      throw badOption("--beams", "options of drawing beside it", "none: beams draw nothing");
    }
    BeamSearch.@Nullable Config search =
        fromOptions(() -> beams.config(samples, tokens, sampling.penalties()));
    if (Stream.of(prompt, chat, ids).filter(Objects::nonNull).count() > 1) {
      throw badOption("--prompt", "another beside it", "one of --prompt, --chat and --ids");
    }
    if (structure.several()) {
      throw badOption(
          "--json-schema",
          "another beside it",
          "one of --regex, --json-schema, --grammar, --tools");
    }
    if (beams.asked() && structure.asked()) {
      throw badOption("--beams", "a structure beside it", "one of them");
    }
    Tools tools = structure.tools();
    if (tools != null && chat == null) {
      throw badOption("--tools", "no --chat beside it", "what the user says");
    }
    if (top < 0) {
      throw badOption("--top", top, "a whole number from 0");
    }
    if (beams.asked() && top > 0) {
      throw badOption("--beams", "--top beside it", "one of them");
    }
    Pattern answer = answer();
    Format format = structure.format();
    try (TextModel loaded = opened.open()) {
      TextModel model = cache.of(loaded.on(common().compute())).withStops(stop);
      if (format != null) {
        model = model.withFormat(format);
      } else if (tools != null) {
        model = model.withFormat(tools.format(template(loaded).source()));
      }
      model = model.withTop(top).withForced(forced());
      SamplingConfig whole = fromOptions(() -> drawing.of(sampling, loaded));
      BeamSearch.Config held = search == null ? null : search.withPenalties(whole.penalties());
      return sampled(guessing(model), tools, whole, held, answer);
    } finally {
      drafts.close();
    }
  }

  private @Nullable Pattern answer() {
    if (majority == null) {
      return null;
    }
    try {
      return Pattern.compile(majority, Pattern.DOTALL);
    } catch (PatternSyntaxException e) {
      throw badOption("--majority", majority, "a regular expression: " + e.getDescription());
    }
  }

  private Map<Integer, Integer> forced() {
    Map<Integer, Integer> forced = new TreeMap<>();
    if (forcedBegin != null) {
      forced.put(0, forcedBegin);
    }
    if (forcedEnd != null && tokens > 0) {
      forced.put(tokens - 1, forcedEnd);
    }
    return forced;
  }

  private TextModel guessing(TextModel plain) throws IOException {
    try {
      return drafts.of(plain, opened.tokenizer, found -> acceptance = found);
    } catch (IllegalArgumentException e) {
      throw usage(e);
    }
  }

  private Result sampled(
      TextModel loaded,
      @Nullable Tools tools,
      SamplingConfig sampling,
      BeamSearch.@Nullable Config search,
      @Nullable Pattern answer)
      throws IOException {
    boolean text = chat == null && ids == null;
    String begin = !text ? "" : prompt == null ? usualPrompt(loaded.tokenizer()) : prompt;
    int[] given =
        chat != null
            ? message(loaded, chat, tools)
            : ids != null
                ? fromOptions(() -> TextModelOptions.ids(loaded, String.valueOf(ids)))
                : loaded.begun(begin);
    if (given.length == 0) {
      throw badOption("--prompt", "nothing", "at least one token to continue");
    }
    boolean streams =
        samples == 1 && bestOf == null && search == null && answer == null && !common().json();
    GenerationConfig config =
        fromOptions(() -> GenerationConfig.of(tokens, common().seed()))
            // A reader that has gone, such as head, wants no more.
            .withCancelled(() -> stopRequested() || (streams && output().checkError()));
    long begun = System.nanoTime();
    List<TextSample> drawn;
    if (streams) {
      output().print(begin);
      drawn = List.of(loaded.stream(given, sampling, config, this::print));
      output().println();
    } else if (search != null) {
      drawn = loaded.beams(given, search).stream().limit(samples).toList();
    } else if (bestOf != null) {
      drawn = new BestOf(bestOf).samples(loaded, given, samples, sampling, config);
    } else {
      drawn = loaded.samples(given, samples, sampling, config);
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    return report(loaded.tokenizer(), begin, drawn, seconds, answer);
  }

  private void print(String piece) {
    output().print(piece);
    output().flush();
  }

  private ChatTemplate template(TextModel loaded) throws IOException {
    return loaded
        .chatTemplate()
        .orElseThrow(
            () ->
                new InputException(
                    loaded.path() + ": has no chat template, expected one for --chat"));
  }

  /** A conversation of one message, up to where the model answers. */
  private int[] message(TextModel loaded, String text, @Nullable Tools tools) throws IOException {
    ChatTemplate template = template(loaded);
    List<ChatMessage> said = List.of(ChatMessage.user(text));
    String conversation =
        tools == null
            ? template.render(said, true)
            : template.render(said, true, tools.forTemplate());
    return loaded.tokenizer().encodeMarked(conversation);
  }

  private static String usualPrompt(Tokenizer tokenizer) {
    if (tokenizer.specials().begun().length > 0) {
      return "";
    }
    try {
      tokenizer.encode(LINE_END);
      return LINE_END;
    } catch (InputException textWithoutLines) {
      return tokenizer.decode(new int[] {0});
    }
  }

  private SamplingConfig sampling() {
    SamplingConfig config = drawing.config(common().seed());
    return greedy ? config.withTemperature(0) : config;
  }

  /** What a continuation comes to, by the last match. */
  private static Optional<String> answer(Pattern pattern, String text) {
    String last = null;
    for (Matcher matcher = pattern.matcher(text); matcher.find(); ) {
      last = matcher.groupCount() > 0 ? matcher.group(1) : matcher.group();
    }
    return Optional.ofNullable(last);
  }

  private Result report(
      Tokenizer tokenizer,
      String begin,
      List<TextSample> drawn,
      double seconds,
      @Nullable Pattern answer) {
    List<Sample> printed = new ArrayList<>();
    long elements = 0;
    for (TextSample one : drawn) {
      int length = one.ids().size();
      printed.add(
          new Sample(
              one.text(),
              one.ids(),
              one.logProbs(),
              one.logProb(),
              length,
              one.finish().toString(),
              one.top().stream().map(places -> alternatives(tokenizer, places)).toList()));
      elements += length;
      if (answer == null && (samples > 1 || bestOf != null || beams.asked())) {
        output().printf("--- sample %d%n%s%s%n", printed.size(), begin, one.text());
      }
    }
    double rate = elements / seconds;
    Progress.say(
        String.format(Locale.ROOT, "%,d tokens, %,.0f a second%s", elements, rate, guesses()));
    Majority found =
        answer == null ? null : Majority.of(drawn, one -> answer(answer, one.text())).orElse(null);
    if (found != null) {
      output().printf("%s%n", found.answer());
      Progress.say("%d of %d samples".formatted(found.votes(), drawn.size()));
    } else if (answer != null) {
      Progress.say("no sample comes to an answer");
    }
    return new Result(printed, rate, acceptance, found);
  }

  private static List<Alternative> alternatives(
      Tokenizer tokenizer, List<ScoredText.Candidate> places) {
    return places.stream()
        .map(
            one -> new Alternative(one.id(), tokenizer.decode(new int[] {one.id()}), one.logProb()))
        .toList();
  }

  private String guesses() {
    Acceptance found = acceptance;
    return found == null
        ? ""
        : String.format(
            Locale.ROOT,
            "; %,d of %,d guesses came true, %,d steps",
            found.accepted(),
            found.guessed(),
            found.steps());
  }
}
