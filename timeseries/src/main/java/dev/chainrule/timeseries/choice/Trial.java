package dev.chainrule.timeseries.choice;

import dev.chainrule.base.forecast.Digits;
import dev.chainrule.timeseries.deepar.DeepArConfig;
import java.util.Locale;

/**
 * How settings did on the ends of series.
 *
 * @param loss NaN where training diverged or was stopped
 */
record Trial(DeepArConfig config, long steps, HeldOutEnds.Loss loss) {
  private static final int DIGITS = 4;

  /** What trials are compared by; what was not trained to its end comes last. */
  double order() {
    return Double.isNaN(loss.both()) ? Double.POSITIVE_INFINITY : loss.both();
  }

  /** The settings that are tried. */
  static String words(DeepArConfig config) {
    return (config.standardized() ? "standardized" : "divided by the mean")
        + (config.numCategories() > 0 ? ", a vector for each series" : ", no vectors");
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s, %,d steps: %s and %s",
        words(config),
        steps,
        Digits.of(loss.weighted(), DIGITS),
        Digits.of(loss.scaled(), DIGITS));
  }
}
