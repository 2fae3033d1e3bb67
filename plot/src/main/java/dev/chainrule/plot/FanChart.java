package dev.chainrule.plot;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The file of a fan chart: a PNG, or an interactive page.
 *
 * @param file ends in {@code .png} or {@code .html}
 * @param unit of the values, for their axis
 */
public record FanChart(Path file, String unit) {
  /** Checks the ending; a wrong one is an IllegalArgumentException that names the option. */
  public static FanChart of(String option, Path file, String unit) {
    PlotFile.requireEnding(option, file);
    return new FanChart(file, unit);
  }

  /**
   * Draws.
   *
   * @param text that a page shows below, or nothing
   */
  public void write(List<Fan> fans, String text) throws IOException {
    if (file.toString().toLowerCase(Locale.ROOT).endsWith(".html")) {
      FanPage.write(file, fans, unit, text);
    } else {
      FanPicture.write(file, fans, unit);
    }
  }
}
