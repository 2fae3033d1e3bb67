package dev.chainrule.experiments.arima;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import dev.chainrule.arima.ArimaFit;
import dev.chainrule.arima.auto.AutoResult;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** The CSV file of fits, a row a series. */
final class FitFile {
  private final CsvWriter rows;

  /** Writes the header. */
  FitFile(Writer text) {
    rows = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text);
    rows.writeRecord(
        "unique_id",
        "model",
        "coefficients",
        "sigma2",
        "log_likelihood",
        "aic",
        "aicc",
        "bic",
        "fallback");
  }

  void add(String id, AutoResult result) throws IOException {
    ArimaFit fit = result.fit();
    StringJoiner coefficients = new StringJoiner(" ");
    fit.coefficients().forEach((name, value) -> coefficients.add(name + "=" + value));
    List<String> row = new ArrayList<>(List.of(id, fit.spec().toString(), coefficients.toString()));
    for (double value :
        new double[] {fit.sigma2(), fit.logLikelihood(), fit.aic(), fit.aicc(), fit.bic()}) {
      row.add(Double.toString(value));
    }
    String fallback = result.fallback();
    row.add(fallback == null ? "" : fallback);
    rows.writeRecord(row);
    rows.flush();
  }
}
