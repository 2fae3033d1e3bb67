package dev.chainrule.timeseries.deepar;

/**
 * What a network is fed in place of a missing value: the one a season before, where the location
 * begins as that one, else the last one. In training that is all; a forecast draws what is missing
 * after the first value, so that its paths say how little is known. What lies before the first
 * value is the level of the context.
 */
final class MissingInputs {
  private MissingInputs() {}

  /** Where the value stands that takes the place of value i, above 0. */
  static int source(int i, int lag) {
    return i >= lag ? i - lag : i - 1;
  }

  /** Fills from the first on; the first of all is zero if it is missing. */
  static void fill(float[] values, int lag) {
    for (int i = 0; i < values.length; i++) {
      if (Float.isNaN(values[i])) {
        values[i] = i == 0 ? 0 : values[source(i, lag)];
      }
    }
  }
}
