package dev.chainrule.experiments.experiment;

import dev.chainrule.core.engine.Compute;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of what an experiment may use. */
final class ResourceOptions {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,9})([MG])");

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description = "Runs side by side; each has its share of --threads.")
  int jobs = 1;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      description =
          "A bound on the memory of all runs together, such as 8G or 512M: another run begins only"
              + " where it fits (default: none).")
  @Nullable String memory;

  @Option(
      names = "--watch",
      paramLabel = "PORT",
      description =
          "Show metrics as they come at http://127.0.0.1:PORT/; 0 for any free port (default: not"
              + " shown).")
  @Nullable Integer watch;

  /** All of them. */
  Resources resources(Compute compute) {
    return new Resources(compute, jobs, bytes());
  }

  private long bytes() {
    if (memory == null) {
      return Long.MAX_VALUE;
    }
    Matcher size = SIZE.matcher(memory);
    if (!size.matches() || Long.parseLong(size.group(1)) == 0) {
      throw new IllegalArgumentException(
          "memory: found %s, expected a size such as 8G or 512M".formatted(memory));
    }
    return Long.parseLong(size.group(1)) << (size.group(2).equals("G") ? 30 : 20);
  }
}
