package dev.chainrule.experiments.text;

import dev.chainrule.core.data.DataFolders;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.text.data.Corpus;
import dev.chainrule.text.tokenizer.Tokenizer;
import dev.chainrule.text.tokenizer.file.TokenizerFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chainrule text tokenize}. */
@Command(name = "tokenize", description = "Show the tokens of a text, or count those of data.")
final class TextTokenize extends Verb {
  @Option(
      names = {"--tokenizer", "--model"},
      required = true,
      paramLabel = "FILE|DIR",
      description =
          "tokenizer.json, tokenizer.model, vocab.json beside merges.txt, a GGUF file, or a folder"
              + " with one of them, such as a trained model.")
  Path tokenizer;

  @Option(names = "--text", paramLabel = "TEXT", description = "A text whose tokens are shown.")
  @Nullable String text;

  @Option(
      names = "--data",
      paramLabel = "FILE|DIR|NAME",
      description = "Text whose tokens are counted: a file, a folder, or a known set.")
  @Nullable String data;

  @Option(
      names = "--glob",
      paramLabel = "PATTERN",
      description = "Which files of a folder, for example **.java (default: all).")
  String glob = Corpus.ALL_FILES;

  @Option(
      names = "--validation",
      paramLabel = "F",
      description = "Share of --data that training would hold out, counted by itself; 0 for none.")
  double validation = 0.1;

  @Option(names = "--ids", description = "Print the tokens' numbers and nothing else.")
  boolean ids;

  @Option(
      names = "--marked",
      description = "Control tokens that are spelled out in the text are such.")
  boolean marked;

  /** One token, as {@code --json} prints it. */
  record Piece(int id, String piece, boolean control) {}

  /** The result, as {@code --json} prints it. */
  record Result(
      int vocabSize,
      long elements,
      long trainingElements,
      long validationElements,
      long characters,
      long bytes,
      @Nullable List<Integer> ids,
      @Nullable List<Piece> pieces) {}

  @Override
  protected Object run() throws Exception {
    if ((text == null) == (data == null)) {
      throw badOption(
          "--text", text == null ? "nothing" : "it and --data", "one of --text and --data");
    }
    if (!(validation >= 0 && validation < 1)) {
      throw badOption("--validation", validation, "a share of at least 0 and less than 1");
    }
    Tokenizer loaded = TokenizerFile.read(tokenizer);
    return text != null ? shown(loaded, text) : counted(loaded, String.valueOf(data));
  }

  private int[] encode(Tokenizer loaded, String part) {
    return marked ? loaded.encodeMarked(part) : loaded.encode(part);
  }

  private Result shown(Tokenizer loaded, String given) {
    int[] tokens = encode(loaded, given);
    List<Piece> pieces =
        Arrays.stream(tokens)
            .mapToObj(id -> new Piece(id, loaded.piece(id), loaded.isControl(id)))
            .toList();
    if (ids) {
      print(tokens);
    } else {
      for (Piece piece : pieces) {
        output().printf("%8d  %s%n", piece.id, visible(piece.piece));
      }
    }
    Result result = result(loaded, given, tokens, new int[0], pieces);
    if (!ids) {
      summary(result);
    }
    return result;
  }

  private Result counted(Tokenizer loaded, String source) throws Exception {
    Corpus corpus = Corpus.read(source, glob, DataFolders.ofEnvironment(), (file, bytes) -> {});
    String learnt = corpus.text();
    String held = "";
    if (validation > 0) {
      Corpus.Parts parts = corpus.split(validation, common().seed());
      learnt = parts.training().text();
      held = parts.validation().text();
    }
    int[] training = encode(loaded, learnt);
    int[] heldOut = encode(loaded, held);
    Result result = result(loaded, corpus.text(), training, heldOut, null);
    if (ids) {
      print(training);
      print(heldOut);
    } else {
      summary(result);
    }
    return result;
  }

  private Result result(
      Tokenizer loaded, String all, int[] training, int[] heldOut, @Nullable List<Piece> pieces) {
    List<Integer> numbers =
        ids
            ? Arrays.stream(new int[][] {training, heldOut})
                .flatMapToInt(Arrays::stream)
                .boxed()
                .toList()
            : null;
    return new Result(
        loaded.vocabSize(),
        (long) training.length + heldOut.length,
        training.length,
        heldOut.length,
        all.codePointCount(0, all.length()),
        all.getBytes(StandardCharsets.UTF_8).length,
        numbers,
        pieces);
  }

  private void print(int[] tokens) {
    if (tokens.length > 0) {
      output()
          .println(
              Arrays.stream(tokens).mapToObj(String::valueOf).collect(Collectors.joining(" ")));
    }
  }

  private void summary(Result result) {
    output()
        .printf(
            Locale.ROOT,
            "%,d tokens of a vocabulary of %,d: %,d characters, %,d bytes, %.3f bytes a token%n",
            result.elements,
            result.vocabSize,
            result.characters,
            result.bytes,
            (double) result.bytes / Math.max(1, result.elements));
    if (result.validationElements > 0) {
      output()
          .printf(
              Locale.ROOT,
              "%,d to learn, %,d held out%n",
              result.trainingElements,
              result.validationElements);
    }
  }

  /** A token on one line. */
  static String visible(String piece) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < piece.length(); i++) {
      char c = piece.charAt(i);
      switch (c) {
        case '\n' -> line.append("\\n");
        case '\r' -> line.append("\\r");
        case '\t' -> line.append("\\t");
        default -> {
          if (Character.isISOControl(c)) {
            line.append("\\u%04x".formatted((int) c));
          } else {
            line.append(c);
          }
        }
      }
    }
    return line.toString();
  }
}
