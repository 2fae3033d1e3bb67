package dev.chainrule.experiments.arima;

import dev.chainrule.arima.ArimaFit;
import dev.chainrule.arima.ArimaForecast;
import dev.chainrule.arima.BoxCox;
import dev.chainrule.arima.auto.AutoResult;
import dev.chainrule.arima.smoothing.Intervals;
import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.forecast.SamplePaths;
import dev.chainrule.base.io.Excerpt;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
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
      json.put("forecast", forecast(series, forecast, levels));
    }
    return json;
  }

  /** Times, means and intervals of the JSON object. */
  static Map<String, @Nullable Object> forecast(
      InputSeries series, Forecast forecast, List<Double> levels) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    List<String> times = new ArrayList<>();
    for (int h = 0; h < forecast.horizon(); h++) {
      times.add(series.series().label(series.values().length + (long) h));
    }
    json.put("ds", times);
    json.put("mean", finite(forecast.means()));
    // A standard error on another scale than the mean's has another name.
    boolean transformed = forecast instanceof ArimaForecast analytic && analytic.isTransformed();
    json.put(transformed ? "se_transformed" : "se", finite(standardErrors(forecast)));
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

  private static double[] standardErrors(Forecast forecast) {
    if (forecast instanceof ArimaForecast analytic) {
      return analytic.standardErrors();
    }
    double[] result = new double[forecast.horizon()];
    if (!(forecast instanceof SamplePaths paths)) {
      Arrays.setAll(result, h -> Intervals.deviation(forecast, h));
    } else {
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

  static Map<String, @Nullable Double> finite(Map<String, Double> values) {
    Map<String, @Nullable Double> result = new LinkedHashMap<>();
    values.forEach((name, value) -> result.put(name, finite(value)));
    return result;
  }

  /** A fit's model in one line, as R names it. */
  static String model(ArimaFit fit) {
    String spec = fit.spec().toString();
    return fit.regressors().count() == 0 ? spec : "Regression with " + spec + " errors";
  }

  /** The fit as R prints it. */
  static String summary(InputSeries series, AutoResult result) {
    return "Series: " + Excerpt.of(series.id()) + '\n' + result;
  }
}
