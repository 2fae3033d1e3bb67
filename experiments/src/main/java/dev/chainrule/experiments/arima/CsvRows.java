package dev.chainrule.experiments.arima;

import dev.chainrule.arima.ArimaFit;
import dev.chainrule.arima.auto.AutoResult;
import dev.chainrule.base.forecast.Forecast;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Consumer;

/** The rows of the CSV files that the commands write. */
final class CsvRows {
  static final String FITS =
      "unique_id,model,coefficients,sigma2,log_likelihood,aic,aicc,bic,fallback";

  private CsvRows() {}

  static String forecastHeader(List<Double> levels) {
    StringJoiner row = new StringJoiner(",");
    row.add("unique_id").add("ds").add("mean").add("se");
    for (double level : levels) {
      String key = HorizonOptions.key(level);
      row.add("lower" + key).add("upper" + key);
    }
    return row.toString();
  }

  /** One row a step; {@code ds} counts from the end of the series. */
  static void forecast(
      InputSeries series, Forecast forecast, List<Double> levels, Consumer<String> sink) {
    double[] errors = Results.standardErrors(forecast);
    for (int h = 0; h < forecast.horizon(); h++) {
      StringJoiner row = new StringJoiner(",");
      row.add(quoted(series.id()));
      row.add(Integer.toString(series.values().length + h + 1));
      row.add(Double.toString(forecast.mean(h))).add(Double.toString(errors[h]));
      for (double level : levels) {
        row.add(Double.toString(forecast.quantile(h, (1 - level / 100) / 2)));
        row.add(Double.toString(forecast.quantile(h, (1 + level / 100) / 2)));
      }
      sink.accept(row.toString());
    }
  }

  static String fit(InputSeries series, AutoResult result) {
    ArimaFit fit = result.fit();
    StringJoiner coefficients = new StringJoiner(" ");
    fit.coefficients().forEach((name, value) -> coefficients.add(name + "=" + value));
    StringJoiner row = new StringJoiner(",");
    row.add(quoted(series.id())).add(quoted(fit.spec().toString()));
    row.add(quoted(coefficients.toString()));
    for (double value :
        new double[] {fit.sigma2(), fit.logLikelihood(), fit.aic(), fit.aicc(), fit.bic()}) {
      row.add(Double.toString(value));
    }
    String fallback = result.fallback();
    return row.add(quoted(fallback == null ? "" : fallback)).toString();
  }

  static String quoted(String text) {
    boolean plain = text.indexOf(',') < 0 && text.indexOf('"') < 0 && text.indexOf('\n') < 0;
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
