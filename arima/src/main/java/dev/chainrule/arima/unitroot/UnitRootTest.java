package dev.chainrule.arima.unitroot;

/** Which test decides on ordinary differences. */
public enum UnitRootTest {
  /** Kwiatkowski, Phillips, Schmidt and Shin (1992): stationary unless refuted. */
  KPSS,
  /** Augmented Dickey-Fuller (1979, Said and Dickey 1984): a unit root unless refuted. */
  ADF,
  /** Phillips and Perron (1988): a unit root unless refuted. */
  PP;

  /**
   * Whether the series wants a difference.
   *
   * @param x without missing values [n]
   * @param alpha level of the test, 0.01 to 0.1
   */
  public boolean wantsDifference(double[] x, double alpha) {
    return switch (this) {
      case KPSS -> StationarityTests.kpss(x, false).pValue() < alpha;
      case ADF -> StationarityTests.dickeyFuller(x, false, 1).pValue() > alpha;
      case PP -> StationarityTests.phillipsPerron(x, false).pValue() > alpha;
    };
  }
}
