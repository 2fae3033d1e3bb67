package dev.chainrule.experiments.report;

import dev.chainrule.plot.PlotScript;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** One page that needs no other file: what it shows, its style and its script. */
final class ReportPage {
  private static final String SIZE = "@@size@@";

  private record Section(String title, String html) {
    String id() {
      return title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    }
  }

  private final String title;
  private final String lead;
  private final List<Section> sections = new ArrayList<>();

  /**
   * An empty page.
   *
   * @param lead a sentence or two of what it shows
   */
  ReportPage(String title, String lead) {
    this.title = title;
    this.lead = lead;
  }

  /** Adds a part; one without content is left out. */
  void add(String heading, String html) {
    if (!html.isBlank()) {
      sections.add(new Section(heading, html));
    }
  }

  /**
   * The whole page.
   *
   * @param made by what, and when
   */
  String html(String made) {
    Html html =
        new Html()
            .add("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .add("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            .add("<link rel=\"icon\" href=\"data:,\">\n")
            .add("<title>%s</title>\n<style>\n", title)
            .add(PlotScript.style())
            .add(resource("report.css"))
            .add("</style>\n</head>\n<body>\n<header>\n<div><h1>%s</h1>\n", title)
            .add("<p class=\"lead\">%s</p></div>\n", lead)
            .add("<button id=\"scheme\" type=\"button\" hidden>Colours: as the system</button>\n")
            .add("</header>\n<nav aria-label=\"Parts of the page\"><ul>");
    sections.forEach(s -> html.add("<li><a href=\"#%s\">%s</a></li>", s.id(), s.title()));
    html.add("</ul></nav>\n<main>\n");
    for (Section section : sections) {
      html.add("<section id=\"%s\" aria-labelledby=\"h-%s\">", section.id(), section.id())
          .add("<h2 id=\"h-%s\">%s</h2>\n", section.id(), section.title())
          .add(section.html())
          .add("</section>\n");
    }
    html.add(
            "</main>\n<footer><p>%s This page is %s and needs no other file.</p></footer>\n",
            made, SIZE)
        .add("<script>")
        .add(PlotScript.script())
        .add("</script>\n<script>")
        .add(resource("report.js"))
        .add("</script>\n</body>\n</html>\n");
    String page = html.toString();
    int bytes = page.getBytes(StandardCharsets.UTF_8).length;
    return page.replace(SIZE, size(bytes));
  }

  static String size(long bytes) {
    return bytes < 1_000_000
        ? bytes / 1000 + " kB"
        : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }

  private static String resource(String name) {
    try (InputStream in = ReportPage.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
