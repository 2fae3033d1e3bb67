package dev.chainrule.experiments;

import dev.chainrule.core.kernel.cuda.StandIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs commands one after the other in a JVM whose environment names the stand-in for a GPU, and
 * leaves their outcomes in files for {@link GpuCommandsTest}: {@code GpuCommands FILE...}, each a
 * command, one word a line, after lines {@code NAME=VALUE} that set up the stand-in.
 */
final class GpuCommands {
  private GpuCommands() {}

  /** Runs them. */
  public static void main(String[] args) throws IOException {
    StandIn standIn = StandIn.require();
    for (String arg : args) {
      Path file = Path.of(arg);
      List<String> lines = Files.readAllLines(file);
      List<String> settings =
          lines.stream().takeWhile(line -> line.matches("\\w+=-?\\d+")).toList();
      for (String setting : settings) {
        String[] parts = setting.split("=", 2);
        standIn.set(parts[0], Long.parseLong(parts[1]));
      }
      Outcome outcome =
          Outcome.of(lines.subList(settings.size(), lines.size()).toArray(String[]::new));
      Files.writeString(Path.of(file + ".out"), outcome.out());
      Files.writeString(Path.of(file + ".err"), outcome.err());
      Files.writeString(Path.of(file + ".code"), Integer.toString(outcome.code()));
    }
  }
}
