package dev.chainrule.experiments.text;

import dev.chainrule.base.io.AtomicFile;
import dev.chainrule.experiments.cli.Target;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.text.data.ChordText;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chainrule text read-chorales}. */
@Command(
    name = "read-chorales",
    description =
        "Music of several voices (JSON: parts, pieces, time steps, MIDI pitches) as text, a line"
            + " for each piece, to be learnt with --documents lines.")
final class TextReadChorales extends Verb {
  private static final int OCTAVE = 12;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE",
      description = "A JSON file such as jsb-chorales-quarter.json.")
  Path data;

  @Option(names = "--part", paramLabel = "NAME", description = "The part of the file that is read.")
  String part = "train";

  @Option(
      names = "--transpose",
      paramLabel = "N",
      description =
          "Each piece also in the keys up to N half tones up and down, which is for pieces to learn"
              + " (default: as they are).")
  int transpose;

  /** The result, as {@code --json} prints it. */
  record Result(int pieces, long timeSteps) {}

  @Override
  protected Target target() {
    return Target.file(".txt");
  }

  @Override
  protected Object run() throws Exception {
    if (transpose < 0 || transpose > OCTAVE) {
      throw badOption("--transpose", transpose, "0 to " + OCTAVE + " half tones");
    }
    List<String> lines =
        ChordText.read(data, part).stream()
            .flatMap(line -> ChordText.transposed(line, transpose).stream())
            .toList();
    Path out = out();
    if (out == null) {
      lines.forEach(output()::println);
    } else {
      AtomicFile.writeString(out, String.join("\n", lines) + "\n");
    }
    long steps = lines.stream().mapToLong(ChordText::countSteps).sum();
    System.err.printf(Locale.ROOT, "%,d pieces, %,d time steps%n", lines.size(), steps);
    return new Result(lines.size(), steps);
  }
}
