package dev.chainrule.experiments.timeseries;

import dev.chainrule.timeseries.backtest.Scores;
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
}
