package dev.chainrule.plot;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** uPlot, which draws charts to look around in, as parts of a page (MIT licence). */
public final class PlotScript {
  private PlotScript() {}

  /** For a {@code script} element. */
  public static String script() {
    return resource("uplot.js");
  }

  /** For a {@code style} element. */
  public static String style() {
    return resource("uplot.css");
  }

  static String resource(String name) {
    try (InputStream in = PlotScript.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
