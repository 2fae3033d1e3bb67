package dev.chainrule.experiments.text;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.sampling.CategoricalSampler;
import dev.chainrule.core.sampling.ContextOverflow;
import dev.chainrule.core.sampling.Generation;
import dev.chainrule.core.sampling.GenerationConfig;
import dev.chainrule.core.sampling.Generator;
import dev.chainrule.core.sampling.Warper;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.text.tokenizer.StreamingDecoder;
import dev.chainrule.text.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chainrule text sample}. */
@Command(name = "sample", description = "Continue a prompt; the text streams as it is drawn.")
final class TextSample extends Verb {
  private static final String LINE_END = "\n";

  @Option(names = "--model", required = true, paramLabel = "DIR", description = "A trained model.")
  Path model;

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description =
          "What to continue (default: a line end, or the first token of a model that knows none).")
  @Nullable String prompt;

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

  @Option(names = "--samples", paramLabel = "N", description = "Continuations, drawn in a batch.")
  int samples = 1;

  /** One continuation, as {@code --json} prints it. */
  record Sample(String text, List<Integer> ids, double logProb, int elements) {}

  /** All of them. */
  record Result(List<Sample> samples, double elementsPerSecond) {}

  @Override
  protected Object run() throws Exception {
    if (samples < 1) {
      throw badOption("--samples", samples, "a whole number from 1");
    }
    List<Warper> warpers = fromOptions(this::warpers);
    TextModel loaded = TextModel.load(model);
    Tokenizer tokenizer = loaded.tokenizer();
    String begin = prompt == null ? usualPrompt(tokenizer) : prompt;
    int[] given = tokenizer.encode(begin);
    if (given.length == 0) {
      throw badOption("--prompt", "nothing", "at least one token to continue");
    }
    CategoricalSampler sampler = new CategoricalSampler(tokenizer.vocabSize(), warpers);
    boolean streams = samples == 1 && !common().json();
    StreamingDecoder stream = new StreamingDecoder(tokenizer);
    if (streams) {
      output().print(begin);
    }
    GenerationConfig config =
        fromOptions(() -> GenerationConfig.of(tokens, common().seed()))
            .withOverflow(ContextOverflow.keepHalf())
            // A reader that has gone, such as head, wants no more.
            .withCancelled(() -> stopRequested() || (streams && output().checkError()))
            .withListener(
                (s, index, element, logProb) -> {
                  if (streams) {
                    output().print(stream.push((int) element[0]));
                    output().flush();
                  }
                });
    try (Engine engine = common().open();
        Decoder decoder = loaded.gpt().decoder(engine, samples)) {
      long begun = System.nanoTime();
      Generation generation =
          new Generator(decoder, sampler).generate(Tensor.of(given, 1, given.length), config);
      double seconds = (System.nanoTime() - begun) / 1e9;
      if (streams) {
        output().println(stream.finish());
      }
      return report(begin, generation, tokenizer, seconds);
    }
  }

  private static String usualPrompt(Tokenizer tokenizer) {
    try {
      tokenizer.encode(LINE_END);
      return LINE_END;
    } catch (InputException textWithoutLines) {
      return tokenizer.decode(new int[] {0});
    }
  }

  private List<Warper> warpers() {
    List<Warper> warpers = new ArrayList<>();
    if (greedy) {
      warpers.add(Warper.greedy());
      return warpers;
    }
    warpers.add(Warper.temperature(temperature));
    if (topK != null) {
      warpers.add(Warper.topK(topK));
    }
    if (topP != null) {
      warpers.add(Warper.topP(topP));
    }
    if (minP != null) {
      warpers.add(Warper.minP(minP));
    }
    return warpers;
  }

  private Result report(String begin, Generation generation, Tokenizer tokenizer, double seconds) {
    List<Sample> drawn = new ArrayList<>();
    long elements = 0;
    for (Generation.Sequence sequence : generation.sequences()) {
      int[] ids = sequence.elements().toInts();
      List<Integer> boxed = Arrays.stream(ids).boxed().toList();
      Sample sample = new Sample(tokenizer.decode(ids), boxed, sequence.logProb(), ids.length);
      drawn.add(sample);
      elements += ids.length;
      if (samples > 1) {
        output().printf("--- sample %d%n%s%s%n", drawn.size(), begin, sample.text());
      }
    }
    double rate = elements / seconds;
    System.err.printf(Locale.ROOT, "%,d tokens, %,.0f a second%n", elements, rate);
    return new Result(drawn, rate);
  }
}
