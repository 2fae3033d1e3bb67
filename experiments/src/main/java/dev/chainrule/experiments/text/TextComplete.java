package dev.chainrule.experiments.text;

import dev.chainrule.base.io.Utf8File;
import dev.chainrule.core.sampling.SamplingConfig;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.text.run.TextCompletion;
import dev.chainrule.text.run.TextModel;
import dev.chainrule.text.run.TextSample;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code chainrule text complete}. */
@Command(
    name = "complete",
    description =
        "Write what is missing at a place in a file; a model trained with --fim-rate sees what"
            + " comes after it, too.")
final class TextComplete extends Verb {
  @Mixin TextModelOptions opened = new TextModelOptions();
  @Mixin SamplingOptions drawing = new SamplingOptions(0);

  @Option(names = "--file", required = true, paramLabel = "FILE", description = "A text file.")
  Path file;

  @Option(
      names = "--line",
      required = true,
      paramLabel = "N",
      description = "The line of the place, from 1.")
  int line;

  @Option(
      names = "--column",
      paramLabel = "N",
      description = "Characters of that line before the place (default: all).")
  @Nullable Integer column;

  @Option(names = "--tokens", paramLabel = "N", description = "Most tokens to draw.")
  int tokens = 32;

  @Option(
      names = "--lines",
      paramLabel = "N",
      description =
          "End with the N-th line; 0 for no such limit (default: 1 of a model that sees only what"
              + " comes before, else 0).")
  @Nullable Integer lines;

  @Option(
      names = {"--samples", "-n"},
      paramLabel = "N",
      description = "Completions, drawn in a batch.")
  int samples = 1;

  /** One completion, as {@code --json} prints it. */
  record Completion(String text, List<Integer> ids, double logProb, int elements) {}

  /** All of them; whether the model saw what comes after the place. */
  record Result(List<Completion> samples, boolean filledIn) {}

  @Override
  protected Object run() throws Exception {
    SamplingConfig sampling = fromOptions(() -> drawing.config(common().seed()));
    String text = Utf8File.read(file, "text");
    int place = place(text);
    try (TextModel loaded = opened.open()) {
      TextCompletion completion = new TextCompletion(loaded, common().compute());
      return completed(completion, text, place, fromOptions(() -> drawing.of(sampling, loaded)));
    }
  }

  private Result completed(
      TextCompletion completion, String text, int place, SamplingConfig sampling) {
    int most = lines != null ? lines : completion.fillsIn() ? 0 : 1;
    TextCompletion.Request request =
        fromOptions(
            () ->
                new TextCompletion.Request(
                    text.substring(0, place), text.substring(place), tokens, most, samples));
    List<TextSample> drawn = completion.complete(request, sampling);
    for (int i = 0; i < drawn.size(); i++) {
      if (samples > 1) {
        output().printf("--- completion %d%n", i + 1);
      }
      output().println(drawn.get(i).text());
    }
    return new Result(
        drawn.stream()
            .map(one -> new Completion(one.text(), one.ids(), one.logProb(), one.ids().size()))
            .toList(),
        completion.fillsIn());
  }

  /** How much of the text comes before the place. */
  private int place(String text) {
    int begin = 0;
    for (int number = 1; number < line; number++) {
      int end = text.indexOf('\n', begin);
      if (end < 0) {
        throw badOption("--line", line, "1 to the file's " + number + " lines");
      }
      begin = end + 1;
    }
    if (line < 1) {
      throw badOption("--line", line, "a line of the file, from 1");
    }
    int end = text.indexOf('\n', begin);
    String content = text.substring(begin, end < 0 ? text.length() : end);
    if (content.endsWith("\r")) {
      content = content.substring(0, content.length() - 1);
    }
    int characters = content.codePointCount(0, content.length());
    if (column == null) {
      return begin + content.length();
    }
    if (column < 0 || column > characters) {
      throw badOption("--column", column, "0 to the line's " + characters + " characters");
    }
    return begin + content.offsetByCodePoints(0, column);
  }
}
