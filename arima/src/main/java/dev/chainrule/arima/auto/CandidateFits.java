package dev.chainrule.arima.auto;

import dev.chainrule.arima.Arima;
import dev.chainrule.arima.ArimaFit;
import dev.chainrule.arima.ArimaOrder;
import dev.chainrule.arima.ArimaSpec;
import dev.chainrule.arima.FitOptions;
import dev.chainrule.arima.FitOptions.Effort;
import dev.chainrule.arima.FitOptions.Method;
import dev.chainrule.arima.Regressors;
import dev.chainrule.arima.SeasonalOrder;
import dev.chainrule.arima.auto.AutoResult.Candidate;
import dev.chainrule.arima.statespace.DiffuseStart;
import dev.chainrule.base.InputException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Fits the candidates of one search, each once, and remembers them. A model is refused where a root
 * of its lag polynomials has a modulus below 1.01.
 */
final class CandidateFits {
  private static final double SMALLEST_ROOT = 1.01;

  private final double[] y;
  private final Regressors regressors;
  private final AutoOptions options;
  private final int d;
  private final int seasonalD;
  private final boolean approximate;
  private final double offset;
  private final Map<Orders, Double> values = new LinkedHashMap<>();
  private final Map<Orders, ArimaFit> fits = new LinkedHashMap<>();

  CandidateFits(
      double[] y,
      Regressors regressors,
      AutoOptions options,
      int d,
      int seasonalD,
      boolean approximate) {
    this.y = y;
    this.regressors = regressors;
    this.options = options;
    this.d = d;
    this.seasonalD = seasonalD;
    this.approximate = approximate;
    this.offset = approximate ? offset() : 0;
  }

  /** What an approximate criterion lacks: exact against approximate for white noise. */
  private double offset() {
    try {
      FitOptions exact = searchOptions(Method.CSS_ML);
      ArimaFit fit = Arima.fit(y, spec(new Orders(0, 0, 0, 0, true)), regressors, exact);
      return -2 * fit.logLikelihood() - fit.observations() * Math.log(fit.sigma2Ml());
    } catch (InputException e) {
      return 0;
    }
  }

  private FitOptions searchOptions(Method method) {
    return options
        .fit()
        .withMethod(method)
        .withLikelihood(DiffuseStart.EXACT)
        .withEffort(Effort.QUICK);
  }

  ArimaSpec spec(Orders key) {
    int period = options.period();
    boolean seasonal = period > 1 && key.seasonalP() + seasonalD + key.seasonalQ() > 0;
    int differences = d + seasonalD;
    return new ArimaSpec(
        new ArimaOrder(key.p(), d, key.q()),
        seasonal
            ? new SeasonalOrder(key.seasonalP(), seasonalD, key.seasonalQ(), period)
            : SeasonalOrder.NONE,
        key.constant() && differences == 0,
        key.constant() && differences == 1);
  }

  boolean isNew(Orders key) {
    return !values.containsKey(key);
  }

  int count() {
    return values.size();
  }

  /** The criterion of a candidate; infinite where it is refused or cannot be fitted. */
  double value(Orders key) {
    Double known = values.get(key);
    if (known != null) {
      return known;
    }
    Scored scored = score(key);
    remember(key, scored);
    return scored.value;
  }

  private record Scored(double value, @Nullable ArimaFit fit) {}

  /** Fits many candidates on all cores. */
  void valueAll(List<Orders> keys) {
    List<Orders> fresh = keys.stream().filter(this::isNew).toList();
    List<Scored> scored = fresh.parallelStream().map(this::score).toList();
    for (int i = 0; i < fresh.size(); i++) {
      remember(fresh.get(i), scored.get(i));
    }
  }

  private void remember(Orders key, Scored scored) {
    values.put(key, scored.value);
    if (scored.fit != null) {
      fits.put(key, scored.fit);
    }
  }

  private Scored score(Orders key) {
    try {
      ArimaSpec spec = spec(key);
      Method method = approximate ? Method.CSS : Method.CSS_ML;
      ArimaFit fit = Arima.fit(y, spec, regressors, searchOptions(method));
      if (fit.smallestRoot() < SMALLEST_ROOT && !approximate) {
        // The likelihood often has a top at the border and a lower one inside.
        fit = Arima.fit(y, spec, regressors, searchOptions(Method.ML));
      }
      if (fit.smallestRoot() < SMALLEST_ROOT) {
        return new Scored(Double.POSITIVE_INFINITY, fit);
      }
      double value;
      if (approximate) {
        double n = fit.observations();
        int k = fit.parameterCount();
        double aic = offset + n * Math.log(fit.sigma2Ml()) + 2 * k;
        value = options.criterion().of(aic, k, n);
      } else {
        value = options.criterion().of(fit);
      }
      return new Scored(Double.isNaN(value) ? Double.POSITIVE_INFINITY : value, fit);
    } catch (InputException e) {
      return new Scored(Double.POSITIVE_INFINITY, null);
    }
  }

  List<Candidate> candidates() {
    List<Candidate> result = new ArrayList<>();
    values.forEach((key, value) -> result.add(new Candidate(spec(key), value)));
    return result;
  }

  /** The best candidate fitted with the options asked for, or null where there is none. */
  @Nullable ArimaFit best() {
    List<Orders> order =
        values.keySet().stream()
            .filter(key -> Double.isFinite(values.getOrDefault(key, Double.NaN)))
            .sorted(Comparator.comparingDouble(key -> values.getOrDefault(key, Double.NaN)))
            .toList();
    for (Orders key : order) {
      ArimaFit refined = refined(key);
      if (refined != null) {
        return refined;
      }
    }
    return null;
  }

  private @Nullable ArimaFit refined(Orders key) {
    ArimaFit quick = approximate ? null : fits.get(key);
    // Where candidates were approximated one evaluation is costly, and one start has to do.
    FitOptions last = approximate ? options.fit().withEffort(Effort.QUICK) : options.fit();
    try {
      ArimaFit thorough = Arima.fit(y, spec(key), regressors, last);
      if (thorough.smallestRoot() >= SMALLEST_ROOT
          && (quick == null || Double.isFinite(options.criterion().of(thorough)))) {
        return thorough;
      }
      if (last.effort() == Effort.QUICK) {
        return quick;
      }
      FitOptions asCandidate = options.fit().withEffort(Effort.QUICK);
      if (quick != null) {
        asCandidate = asCandidate.withMethod(quick.options().method());
      }
      ArimaFit single = Arima.fit(y, spec(key), regressors, asCandidate);
      return single.smallestRoot() >= SMALLEST_ROOT ? single : null;
    } catch (InputException e) {
      return quick;
    }
  }
}
