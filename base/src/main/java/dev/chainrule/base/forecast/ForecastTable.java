package dev.chainrule.base.forecast;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

/** A forecast as a table for people, with as many digits as its intervals are sure of. */
public final class ForecastTable {
  private static final List<Double> USUAL_LEVELS = List.of(80.0, 95.0);

  /** Digits of a number where no interval says how many it deserves. */
  private static final int DIGITS = 6;

  /** Digits of an interval's half width. */
  private static final int WIDTH_DIGITS = 3;

  private static final int MOST_DECIMALS = 15;
  private static final double LARGEST_PLAIN = 1e15;

  private ForecastTable() {}

  /** A table of all steps, numbered from 1, with intervals of 80 and 95 %. */
  public static String of(Forecast forecast) {
    return of(forecast, USUAL_LEVELS, step -> Integer.toString(step + 1));
  }

  /**
   * A table of all steps.
   *
   * @param levels of the intervals, in per cent
   * @param label of a step, for instance its date
   */
  public static String of(Forecast forecast, List<Double> levels, IntFunction<String> label) {
    List<List<String>> rows = new ArrayList<>();
    List<String> header = new ArrayList<>(List.of("", "mean"));
    for (double level : levels) {
      header.add("from");
      header.add("to (" + percent(level) + ")");
    }
    rows.add(header);
    int decimals = decimals(forecast, levels);
    for (int h = 0; h < forecast.horizon(); h++) {
      List<String> row =
          new ArrayList<>(List.of(label.apply(h), number(forecast.mean(h), decimals)));
      for (double level : levels) {
        row.add(number(forecast.quantile(h, (1 - level / 100) / 2), decimals));
        row.add(number(forecast.quantile(h, (1 + level / 100) / 2), decimals));
      }
      rows.add(row);
    }
    StringBuilder text = new StringBuilder();
    int[] widths = new int[header.size()];
    for (List<String> row : rows) {
      for (int k = 0; k < widths.length; k++) {
        widths[k] = Math.max(widths[k], row.get(k).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder(pad(row.get(0), -widths[0]));
      for (int k = 1; k < widths.length; k++) {
        line.append("  ").append(pad(row.get(k), widths[k]));
      }
      text.append(line).append('\n');
    }
    return text.toString();
  }

  private static String pad(String text, int width) {
    String blanks = " ".repeat(Math.max(0, Math.abs(width) - text.length()));
    return width < 0 ? text + blanks : blanks + text;
  }

  /** A level as people write it: {@code 95 %}, {@code 97.5 %}. */
  public static String percent(double level) {
    String text = String.format(Locale.ROOT, "%.4f", level);
    return text.replaceFirst("\\.?0+$", "") + " %";
  }

  /** So many that the narrowest interval shows three digits of its half width. */
  private static int decimals(Forecast forecast, List<Double> levels) {
    double narrowest = Double.POSITIVE_INFINITY;
    double largest = 0;
    for (int h = 0; h < forecast.horizon(); h++) {
      double mean = Math.abs(forecast.mean(h));
      largest = Double.isFinite(mean) ? Math.max(largest, mean) : largest;
      for (double level : levels) {
        double width =
            forecast.quantile(h, (1 + level / 100) / 2)
                - forecast.quantile(h, (1 - level / 100) / 2);
        if (width > 0 && width < narrowest) {
          narrowest = width;
        }
      }
    }
    double size = Double.isInfinite(narrowest) ? largest : narrowest / 2;
    int digits = Double.isInfinite(narrowest) ? DIGITS : WIDTH_DIGITS;
    if (!(size > 0)) {
      return 1;
    }
    return Math.clamp(digits - 1 - (int) Math.floor(Math.log10(size)), 0, MOST_DECIMALS);
  }

  private static String number(double value, int decimals) {
    if (!Double.isFinite(value)) {
      return Double.toString(value);
    }
    if (Math.abs(value) >= LARGEST_PLAIN) {
      return String.format(Locale.ROOT, "%.6g", value);
    }
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
