package dev.chainrule.plot;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Where the values of an axis lie on the picture. */
final class ChartScale {
  private static final double ROOM = 0.04;
  private static final double[] ROUND = {1, 2, 5, 10};
  private static final double PLAIN_MOST = 1e6;
  private static final double PLAIN_LEAST = 1e-4;

  private final Chart.Axis axis;
  private final double low;
  private final double high;
  private final double from;
  private final double to;

  /**
   * Of an axis whose values are in a range.
   *
   * @param from where the lowest is drawn
   * @param to where the highest is
   */
  private ChartScale(Chart.Axis axis, List<Double> values, double room, double from, double to) {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      double at = axis.logarithmic() ? Math.log10(value) : value;
      if (Double.isFinite(at)) {
        least = Math.min(least, at);
        most = Math.max(most, at);
      }
    }
    if (least > most) {
      least = 0;
      most = 1;
    }
    if (least == most) {
      double half = axis.logarithmic() || least == 0 ? 0.5 : Math.abs(least) * 0.1;
      least -= half;
      most += half;
    }
    double margin = room * (most - least);
    this.axis = axis;
    this.low = least - margin;
    this.high = most + margin;
    this.from = from;
    this.to = to;
  }

  static ChartScale x(Chart chart, double from, double to) {
    List<Double> values = new ArrayList<>();
    chart.marks().forEach(mark -> values.addAll(mark.x()));
    boolean named =
        chart.marks().stream().anyMatch(m -> m instanceof Chart.Dots || m instanceof Chart.Range);
    chart.x().ticks().forEach(tick -> values.add(tick.value()));
    int places = chart.x().ticks().size();
    // A name has the room of a place to both sides.
    double room = !named ? 0 : places > 1 ? 0.6 / (places - 1) : places == 1 ? 3 : 2 * ROOM;
    return new ChartScale(chart.x(), values, room, from, to);
  }

  static ChartScale y(Chart chart, double from, double to) {
    List<Double> values = new ArrayList<>();
    chart.marks().forEach(mark -> values.addAll(mark.reach()));
    chart.y().ticks().forEach(tick -> values.add(tick.value()));
    return new ChartScale(chart.y(), values, ROOM, from, to);
  }

  /** Where a value is drawn; not finite for one that cannot be. */
  double at(double value) {
    double v = axis.logarithmic() ? Math.log10(value) : value;
    return from + (v - low) / (high - low) * (to - from);
  }

  String first() {
    return axis.ticks().isEmpty() ? number(value(low)) : axis.ticks().getFirst().label();
  }

  String last() {
    return axis.ticks().isEmpty() ? number(value(high)) : axis.ticks().getLast().label();
  }

  private double value(double position) {
    return axis.logarithmic() ? Math.pow(10, position) : position;
  }

  /**
   * Round numbers of the range, or the axis' own places.
   *
   * @param about how many
   */
  List<Chart.Tick> ticks(int about) {
    if (!axis.ticks().isEmpty()) {
      return axis.ticks();
    }
    return axis.logarithmic() ? decades(about) : even(low, high, about);
  }

  private static List<Chart.Tick> even(double low, double high, int about) {
    double rough = (high - low) / about;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double step = power;
    for (double round : ROUND) {
      step = round * power;
      if (step >= rough) {
        break;
      }
    }
    List<Chart.Tick> ticks = new ArrayList<>();
    for (long i = (long) Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) {
      ticks.add(new Chart.Tick(i * step, number(i * step, step)));
    }
    return ticks;
  }

  /** Powers of ten, with 2 and 5 times them where there are few; of a short range even steps. */
  private List<Chart.Tick> decades(int about) {
    if (high - low < 0.7) {
      return even(Math.pow(10, low), Math.pow(10, high), about);
    }
    List<Chart.Tick> ticks = new ArrayList<>();
    boolean few = high - low < 3;
    for (int power = (int) Math.floor(low); power <= Math.ceil(high); power++) {
      for (double digit : few ? new double[] {1, 2, 5} : new double[] {1}) {
        double value = digit * Math.pow(10, power);
        if (Math.log10(value) >= low - 1e-9 && Math.log10(value) <= high + 1e-9) {
          ticks.add(new Chart.Tick(value, number(value)));
        }
      }
    }
    return ticks;
  }

  /** With as many digits as tell it from its neighbours. */
  private static String number(double value, double step) {
    double size = Math.abs(value);
    if (size > 0 && (size >= PLAIN_MOST || step < PLAIN_LEAST)) {
      return number(value);
    }
    int decimals = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
    return text.startsWith("-") && text.matches("-0(\\.0*)?") ? text.substring(1) : text;
  }

  /** In at most four digits. */
  static String number(double value) {
    double size = Math.abs(value);
    if (size == 0) {
      return "0";
    }
    if (size >= PLAIN_MOST || size < PLAIN_LEAST) {
      return String.format(Locale.ROOT, "%.3g", value).replaceFirst("\\.?0*e", "e");
    }
    int decimals = (int) Math.clamp(3 - Math.floor(Math.log10(size)), 0, 7);
    String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
    return text.contains(".") ? text.replaceFirst("\\.?0+$", "") : text;
  }
}
