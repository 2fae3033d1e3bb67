package dev.chainrule.arima;

/**
 * The non-seasonal order.
 *
 * @param p autoregressive lags
 * @param d differences
 * @param q moving-average lags
 */
public record ArimaOrder(int p, int d, int q) {
  /** The most lags. */
  public static final int LARGEST_LAG = 100;

  /** The most differences. */
  public static final int LARGEST_DIFFERENCE = 4;

  /** Checks the ranges. */
  public ArimaOrder {
    check("p", p, LARGEST_LAG);
    check("d", d, LARGEST_DIFFERENCE);
    check("q", q, LARGEST_LAG);
  }

  private static void check(String name, int value, int largest) {
    if (value < 0 || value > largest) {
      throw new IllegalArgumentException(
          "order: found " + name + " = " + value + ", expected 0 to " + largest);
    }
  }

  @Override
  public String toString() {
    return "(" + p + "," + d + "," + q + ")";
  }
}
