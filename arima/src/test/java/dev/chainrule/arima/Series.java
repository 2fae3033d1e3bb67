package dev.chainrule.arima;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Small classical series that the tests ship. */
public final class Series {
  private Series() {}

  /** Monthly airline passengers 1949 to 1960, thousands [144] (Box and Jenkins 1976, series G). */
  public static double[] airPassengers() {
    try (InputStream in = Series.class.getResourceAsStream("air-passengers.csv")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().skip(1).mapToDouble(l -> Double.parseDouble(l.split(",")[1])).toArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
