package dev.chainrule.experiments.report;

import dev.chainrule.base.io.Json;
import dev.chainrule.plot.AudioChart;
import dev.chainrule.plot.Chart;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Exhibits as parts of a page. */
final class ExhibitHtml {
  /** Probabilities from which on a token has the next shade. */
  private static final double[] SHADES = {0.01, 0.05, 0.2, 0.5, 0.9};

  private static final int DIGITS = 6;

  /** Images of a few pixels stay sharp when they are made larger. */
  private static final int SMALL = 1200;

  private ExhibitHtml() {}

  static String of(Exhibit exhibit) {
    return switch (exhibit) {
      case Exhibit.Drawing drawing -> drawing(drawing);
      case Exhibit.Picture picture -> picture(picture);
      case Exhibit.Sound sound -> sound(sound);
      case Exhibit.Words words -> words(words);
      case Exhibit.Note note ->
          new Html()
              .add("<p class=\"note\"><b>%s</b>: %s</p>\n", note.title(), note.sentence())
              .toString();
    };
  }

  private static String drawing(Exhibit.Drawing drawing) {
    Chart chart = drawing.chart();
    Html html = new Html().add("<figure class=\"plot\">\n<div class=\"still\">");
    html.add(chart.svg()).add("</div>\n");
    if (drawing.live()) {
      // A name in the data cannot end the script.
      String data = Json.line(data(chart)).replace("<", "\\u003c");
      html.add("<script type=\"application/json\">").add(data).add("</script>\n");
    }
    return html.add("</figure>\n").toString();
  }

  private static Map<String, Object> data(Chart chart) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("title", chart.title());
    data.put("x", axis(chart.x()));
    data.put("y", axis(chart.y()));
    data.put(
        "marks",
        chart.marks().stream()
            .map(
                mark -> {
                  Map<String, Object> one = new LinkedHashMap<>();
                  one.put("name", mark.name());
                  one.put(
                      "colour", mark.colour() < 0 ? "ink" : "c" + mark.colour() % Chart.COLOURS);
                  one.put("x", numbers(mark.x()));
                  if (mark instanceof Chart.Band band) {
                    one.put("low", numbers(band.low()));
                    one.put("high", numbers(band.high()));
                    one.put("opacity", band.opacity());
                  } else if (mark instanceof Chart.Line line) {
                    one.put("y", numbers(line.y()));
                    one.put("style", line.style().name().toLowerCase(Locale.ROOT));
                  }
                  return one;
                })
            .toList());
    return data;
  }

  private static Map<String, Object> axis(Chart.Axis axis) {
    return Map.of("label", axis.label(), "ticks", axis.ticks());
  }

  private static List<@Nullable Double> numbers(List<Double> values) {
    return values.stream().map(ExhibitHtml::rounded).toList();
  }

  /** No page needs more digits, and each takes room. */
  private static @Nullable Double rounded(double value) {
    if (!Double.isFinite(value)) {
      return null;
    }
    return Math.abs(value) >= 1e6 || value == 0
        ? value
        : new BigDecimal(value).round(new MathContext(DIGITS)).doubleValue();
  }

  private static String picture(Exhibit.Picture picture) {
    return new Html()
        .add(
            "<figure><img"
                + (picture.width() < SMALL ? " class=\"pixels\"" : "")
                + " width=\"%s\" height=\"%s\" alt=\"%s\" src=\"data:image/png;base64,%s\">",
            picture.width(),
            picture.height(),
            picture.title(),
            Base64.getEncoder().encodeToString(picture.png()))
        .add("<figcaption>%s</figcaption></figure>\n", picture.title())
        .toString();
  }

  private static String sound(Exhibit.Sound sound) {
    return new Html()
        .add("<figure class=\"sound\"><div class=\"still\">")
        .add(AudioChart.svg(sound.clip(), sound.title()))
        .add("<div class=\"head\" hidden></div></div>\n")
        .add(
            "<audio controls preload=\"metadata\" aria-label=\"%s\""
                + " src=\"data:audio/wav;base64,%s\"></audio>",
            sound.title(), Base64.getEncoder().encodeToString(sound.wav()))
        .add(
            "<figcaption>%s, %s s at %s Hz</figcaption></figure>\n",
            sound.title(),
            Figures.shown(Math.round(sound.clip().seconds() * 100) / 100.0),
            sound.clip().sampleRate())
        .toString();
  }

  private static String words(Exhibit.Words words) {
    double[] known =
        words.tokens().stream()
            .mapToDouble(Exhibit.Token::probability)
            .filter(p -> !Double.isNaN(p))
            .toArray();
    Html html = new Html().add("<figure class=\"words\"><p class=\"tokens\">");
    for (Exhibit.Token token : words.tokens()) {
      if (Double.isNaN(token.probability())) {
        html.add("%s", token.text());
      } else {
        html.add(
            "<span class=\"p" + shade(token.probability()) + "\" title=\"%s\">%s</span>",
            shown(token.probability()),
            token.text());
      }
    }
    html.add("</p>\n<figcaption>%s", words.title());
    if (known.length > 0) {
      double nats =
          -Arrays.stream(known).map(p -> Math.log(Math.max(p, 1e-300))).average().orElse(0);
      html.add(
          ". %s tokens, %s nats a token. Probability of each after those before it: ",
          known.length, Figures.shown(Math.round(nats * 1e3) / 1e3));
      for (int i = 0; i <= SHADES.length; i++) {
        String range =
            i == 0
                ? "below " + SHADES[0]
                : i == SHADES.length ? "from " + SHADES[i - 1] : SHADES[i - 1] + " to " + SHADES[i];
        html.add("<span class=\"key p" + i + "\">%s</span> ", range);
      }
    }
    return html.add("</figcaption></figure>\n").toString();
  }

  private static int shade(double probability) {
    int shade = 0;
    while (shade < SHADES.length && probability >= SHADES[shade]) {
      shade++;
    }
    return shade;
  }

  private static String shown(double probability) {
    return probability >= 0.001
        ? String.format(Locale.ROOT, "probability %.3f", probability)
        : String.format(Locale.ROOT, "probability %.1e", probability);
  }
}
