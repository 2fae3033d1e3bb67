package dev.chainrule.arima.forecast;

import java.io.Serializable;
import java.math.BigDecimal;

/**
 * A sum that is rounded once, when it is asked for: the same in any order, and in any number of
 * parts that are added up later.
 */
final class ExactSum implements Serializable {
  private static final long serialVersionUID = 1L;

  private BigDecimal finite = BigDecimal.ZERO;

  /** Infinities and NaNs, of which any order makes the same. */
  private double others;

  void add(double value) {
    if (Double.isFinite(value)) {
      finite = finite.add(new BigDecimal(value));
    } else {
      others += value;
    }
  }

  void add(ExactSum part) {
    finite = finite.add(part.finite);
    others += part.others;
  }

  double value() {
    return others == 0 ? finite.doubleValue() : others;
  }
}
