package dev.chainrule.experiments.report;

import dev.chainrule.experiments.experiment.Comparison;
import dev.chainrule.experiments.experiment.Experiment;
import dev.chainrule.experiments.experiment.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What an experiment came to, in sentences: whether what was expected, and what differs. */
final class Conclusion {
  private Conclusion() {}

  /** Of the experiment in a folder; empty for any other folder. */
  static String of(Path folder) throws IOException {
    if (!Experiment.isIn(folder)) {
      return "";
    }
    Outcome outcome = Experiment.open(folder).outcome();
    List<String> sentences = new ArrayList<>();
    Outcome.Expected expected = outcome.expected();
    if (expected != null) {
      String words = expected.sentence();
      sentences.add(words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1) + ".");
    }
    Comparison comparison = outcome.comparison();
    Comparison.Difference d = comparison.difference();
    if (d != null) {
      sentences.add(
          String.format(
              Locale.ROOT,
              "The mean of \u201c%s\u201d is %.4f higher for %s than for %s, by %.4f to %.4f with"
                  + " 95 %% (%s, p = %.2g).",
              Figures.name(comparison.metric()),
              d.mean(),
              comparison.settings().get(1).name(),
              comparison.settings().get(0).name(),
              d.low(),
              d.high(),
              d.test(),
              d.p()));
    }
    return String.join(" ", sentences);
  }
}
