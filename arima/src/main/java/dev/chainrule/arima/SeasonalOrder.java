package dev.chainrule.arima;

/**
 * The seasonal order.
 *
 * @param p seasonal autoregressive lags
 * @param d seasonal differences
 * @param q seasonal moving-average lags
 * @param period observations in a season, 1 where there is none
 */
public record SeasonalOrder(int p, int d, int q, int period) {
  /** No seasonal part. */
  public static final SeasonalOrder NONE = new SeasonalOrder(0, 0, 0, 1);

  /** The most lags. */
  public static final int LARGEST_LAG = 20;

  /** The most differences. */
  public static final int LARGEST_DIFFERENCE = 2;

  /** The longest period. */
  public static final int LARGEST_PERIOD = 10_000;

  /** Checks the ranges. */
  public SeasonalOrder {
    check("P", p, 0, LARGEST_LAG);
    check("D", d, 0, LARGEST_DIFFERENCE);
    check("Q", q, 0, LARGEST_LAG);
    check("the period", period, 1, LARGEST_PERIOD);
    if (period == 1 && p + d + q > 0) {
      throw new IllegalArgumentException(
          "seasonal order: found ("
              + p
              + ","
              + d
              + ","
              + q
              + ") with period 1, expected a period"
              + " of at least 2");
    }
  }

  private static void check(String name, int value, int smallest, int largest) {
    if (value < smallest || value > largest) {
      throw new IllegalArgumentException(
          "seasonal order: found "
              + name
              + " = "
              + value
              + ", expected "
              + smallest
              + " to "
              + largest);
    }
  }

  @Override
  public String toString() {
    return "(" + p + "," + d + "," + q + ")[" + period + "]";
  }
}
