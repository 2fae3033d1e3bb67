package dev.chainrule.experiments.arima;

import dev.chainrule.arima.Arima;
import dev.chainrule.arima.ArimaFit;
import dev.chainrule.arima.ArimaOrder;
import dev.chainrule.arima.ArimaSpec;
import dev.chainrule.arima.Criterion;
import dev.chainrule.arima.FitOptions;
import dev.chainrule.arima.SeasonalOrder;
import dev.chainrule.arima.auto.AutoArima;
import dev.chainrule.arima.auto.AutoOptions;
import dev.chainrule.arima.auto.AutoResult;
import dev.chainrule.arima.auto.Search;
import dev.chainrule.arima.unitroot.SeasonalTest;
import dev.chainrule.arima.unitroot.UnitRootTest;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which model: a given order, or the options of the search for one. */
final class ModelOptions {
  @Option(
      names = "--order",
      paramLabel = "P,D,Q",
      description = "The order, for instance 2,1,1; without it an order is chosen.")
  @Nullable String order;

  @Option(
      names = "--seasonal",
      paramLabel = "P,D,Q[,M]",
      description = "The seasonal order, for instance 0,1,1,12.")
  @Nullable String seasonal;

  @Option(names = "--no-mean", description = "No mean in a model without differences.")
  boolean noMean;

  @Option(names = "--drift", description = "With --order: a linear trend.")
  boolean drift;

  @Option(
      names = "--fix",
      split = ",",
      paramLabel = "NAME=VALUE",
      description = "With --order: coefficients that are held, for instance ar1=0.5.")
  Map<String, Double> fix = new TreeMap<>();

  @Option(
      names = "--search",
      paramLabel = "SEARCH",
      description = "stepwise (R's walk), wide (several walks) or full.")
  String search = "wide";

  @Option(names = "--criterion", paramLabel = "IC", description = "aicc, aic or bic.")
  String criterion = "aicc";

  @Option(
      names = "--approximation",
      paramLabel = "WHEN",
      description = "Compare by conditional sum of squares: where-costly, as-r, on, off.")
  String approximation = "where-costly";

  @Option(names = "--max-order", paramLabel = "p,q,P,Q,SUM", description = "The largest orders.")
  String maxOrder = "5,5,2,2,5";

  @Option(names = "--difference", paramLabel = "D", description = "Hold the differences.")
  @Nullable Integer difference;

  @Option(
      names = "--seasonal-difference",
      paramLabel = "D",
      description = "Hold the seasonal differences.")
  @Nullable Integer seasonalDifference;

  @Option(names = "--test", paramLabel = "TEST", description = "kpss, adf or pp.")
  String test = "kpss";

  @Option(
      names = "--seasonal-test",
      paramLabel = "TEST",
      description = "strength, ocsb or canova-hansen.")
  String seasonalTest = "strength";

  @Option(names = "--no-drift", description = "Try no drift.")
  boolean noDrift;

  /** Fits one series. */
  interface Fitter {
    AutoResult fit(InputSeries series, FitOptions options);
  }

  /** Checks the options; any season stands in for that of the data. */
  void checked() {
    if (order == null) {
      requireUnset("--drift", drift, "--order, whose model it is of; auto tries one by itself");
      requireUnset("--fix", !fix.isEmpty(), "--order, of whose coefficients it holds some");
      requireUnset("--seasonal", seasonal != null, "--order beside it");
    } else {
      ModelOptions usual = new ModelOptions();
      String none = "no --order beside it, as it is of the search for one";
      requireUnset("--search", !search.equalsIgnoreCase(usual.search), none);
      requireUnset("--criterion", !criterion.equalsIgnoreCase(usual.criterion), none);
      requireUnset("--approximation", !approximation.equalsIgnoreCase(usual.approximation), none);
      requireUnset("--max-order", !maxOrder.equals(usual.maxOrder), none);
      requireUnset("--difference", difference != null, none);
      requireUnset("--seasonal-difference", seasonalDifference != null, none);
      requireUnset("--test", !test.equalsIgnoreCase(usual.test), none);
      requireUnset("--seasonal-test", !seasonalTest.equalsIgnoreCase(usual.seasonalTest), none);
      requireUnset("--no-drift", noDrift, none);
    }
    fitter(2);
  }

  /** No option is passed over in silence. */
  private static void requireUnset(String option, boolean set, String expected) {
    if (set) {
      throw new IllegalArgumentException(option + ": expected " + expected + ".");
    }
  }

  /** Reads the options; a wrong one is an IllegalArgumentException. */
  Fitter fitter(int season) {
    if (order == null) {
      AutoOptions options = autoOptions(season);
      return (series, fit) ->
          AutoArima.fit(series.values(), series.regressors(), options.withFit(fit));
    }
    ArimaSpec spec = spec(order, season);
    Map<String, Double> held = Map.copyOf(fix);
    return (series, fit) -> {
      ArimaFit result = Arima.fit(series.values(), spec, series.regressors(), fit.withFixed(held));
      return new AutoResult(result, List.of(), null);
    };
  }

  private ArimaSpec spec(String text, int season) {
    int[] o = whole("--order", text, 3, 3, "p,d,q such as 2,1,1");
    SeasonalOrder seasonalOrder = SeasonalOrder.NONE;
    if (seasonal != null) {
      int[] s = whole("--seasonal", seasonal, 3, 4, "P,D,Q,m such as 0,1,1,12");
      int period = s.length == 4 ? s[3] : season;
      if (s[0] != 0 || s[1] != 0 || s[2] != 0) {
        seasonalOrder = new SeasonalOrder(s[0], s[1], s[2], period);
      }
    }
    return new ArimaSpec(new ArimaOrder(o[0], o[1], o[2]), seasonalOrder, !noMean, drift);
  }

  private static int[] whole(String option, String text, int least, int most, String expected) {
    String[] parts = text.split(",", -1);
    int[] result = new int[parts.length];
    try {
      for (int i = 0; i < parts.length; i++) {
        result[i] = Integer.parseInt(parts[i].strip());
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          option + ": found " + text + ", expected " + expected + ".", e);
    }
    if (parts.length < least || parts.length > most) {
      throw new IllegalArgumentException(
          option + ": found " + text + ", expected " + expected + ".");
    }
    return result;
  }

  private AutoOptions autoOptions(int season) {
    int[] m = whole("--max-order", maxOrder, 5, 5, "five whole numbers such as 5,5,2,2,5");
    return new AutoOptions(
        season,
        new AutoOptions.Limits(m[0], m[1], m[2], m[3], m[4]),
        new AutoOptions.Differences(
            difference == null ? OptionalInt.empty() : OptionalInt.of(difference),
            seasonalDifference == null ? OptionalInt.empty() : OptionalInt.of(seasonalDifference),
            2,
            1,
            EstimationOptions.choice("--test", test, UnitRootTest.class),
            EstimationOptions.choice("--seasonal-test", seasonalTest, SeasonalTest.class),
            0.05),
        EstimationOptions.choice("--criterion", criterion, Criterion.class),
        EstimationOptions.choice("--search", search, Search.class),
        EstimationOptions.choice("--approximation", approximation, AutoOptions.Approximation.class),
        new AutoOptions.Constants(!noMean, !noDrift),
        FitOptions.defaults());
  }
}
