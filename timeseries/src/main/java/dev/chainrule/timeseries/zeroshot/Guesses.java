package dev.chainrule.timeseries.zeroshot;

/**
 * What simple rules propose for each value of a patch from those that are known: the value a season
 * before; the same, moved on by what the last values changed by from season to season; the mean of
 * up to four values a season apart; the value of seven seasons before; and the last value. What a
 * rule has no values for is what the value a season before, or the last one, is.
 */
final class Guesses {
  /** Rules, G. */
  static final int COUNT = 5;

  private static final int SEASONS = 4;
  private static final int LONG = 7;

  /** Values whose change is the drift. */
  private static final int RECENT = 8;

  private Guesses() {}

  /**
   * Writes [time][G], in units of the scale.
   *
   * @param seen values that are known, of which there may be none
   */
  static void write(
      double[] values, int seen, int from, int to, int period, Normalisation units, float[] out) {
    double last = last(values, seen);
    double drift = drift(values, seen, period);
    for (int t = from; t < to; t++) {
      int seasons = seasonsBack(seen, t, period);
      double season = at(values, t - seasons * period, last);
      double sum = 0;
      int count = 0;
      for (int k = seasons; k < seasons + SEASONS; k++) {
        int place = t - k * period;
        if (place >= 0 && !Double.isNaN(values[place])) {
          sum += values[place];
          count++;
        }
      }
      int far = t - seasonsBack(seen, t, LONG * period) * LONG * period;
      int at = t * COUNT;
      out[at] = units.scaled(season);
      out[at + 1] = units.scaled(season + seasons * drift);
      out[at + 2] = units.scaled(count == 0 ? season : sum / count);
      out[at + 3] = units.scaled(at(values, far, season));
      out[at + 4] = units.scaled(last);
    }
  }

  /** So many seasons before a time is the last known value of its place in the season. */
  private static int seasonsBack(int seen, int t, int period) {
    return (t - seen) / period + 1;
  }

  private static double at(double[] values, int place, double otherwise) {
    return place >= 0 && !Double.isNaN(values[place]) ? values[place] : otherwise;
  }

  /** The mean change of the last values from those a season before them; 0 where there are none. */
  private static double drift(double[] values, int seen, int period) {
    double sum = 0;
    int count = 0;
    for (int t = Math.max(period, seen - RECENT); t < seen; t++) {
      double change = values[t] - values[t - period];
      if (!Double.isNaN(change)) {
        sum += change;
        count++;
      }
    }
    return count == 0 ? 0 : sum / count;
  }

  private static double last(double[] values, int seen) {
    for (int t = seen - 1; t >= 0; t--) {
      if (!Double.isNaN(values[t])) {
        return values[t];
      }
    }
    return 0;
  }
}
