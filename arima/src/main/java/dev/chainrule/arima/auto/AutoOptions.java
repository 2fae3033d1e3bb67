package dev.chainrule.arima.auto;

import dev.chainrule.arima.ArimaOrder;
import dev.chainrule.arima.Criterion;
import dev.chainrule.arima.FitOptions;
import dev.chainrule.arima.SeasonalOrder;
import dev.chainrule.arima.unitroot.SeasonalTest;
import dev.chainrule.arima.unitroot.UnitRootTest;
import java.util.OptionalInt;

/**
 * How to choose an order.
 *
 * @param period observations in a season, 1 where there is none
 * @param limits the largest orders
 * @param differences how the differences are chosen
 * @param criterion what is minimised
 * @param search which models are looked at
 * @param approximation whether candidates are compared by their conditional sum of squares
 * @param constants whether a mean and a drift are tried
 * @param fit how the models are estimated
 */
public record AutoOptions(
    int period,
    Limits limits,
    Differences differences,
    Criterion criterion,
    Search search,
    Approximation approximation,
    Constants constants,
    FitOptions fit) {

  /**
   * The largest orders.
   *
   * @param order limit of p + q + P + Q in a search over all models
   */
  public record Limits(int p, int q, int seasonalP, int seasonalQ, int order) {
    /** R's: 5, 5, 2, 2 and 5. */
    public static final Limits DEFAULT = new Limits(5, 5, 2, 2, 5);

    /** Checks that none is negative, or larger than an order can be. */
    public Limits {
      check("largest orders", "p", p, ArimaOrder.LARGEST_LAG);
      check("largest orders", "q", q, ArimaOrder.LARGEST_LAG);
      check("largest orders", "P", seasonalP, SeasonalOrder.LARGEST_LAG);
      check("largest orders", "Q", seasonalQ, SeasonalOrder.LARGEST_LAG);
      check("largest orders", "the sum", order, Integer.MAX_VALUE);
    }
  }

  /**
   * How differences are chosen.
   *
   * @param d held number of ordinary differences, or empty for the test's
   * @param seasonalD held number of seasonal differences, or empty for the test's
   */
  public record Differences(
      OptionalInt d,
      OptionalInt seasonalD,
      int maxD,
      int maxSeasonalD,
      UnitRootTest test,
      SeasonalTest seasonalTest,
      double alpha) {
    /** R's: at most 2 by KPSS at 5 %, at most 1 by seasonal strength. */
    public static final Differences DEFAULT =
        new Differences(
            OptionalInt.empty(),
            OptionalInt.empty(),
            2,
            1,
            UnitRootTest.KPSS,
            SeasonalTest.STRENGTH,
            0.05);

    /** Checks the differences that are held. */
    public Differences {
      check("differences", "d", d.orElse(0), ArimaOrder.LARGEST_DIFFERENCE);
      check("differences", "D", seasonalD.orElse(0), SeasonalOrder.LARGEST_DIFFERENCE);
    }
  }

  /** Whether candidates are compared by their conditional sum of squares. */
  public enum Approximation {
    /** Where the exact likelihood would cost much: observations times states above 20,000. */
    WHERE_COSTLY,
    /** R's rule: more than 150 observations or a period above 12. */
    AS_R,
    /** Always. */
    ON,
    /** Never. */
    OFF
  }

  /** Which constants are tried. */
  public record Constants(boolean mean, boolean drift) {
    /** Both, where they are identified. */
    public static final Constants BOTH = new Constants(true, true);
  }

  /** The defaults for a season's length. */
  public static AutoOptions forPeriod(int period) {
    return new AutoOptions(
        period,
        Limits.DEFAULT,
        Differences.DEFAULT,
        Criterion.AICC,
        Search.WIDE,
        Approximation.WHERE_COSTLY,
        Constants.BOTH,
        FitOptions.defaults());
  }

  /** Checks the period. */
  public AutoOptions {
    if (period < 1 || period > SeasonalOrder.LARGEST_PERIOD) {
      throw new IllegalArgumentException(
          "period: found " + period + ", expected 1 to " + SeasonalOrder.LARGEST_PERIOD);
    }
  }

  /** With another search. */
  public AutoOptions withSearch(Search value) {
    return new AutoOptions(
        period, limits, differences, criterion, value, approximation, constants, fit);
  }

  /** With another rule for approximation. */
  public AutoOptions withApproximation(Approximation value) {
    return new AutoOptions(period, limits, differences, criterion, search, value, constants, fit);
  }

  /** With another way to estimate. */
  public AutoOptions withFit(FitOptions value) {
    return new AutoOptions(
        period, limits, differences, criterion, search, approximation, constants, value);
  }

  /** With another way to choose differences. */
  public AutoOptions withDifferences(Differences value) {
    return new AutoOptions(period, limits, value, criterion, search, approximation, constants, fit);
  }

  private static void check(String what, String name, int value, int largest) {
    if (value < 0 || value > largest) {
      throw new IllegalArgumentException(
          "%s: found %s = %d, expected 0 to %d".formatted(what, name, value, largest));
    }
  }
}
