package dev.chainrule.plot;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A fan as a chart. */
final class FanLines {
  private static final int TICKS = 7;
  private static final double WIDEST = 0.2;
  private static final double NARROWEST = 0.45;

  private FanLines() {}

  static Chart chart(Fan fan, String unit) {
    List<Double> x = fan.times().stream().map(Long::doubleValue).toList();
    List<Chart.Mark> marks = new ArrayList<>();
    for (int i = 0; i < fan.bands().size(); i++) {
      Fan.Band band = fan.bands().get(i);
      double depth = fan.bands().size() == 1 ? 0.5 : (double) i / (fan.bands().size() - 1);
      marks.add(
          new Chart.Band(
              band.name(),
              0,
              WIDEST + depth * (NARROWEST - WIDEST),
              x,
              numbers(band.lower()),
              numbers(band.upper())));
    }
    marks.add(new Chart.Line("observed", Chart.INK, Chart.Style.PLAIN, x, numbers(fan.observed())));
    marks.add(new Chart.Line(fan.centreName(), 0, Chart.Style.PLAIN, x, numbers(fan.centre())));
    return new Chart(
        fan.title(), Chart.Axis.of(fan.step()).at(ticks(fan)), Chart.Axis.of(unit), marks);
  }

  private static List<Double> numbers(List<@Nullable Double> values) {
    return values.stream().map(v -> v == null ? Double.NaN : v).toList();
  }

  private static List<Chart.Tick> ticks(Fan fan) {
    if (fan.digits() == 0) {
      return List.of();
    }
    List<Chart.Tick> ticks = new ArrayList<>();
    int step = Math.max(1, fan.times().size() / TICKS);
    for (int i = 0; i < fan.times().size(); i += step) {
      String label =
          Instant.ofEpochSecond(fan.times().get(i))
              .toString()
              .substring(0, fan.digits())
              .replace('T', ' ');
      ticks.add(new Chart.Tick(fan.times().get(i), label));
    }
    return ticks;
  }
}
