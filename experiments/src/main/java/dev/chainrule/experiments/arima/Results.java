package dev.chainrule.experiments.arima;

import dev.chainrule.arima.ArimaFit;
import dev.chainrule.arima.ArimaForecast;
import dev.chainrule.arima.BoxCox;
import dev.chainrule.arima.auto.AutoResult;
import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.forecast.SamplePaths;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Results as the JSON object, the CSV rows and the printed summary show them. */
final class Results {
  private Results() {}

  /** One series of the JSON object; values that are not finite are null. */
  static Map<String, @Nullable Object> json(
      InputSeries series, AutoResult result, @Nullable Forecast forecast, List<Double> levels) {
    ArimaFit fit = result.fit();
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("unique_id", series.id());
    json.put("model", fit.spec().toString());
    json.put(
        "order", List.of(fit.spec().order().p(), fit.spec().order().d(), fit.spec().order().q()));
    var s = fit.spec().seasonal();
    json.put("seasonal", List.of(s.p(), s.d(), s.q(), s.period()));
    json.put("coefficients", finite(fit.coefficients()));
    json.put("standard_errors", finite(fit.standardErrors()));
    json.put("sigma2", finite(fit.sigma2()));
    json.put("log_likelihood", finite(fit.logLikelihood()));
    json.put("aic", finite(fit.aic()));
    json.put("aicc", finite(fit.aicc()));
    json.put("bic", finite(fit.bic()));
    BoxCox boxCox = fit.options().boxCox();
    json.put("lambda", boxCox == null ? null : boxCox.lambda());
    json.put("fallback", result.fallback());
    if (forecast != null) {
      json.put("forecast", forecast(forecast, levels));
    }
    return json;
  }

  private static Map<String, @Nullable Object> forecast(Forecast forecast, List<Double> levels) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("mean", finite(forecast.means()));
    json.put("se", finite(standardErrors(forecast)));
    Map<String, Object> lower = new LinkedHashMap<>();
    Map<String, Object> upper = new LinkedHashMap<>();
    for (double level : levels) {
      lower.put(HorizonOptions.key(level), finite(forecast.lower(level / 100)));
      upper.put(HorizonOptions.key(level), finite(forecast.upper(level / 100)));
    }
    json.put("lower", lower);
    json.put("upper", upper);
    return json;
  }

  static double[] standardErrors(Forecast forecast) {
    if (forecast instanceof ArimaForecast analytic) {
      return analytic.standardErrors();
    }
    double[] result = new double[forecast.horizon()];
    if (forecast instanceof SamplePaths paths) {
      for (int h = 0; h < result.length; h++) {
        double mean = paths.mean(h);
        double sum = 0;
        double[] draws = paths.sorted(h);
        for (double draw : draws) {
          sum += (draw - mean) * (draw - mean);
        }
        result[h] = Math.sqrt(sum / Math.max(1, draws.length - 1));
      }
    }
    return result;
  }

  static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }

  static List<@Nullable Double> finite(double[] values) {
    List<@Nullable Double> result = new ArrayList<>();
    for (double value : values) {
      result.add(finite(value));
    }
    return result;
  }

  private static Map<String, @Nullable Double> finite(Map<String, Double> values) {
    Map<String, @Nullable Double> result = new LinkedHashMap<>();
    values.forEach((name, value) -> result.put(name, finite(value)));
    return result;
  }

  /** R's way to print a fit. */
  static String summary(InputSeries series, AutoResult result) {
    ArimaFit fit = result.fit();
    StringBuilder text = new StringBuilder();
    text.append("Series: ").append(series.id()).append('\n');
    text.append(fit.spec());
    if (fit.regressors().count() > 0) {
      text.append(" errors, regression on ").append(fit.regressors().names());
    }
    text.append('\n');
    BoxCox boxCox = fit.options().boxCox();
    if (boxCox != null) {
      text.append(line("Box-Cox transformation: lambda = %.4f", boxCox.lambda()));
    }
    if (result.fallback() != null) {
      text.append("Note: ").append(result.fallback()).append(".\n");
    }
    coefficients(fit, text);
    text.append(
        line("%nsigma^2 = %.6g:  log likelihood = %.2f", fit.sigma2(), fit.logLikelihood()));
    if (Double.isFinite(fit.aic())) {
      text.append(line("AIC=%.2f   AICc=%.2f   BIC=%.2f", fit.aic(), fit.aicc(), fit.bic()));
    }
    if (!fit.converged()) {
      text.append("Note: the search for the optimum ended before it converged.\n");
    }
    return text.toString();
  }

  private static void coefficients(ArimaFit fit, StringBuilder text) {
    Map<String, Double> coefficients = fit.coefficients();
    if (coefficients.isEmpty()) {
      return;
    }
    Map<String, Double> errors = fit.standardErrors();
    StringBuilder names = new StringBuilder("      ");
    StringBuilder values = new StringBuilder("      ");
    StringBuilder deviations = new StringBuilder("s.e.  ");
    coefficients.forEach(
        (name, value) -> {
          int width = Math.max(9, name.length() + 2);
          names.append(String.format(Locale.ROOT, "%" + width + "s", name));
          values.append(String.format(Locale.ROOT, "%" + width + ".4f", value));
          deviations.append(
              String.format(Locale.ROOT, "%" + width + ".4f", errors.getOrDefault(name, 0.0)));
        });
    text.append("\nCoefficients:\n");
    text.append(names).append('\n').append(values).append('\n').append(deviations).append('\n');
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format + "%n", values);
  }
}
