package dev.chainrule.arima;

import dev.chainrule.arima.statespace.LagPolynomial;

/**
 * Which model: orders and constants.
 *
 * @param order non-seasonal order
 * @param seasonal seasonal order
 * @param mean a mean (R's {@code intercept}); has an effect only without differences, where it is
 *     identified
 * @param drift a linear trend in the levels, hence a constant after one difference; not identified
 *     with more than one
 */
public record ArimaSpec(ArimaOrder order, SeasonalOrder seasonal, boolean mean, boolean drift) {
  /** Checks that a drift is identified and drops a mean that is not. */
  public ArimaSpec {
    int differences = order.d() + seasonal.d();
    if (drift && differences > 1) {
      throw new IllegalArgumentException(
          "drift: found "
              + differences
              + " differences, expected at most 1, since more remove a linear trend");
    }
    mean = mean && differences == 0;
  }

  /** A model with a mean where it is identified, as R's {@code arima}. */
  public static ArimaSpec of(ArimaOrder order, SeasonalOrder seasonal) {
    return new ArimaSpec(order, seasonal, true, false);
  }

  /** A model without season, with a mean where it is identified. */
  public static ArimaSpec of(int p, int d, int q) {
    return of(new ArimaOrder(p, d, q), SeasonalOrder.NONE);
  }

  /** The season's length. */
  public int period() {
    return seasonal.period();
  }

  /** How many observations the differences use up: d + D m. */
  public int lostToDifferences() {
    return order.d() + seasonal.d() * seasonal.period();
  }

  /** How many autoregressive and moving-average coefficients there are. */
  public int armaCount() {
    return order.p() + order.q() + seasonal.p() + seasonal.q();
  }

  /** Minus the differencing polynomial's coefficients from lag 1 on [d + D m]. */
  double[] delta() {
    double[] polynomial = LagPolynomial.differencing(order.d(), seasonal.d(), period());
    double[] delta = new double[polynomial.length - 1];
    for (int i = 0; i < delta.length; i++) {
      delta[i] = -polynomial[i + 1];
    }
    return delta;
  }

  /** R's way to write it, for instance {@code ARIMA(0,1,1)(0,1,1)[12] with drift}. */
  @Override
  public String toString() {
    String seasonalPart = seasonal.p() + seasonal.d() + seasonal.q() > 0 ? seasonal.toString() : "";
    String constant = drift ? " with drift" : mean ? " with non-zero mean" : "";
    if (!mean && !drift && order.d() + seasonal.d() == 0) {
      constant = " with zero mean";
    }
    return "ARIMA" + order + seasonalPart + constant;
  }
}
