package dev.chainrule.experiments.timeseries;

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
 */
record ScoreTable(int forecasts, int horizon, List<Scores> models) {
  void print(PrintStream output) {
    output.printf(
        "%-16s %9s %9s %9s %9s %9s %9s %7s%n",
        "", "MASE", "sMAPE", "OWA", "MSIS", "wQL", "ND", "95 %");
    for (Scores s : models) {
      output.printf(
          "%-16s %9.4f %9.4f %9.4f %9.3f %9.5f %9.5f %7.4f%n",
          s.name(),
          s.mase(),
          s.smape(),
          s.owa(),
          s.msis(),
          s.meanWeightedQuantileLoss(),
          s.nd(),
          s.coverage().getOrDefault("0.95", Double.NaN));
    }
  }

  /** Whether the forecasts said how sure they were. */
  void printCalibration(PrintStream output) {
    output.printf(
        "%-16s %7s %7s %7s   %s%n", "", "50 %", "80 %", "95 %", "shares of PIT tenths, of 0.100");
    for (Scores s : models) {
      output.printf("%-16s", s.name());
      for (String level : List.of("0.5", "0.8", "0.95")) {
        output.printf(" %7.4f", s.coverage().getOrDefault(level, Double.NaN));
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
            "%-16d %9.5f %9.4g %9.5f %9.4f %9.4f%n",
            step.step(),
            step.nd(),
            step.rmse(),
            step.meanWeightedQuantileLoss(),
            step.coverage(),
            step.width());
      }
    }
  }
}
