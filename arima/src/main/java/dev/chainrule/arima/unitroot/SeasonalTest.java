package dev.chainrule.arima.unitroot;

/** Which test decides on seasonal differences. */
public enum SeasonalTest {
  /** Seasonal strength of a decomposition above 0.64 (Wang, Smith and Hyndman 2006). */
  STRENGTH,
  /** Osborn, Chui, Smith and Birchenhall (1988): a seasonal unit root unless refuted. */
  OCSB,
  /** Canova and Hansen (1995): a stable season unless refuted. */
  CANOVA_HANSEN;

  /**
   * Whether the series wants a seasonal difference.
   *
   * @param x may have missing values [n]
   */
  public boolean wantsDifference(double[] x, int period) {
    return switch (this) {
      case STRENGTH -> SeasonalTests.strength(x, period) > SeasonalTests.STRONG;
      case OCSB -> {
        TestResult result = SeasonalTests.ocsb(Interpolation.trimmed(x), period, 3);
        yield result.statistic() > SeasonalTests.ocsbCritical(period);
      }
      case CANOVA_HANSEN -> {
        TestResult result = SeasonalTests.canovaHansen(Interpolation.trimmed(x), period);
        yield result.pValue() < 0.05;
      }
    };
  }
}
