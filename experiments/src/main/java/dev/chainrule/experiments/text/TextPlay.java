package dev.chainrule.experiments.text;

import dev.chainrule.base.io.Utf8File;
import dev.chainrule.experiments.cli.Target;
import dev.chainrule.experiments.cli.Verb;
import dev.chainrule.text.data.ChordText;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chainrule text play}. */
@Command(
    name = "play",
    description =
        "A piece of music that is text, as a MIDI file or as sound (--out NAME.mid or .wav).")
final class TextPlay extends Verb {
  /** Half an hour of sixteenths at 100 quarters a minute. */
  private static final int MOST_STEPS = 12_000;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE",
      description = "Pieces as text read-chorales writes them and text sample draws them.")
  Path data;

  @Option(names = "--line", paramLabel = "N", description = "Which line of the file, from 1.")
  int line = 1;

  @Option(
      names = "--steps-per-quarter",
      paramLabel = "N",
      description = "Time steps to a quarter note: 1, 2, 4, 8, ...; 100 quarters a minute.")
  int stepsPerQuarter = 4;

  /** The result, as {@code --json} prints it. */
  record Result(int timeSteps, double seconds) {}

  @Override
  protected Target target() {
    return Target.file(Path.of("chorale.mid"), ".mid", ".wav");
  }

  @Override
  protected Object run() throws Exception {
    if (stepsPerQuarter < 1 || 480 % stepsPerQuarter != 0) {
      throw badOption("--steps-per-quarter", stepsPerQuarter, "a divisor of 480");
    }
    List<String> lines = Utf8File.read(data, "text").lines().toList();
    if (line < 1 || line > lines.size()) {
      throw badOption("--line", line, "1 to the file's " + lines.size() + " lines");
    }
    List<List<Integer>> steps = ChordText.steps(lines.get(line - 1));
    if (steps.isEmpty() || steps.size() > MOST_STEPS) {
      throw badOption(
          "--line",
          line,
          "one of 1 to %d time steps, it has %d".formatted(MOST_STEPS, steps.size()));
    }
    Path out = Objects.requireNonNull(out());
    ChordSound.write(out, ChordSound.midi(steps, stepsPerQuarter));
    double seconds = steps.size() * 0.6 / stepsPerQuarter;
    output().printf(Locale.ROOT, "%,d time steps, %.1f s: %s%n", steps.size(), seconds, out);
    return new Result(steps.size(), seconds);
  }
}
