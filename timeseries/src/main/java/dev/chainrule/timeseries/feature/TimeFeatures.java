package dev.chainrule.timeseries.feature;

import dev.chainrule.base.series.Frequency;
import java.time.LocalDateTime;

/** The calendar as numbers from -0.5 to 0.5, by frequency as GluonTS has them. */
public final class TimeFeatures {
  private TimeFeatures() {}

  /** How many numbers a time has. */
  public static int count(Frequency frequency) {
    return switch (frequency.unit()) {
      case YEAR, STEP -> 0;
      case QUARTER, MONTH -> 1;
      case WEEK -> 2;
      case DAY, BUSINESS_DAY -> 3;
      case HOUR -> 4;
      case MINUTE -> 5;
      case SECOND -> 6;
    };
  }

  /** Writes the numbers of a time from place {@code at} on. */
  public static void write(Frequency frequency, LocalDateTime time, float[] out, int at) {
    int next = at;
    switch (frequency.unit()) {
      case YEAR, STEP -> {}
      case QUARTER, MONTH -> out[next] = scaled(time.getMonthValue() - 1, 11);
      case WEEK -> {
        out[next++] = scaled(time.getDayOfMonth() - 1, 30);
        out[next] = scaled((time.getDayOfYear() - 1) / 7, 52);
      }
      case DAY, BUSINESS_DAY, HOUR, MINUTE, SECOND -> {
        if (frequency.unit() == Frequency.Unit.SECOND) {
          out[next++] = scaled(time.getSecond(), 59);
        }
        if (count(frequency) >= 5) {
          out[next++] = scaled(time.getMinute(), 59);
        }
        if (count(frequency) >= 4) {
          out[next++] = scaled(time.getHour(), 23);
        }
        out[next++] = scaled(time.getDayOfWeek().getValue() - 1, 6);
        out[next++] = scaled(time.getDayOfMonth() - 1, 30);
        out[next] = scaled(time.getDayOfYear() - 1, 365);
      }
    }
  }

  private static float scaled(int value, int largest) {
    return (float) value / largest - 0.5f;
  }
}
