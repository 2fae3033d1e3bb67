package dev.chainrule.arima.auto;

import dev.chainrule.arima.auto.AutoOptions.Limits;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The walks over the models of one search. Hyndman and Khandakar (2008), section 3.2, with the
 * order of moves of forecast 8.20: it starts again from the first move at each improvement.
 */
final class Stepwise {
  private static final int MOST_MODELS = 94;
  private static final int MORE_WALKS = 3;

  /** Changes of (p, q, P, Q); the last change is of the constant. */
  private static final int[][] MOVES = {
    {0, 0, -1, 0},
    {0, 0, 0, -1},
    {0, 0, 1, 0},
    {0, 0, 0, 1},
    {0, 0, -1, -1},
    {0, 0, -1, 1},
    {0, 0, 1, -1},
    {0, 0, 1, 1},
    {-1, 0, 0, 0},
    {0, -1, 0, 0},
    {1, 0, 0, 0},
    {0, 1, 0, 0},
    {-1, -1, 0, 0},
    {-1, 1, 0, 0},
    {1, -1, 0, 0},
    {1, 1, 0, 0}
  };

  private final CandidateFits fits;
  private final Limits limits;
  private final boolean constant;

  /**
   * A walk.
   *
   * @param constant whether a constant is identified and allowed
   */
  Stepwise(CandidateFits fits, Limits limits, boolean constant) {
    this.fits = fits;
    this.limits = limits;
    this.constant = constant;
  }

  /**
   * Walks from the best of the usual four models (and the one without constant) on.
   *
   * @param again whether to walk from the others too, best first
   */
  void walk(boolean shortSeries, boolean again) {
    int start = shortSeries ? 1 : 2;
    int seasonalStart = shortSeries ? 0 : 1;
    List<Orders> seeds = new ArrayList<>();
    seeds.add(
        new Orders(
            Math.min(start, limits.p()),
            Math.min(start, limits.q()),
            Math.min(seasonalStart, limits.seasonalP()),
            Math.min(seasonalStart, limits.seasonalQ()),
            constant));
    seeds.add(new Orders(0, 0, 0, 0, constant));
    seeds.add(new Orders(Math.min(1, limits.p()), 0, Math.min(1, limits.seasonalP()), 0, constant));
    seeds.add(new Orders(0, Math.min(1, limits.q()), 0, Math.min(1, limits.seasonalQ()), constant));
    if (constant) {
      seeds.add(new Orders(0, 0, 0, 0, false));
    }
    seeds.sort(Comparator.comparingDouble(fits::value));
    improve(seeds.get(0));
    for (int i = 1; again && i < MORE_WALKS; i++) {
      improve(seeds.get(i));
    }
  }

  private void improve(Orders from) {
    Orders best = from;
    boolean improved = true;
    while (improved && fits.count() < MOST_MODELS) {
      improved = false;
      for (Orders next : neighbours(best)) {
        if (fits.isNew(next) && fits.value(next) < fits.value(best)) {
          best = next;
          improved = true;
          break;
        }
      }
    }
  }

  private List<Orders> neighbours(Orders at) {
    List<Orders> result = new ArrayList<>();
    for (int[] m : MOVES) {
      Orders next =
          new Orders(
              at.p() + m[0],
              at.q() + m[1],
              at.seasonalP() + m[2],
              at.seasonalQ() + m[3],
              at.constant());
      if (inside(next)) {
        result.add(next);
      }
    }
    if (constant) {
      result.add(new Orders(at.p(), at.q(), at.seasonalP(), at.seasonalQ(), !at.constant()));
    }
    return result;
  }

  private boolean inside(Orders key) {
    return key.p() >= 0
        && key.q() >= 0
        && key.seasonalP() >= 0
        && key.seasonalQ() >= 0
        && key.p() <= limits.p()
        && key.q() <= limits.q()
        && key.seasonalP() <= limits.seasonalP()
        && key.seasonalQ() <= limits.seasonalQ();
  }

  /** Fits all models of at most {@code order} coefficients. */
  void all(int order) {
    List<Orders> keys = new ArrayList<>();
    for (int p = 0; p <= limits.p(); p++) {
      for (int q = 0; q <= limits.q(); q++) {
        for (int sp = 0; sp <= limits.seasonalP(); sp++) {
          for (int sq = 0; sq <= limits.seasonalQ(); sq++) {
            if (p + q + sp + sq <= order) {
              keys.add(new Orders(p, q, sp, sq, false));
              if (constant) {
                keys.add(new Orders(p, q, sp, sq, true));
              }
            }
          }
        }
      }
    }
    fits.valueAll(keys);
  }
}
