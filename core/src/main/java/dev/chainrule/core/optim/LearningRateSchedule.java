package dev.chainrule.core.optim;

import org.nd4j.linalg.schedule.ISchedule;

/** The learning rate of each step, counted from 0. */
@FunctionalInterface
public interface LearningRateSchedule {
  double at(long step);

  /** The same rate at every step. */
  static LearningRateSchedule constant(double rate) {
    requirePositive("learning rate", rate);
    return step -> rate;
  }

  /**
   * Rises linearly over the warm-up, then follows half a cosine down to the last step.
   *
   * @param peak rate at the end of the warm-up
   * @param floor rate from the last step on
   */
  static LearningRateSchedule warmupCosine(double peak, double floor, long warmup, long steps) {
    requirePositive("learning rate", peak);
    if (warmup < 0 || warmup > steps) {
      throw new IllegalArgumentException(
          "a warm-up of %d of %d steps, expected 0 to all of them".formatted(warmup, steps));
    }
    return step -> {
      if (step < warmup) {
        return peak * (step + 1) / (warmup + 1);
      }
      if (step >= steps) {
        return floor;
      }
      double progress = (double) (step - warmup) / Math.max(1, steps - warmup);
      return floor + (peak - floor) * 0.5 * (1 + Math.cos(Math.PI * progress));
    };
  }

  /**
   * One cycle (Smith and Topin 2018): half a cosine up from {@code peak / 25} over the first 30 %
   * of the steps, half a cosine down to {@code peak / 250000} over the rest.
   */
  static LearningRateSchedule oneCycle(double peak, long steps) {
    requirePositive("learning rate", peak);
    double start = peak / 25;
    double end = start / 10_000;
    double top = Math.max(1, 0.3 * steps - 1);
    return step -> {
      if (step <= top) {
        return cosineBetween(start, peak, step / top);
      }
      return cosineBetween(peak, end, Math.min(1, (step - top) / Math.max(1, steps - 1 - top)));
    };
  }

  /** One of ND4J's schedules, asked by iteration. */
  static LearningRateSchedule of(ISchedule schedule) {
    return step -> schedule.valueAt(Math.toIntExact(step), 0);
  }

  private static double cosineBetween(double from, double to, double progress) {
    return to + (from - to) * 0.5 * (1 + Math.cos(Math.PI * progress));
  }

  private static void requirePositive(String name, double value) {
    if (!(value > 0)) {
      throw new IllegalArgumentException("%s %s, expected above 0".formatted(name, value));
    }
  }
}
