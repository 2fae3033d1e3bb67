package dev.chainrule.plot;

import dev.chainrule.base.io.AtomicFile;
import dev.chainrule.base.io.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Fan charts as one page that asks nothing of any other; drawn in the browser by uPlot. */
final class FanPage {
  private FanPage() {}

  /** What the page's script is told. */
  private record Page(String unit, List<Fan> fans, String text) {}

  /**
   * Writes a page.
   *
   * @param unit of the values
   * @param text that is shown below the charts, or nothing
   */
  static void write(Path file, List<Fan> fans, String unit, String text) throws IOException {
    // A name in the data cannot end the script.
    String data =
        Json.mapper().writeValueAsString(new Page(unit, fans, text)).replace("<", "\\u003c");
    AtomicFile.writeString(
        file,
        PlotScript.resource("fan.html")
            .replace("/*UPLOT_CSS*/", PlotScript.style())
            .replace("/*UPLOT_JS*/", PlotScript.script())
            .replace("/*FANS*/", data));
  }
}
