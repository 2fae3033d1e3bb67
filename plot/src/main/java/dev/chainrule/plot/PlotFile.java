package dev.chainrule.plot;

import dev.chainrule.base.io.AtomicFile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Locale;
import org.jfree.chart.ChartUtils;

/**
 * Where a picture goes: a PNG file, or an HTML page that holds the picture and what was printed,
 * and needs no other file.
 *
 * @param path ends in {@code .png} or {@code .html}
 */
public record PlotFile(Path path) {
  /** Checks the ending; a wrong one is an IllegalArgumentException. */
  public PlotFile {
    requireEnding("--plot", path);
  }

  /** Refuses a file that ends in neither, naming the option. */
  public static void requireEnding(String option, Path path) {
    String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
    if (!name.endsWith(".png") && !name.endsWith(".html")) {
      throw new IllegalArgumentException(
          option + ": found " + path + ", expected a name that ends in .png or .html.");
    }
  }

  /** The file of a series: as given, or with the series' name where there are several. */
  public PlotFile of(String id, boolean several) {
    if (!several) {
      return this;
    }
    String name = String.valueOf(path.getFileName());
    int dot = name.lastIndexOf('.');
    String own = name.substring(0, dot) + "-" + id.replaceAll("[^A-Za-z0-9_.-]", "_");
    return new PlotFile(path.resolveSibling(own + name.substring(dot)));
  }

  /**
   * Writes a picture.
   *
   * @param text what a page shows below it
   */
  public void write(BufferedImage image, String text) throws IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ChartUtils.writeBufferedImageAsPNG(png, image);
    if (path.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
      AtomicFile.write(path, file -> file.write(ByteBuffer.wrap(png.toByteArray())));
      return;
    }
    String escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    AtomicFile.writeString(
        path,
        """
        <!DOCTYPE html>
        <html lang="en">
        <meta charset="utf-8">
        <title>%s</title>
        <style>body { font-family: sans-serif; max-width: 62em; margin: 1em auto }
        img { width: 100%% }</style>
        <img alt="plot" src="data:image/png;base64,%s">
        <pre>%s</pre>
        </html>
        """
            .formatted(
                escaped.lines().findFirst().orElse("plot"),
                Base64.getEncoder().encodeToString(png.toByteArray()),
                escaped));
  }
}
