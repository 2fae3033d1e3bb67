package dev.chainrule.experiments.text;

import dev.chainrule.base.InputException;
import dev.chainrule.core.sampling.GenerationConfig;
import dev.chainrule.core.sampling.SamplingConfig;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.text.chat.ChatMessage;
import dev.chainrule.text.chat.ChatTemplate;
import dev.chainrule.text.run.TextModel;
import dev.chainrule.text.run.TextSample;
import dev.chainrule.text.tokenizer.Tokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
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

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "Divides logits: below 1 safer, above 1 wilder, 0 greedy.")
  double temperature = 1;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      description = "Draw from the K most probable tokens (default: all).")
  @Nullable Integer topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description = "Draw from the fewest tokens of probability P together (default: all).")
  @Nullable Double topP;

  @Option(
      names = "--min-p",
      paramLabel = "P",
      description = "Draw from tokens at least P times as probable as the best (default: all).")
  @Nullable Double minP;

  @Option(names = "--greedy", description = "Always the most probable token.")
  boolean greedy;

  @Option(
      names = {"--samples", "-n"},
      paramLabel = "N",
      description = "Continuations, drawn in a batch.")
  int samples = 1;

  /** One continuation, as {@code --json} prints it. */
  record Sample(String text, List<Integer> ids, double logProb, int elements) {}

  /** All of them. */
  record Result(List<Sample> samples, double elementsPerSecond) {}

  @Override
  protected Object run() throws Exception {
    if (tokens < 0) {
      throw badOption("--tokens", tokens, "a whole number from 0");
    }
    if (samples < 1) {
      throw badOption("--samples", samples, "a whole number from 1");
    }
    SamplingConfig sampling = fromOptions(this::sampling);
    if (Stream.of(prompt, chat, ids).filter(Objects::nonNull).count() > 1) {
      throw badOption("--prompt", "another beside it", "one of --prompt, --chat and --ids");
    }
    try (TextModel loaded = opened.open()) {
      return sampled(cache.of(loaded.on(common().compute())), sampling);
    }
  }

  private Result sampled(TextModel loaded, SamplingConfig sampling) throws IOException {
    boolean text = chat == null && ids == null;
    String begin = !text ? "" : prompt == null ? usualPrompt(loaded.tokenizer()) : prompt;
    int[] given =
        chat != null
            ? message(loaded, chat)
            : ids != null
                ? fromOptions(() -> TextModelOptions.ids(loaded, String.valueOf(ids)))
                : loaded.begun(begin);
    if (given.length == 0) {
      throw badOption("--prompt", "nothing", "at least one token to continue");
    }
    boolean streams = samples == 1 && !common().json();
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
    } else {
      drawn = loaded.samples(given, samples, sampling, config);
    }
    return report(begin, drawn, (System.nanoTime() - begun) / 1e9);
  }

  private void print(String piece) {
    output().print(piece);
    output().flush();
  }

  /** A conversation of one message, up to where the model answers. */
  private int[] message(TextModel loaded, String text) throws IOException {
    ChatTemplate template =
        loaded
            .chatTemplate()
            .orElseThrow(() -> badOption("--chat", text, "a model whose files have a template"));
    String conversation = template.render(List.of(ChatMessage.user(text)), true);
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
    return new SamplingConfig(
        common().seed(),
        greedy ? 0 : temperature,
        topK == null ? 0 : requireOne(topK),
        topP == null ? 1 : topP,
        minP == null ? 0 : minP);
  }

  /** 0 is all of them to a program; who types it means something else. */
  private int requireOne(int k) {
    if (k < 1) {
      throw badOption("--top-k", k, "a whole number from 1");
    }
    return k;
  }

  private Result report(String begin, List<TextSample> drawn, double seconds) {
    List<Sample> printed = new ArrayList<>();
    long elements = 0;
    for (TextSample one : drawn) {
      int length = one.ids().size();
      printed.add(new Sample(one.text(), one.ids(), one.logProb(), length));
      elements += length;
      if (samples > 1) {
        output().printf("--- sample %d%n%s%s%n", printed.size(), begin, one.text());
      }
    }
    double rate = elements / seconds;
    System.err.printf(Locale.ROOT, "%,d tokens, %,.0f a second%n", elements, rate);
    return new Result(printed, rate);
  }
}
