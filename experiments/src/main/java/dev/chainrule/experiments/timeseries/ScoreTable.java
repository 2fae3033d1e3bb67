package dev.chainrule.experiments.timeseries;

import dev.chainrule.base.forecast.Digits;
import dev.chainrule.timeseries.backtest.Scores;
import dev.chainrule.timeseries.backtest.StepScores;
import java.io.PrintStream;
import java.util.List;

/**
 * Scores as people and {@code --json} read them.
 *
 * @param forecasts how many were scored
 * @param horizon steps of each
 * @param models a line each
 * @param settings what was chosen for a network, and why, in a line each; empty where nothing was
 */
record ScoreTable(int forecasts, int horizon, List<Scores> models, List<String> settings) {
  void print(PrintStream output) {
    output.printf(
        "%-16s %9s %9s %9s %9s %9s %9s %8s%n",
        "", "MASE", "sMAPE", "OWA", "MSIS", "wQL", "ND", "95 %");
    for (Scores s : models) {
      output.printf(
          "%-16s %9s %9s %9s %9s %9s %9s %8s%n",
          s.name(),
          digits(s.mase()),
          digits(s.smape()),
          digits(s.owa()),
          digits(s.msis()),
          digits(s.meanWeightedQuantileLoss()),
          digits(s.nd()),
          inside(s, "0.95"));
    }
  }

  private static String digits(double score) {
    return Digits.of(score, Scores.DIGITS);
  }

  private static String inside(Scores scores, String level) {
    return Digits.percent(scores.coverage().getOrDefault(level, Double.NaN));
  }

  /** Whether the forecasts said how sure they were. */
  void printCalibration(PrintStream output) {
    output.printf(
        "%-16s %8s %8s %8s   %s%n", "", "50 %", "80 %", "95 %", "shares of PIT tenths, of 0.100");
    for (Scores s : models) {
      output.printf("%-16s", s.name());
      for (String level : List.of("0.5", "0.8", "0.95")) {
        output.printf(" %8s", inside(s, level));
      }
      output.print("  ");
      for (double share : s.pit()) {
        output.printf(" %.3f", share);
      }
      output.println();
    }
  }

  /** How errors grow along the horizon. */
  void printSteps(PrintStream output) {
    for (Scores s : models) {
      output.printf(
          "%n%-16s %9s %9s %9s %9s %9s%n",
          s.name() + " at step", "ND", "RMSE", "wQL", "95 %", "width");
      for (StepScores step : s.steps()) {
        output.printf(
            "%-16d %9s %9s %9s %9s %9s%n",
            step.step(),
            digits(step.nd()),
            digits(step.rmse()),
            digits(step.meanWeightedQuantileLoss()),
            Digits.percent(step.coverage()),
            digits(step.width()));
      }
    }
  }
}
