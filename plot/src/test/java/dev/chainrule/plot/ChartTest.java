package dev.chainrule.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ChartTest {
  private static final Chart CHART =
      new Chart(
          "Loss <of> \"a & b\"",
          Chart.Axis.of("step"),
          Chart.Axis.of("nats"),
          List.of(
              new Chart.Band(
                  "band",
                  0,
                  0.3,
                  List.of(0.0, 1.0, 2.0, 3.0),
                  List.of(1.0, Double.NaN, 1.0, 1.0),
                  List.of(2.0, 2.0, 2.0, 2.0)),
              new Chart.Line(
                  "line",
                  1,
                  Chart.Style.DASHED,
                  List.of(0.0, 1.0, 2.0, 3.0),
                  List.of(100.0, 10.0, Double.NaN, 1.0)),
              new Chart.Dots("dots", 2, List.of(1.0), List.of(5.0)),
              new Chart.Range("", 3, 2, 1, 2, 3)));

  private static Document parsed(String file) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(file)));
  }

  @Test
  void aFileIsXmlThatStandsAlone() throws Exception {
    Document file = parsed(CHART.file());
    Element svg = file.getDocumentElement();
    assertThat(svg.getAttribute("width")).isEqualTo("760");
    assertThat(svg.getAttribute("aria-label")).startsWith("Loss <of> \"a & b\": nats against step");
    assertThat(CHART.file()).doesNotContain("var(--");
    assertThat(CHART.svg()).contains("var(--c1)");
  }

  @Test
  void aGapIsNotDrawnOver() throws Exception {
    NodeList paths = parsed(CHART.file()).getElementsByTagName("path");
    boolean line = false;
    boolean band = false;
    for (int i = 0; i < paths.getLength(); i++) {
      String d = ((Element) paths.item(i)).getAttribute("d");
      line |= d.matches("M[\\d.]+ [\\d.]+L[\\d.]+ [\\d.]+M[\\d.]+ [\\d.]+");
      band |= d.chars().filter(c -> c == 'Z').count() == 2;
    }
    assertThat(line).as("a line of two pieces").isTrue();
    assertThat(band).as("a band of two pieces").isTrue();
  }

  @Test
  void aLogarithmicAxisHasEqualStepsForEqualFactors() {
    Chart log = new Chart("", CHART.x(), CHART.y().log(), CHART.marks());
    ChartScale scale = ChartScale.y(log, 300, 0);
    assertThat(scale.at(1) - scale.at(10)).isEqualTo(scale.at(10) - scale.at(100), within());
    assertThat(scale.at(0)).isNotFinite();
    assertThat(scale.ticks(5)).map(Chart.Tick::label).contains("1", "10", "100");
  }

  private static org.assertj.core.data.Offset<Double> within() {
    return org.assertj.core.data.Offset.offset(1e-9);
  }

  @Test
  void ticksAreRoundNumbers() {
    Chart chart =
        new Chart(
            "",
            Chart.Axis.of("x"),
            Chart.Axis.of("y"),
            List.of(
                new Chart.Line(
                    "", 0, Chart.Style.PLAIN, List.of(0.0, 2000.0), List.of(1.7602, 4.17))));
    assertThat(ChartScale.x(chart, 0, 1).ticks(8))
        .map(Chart.Tick::label)
        .containsExactly("0", "500", "1000", "1500", "2000");
    assertThat(ChartScale.y(chart, 0, 1).ticks(5))
        .map(Chart.Tick::label)
        .containsExactly("2", "3", "4");
  }

  @Test
  void nothingToDrawIsDrawn() throws Exception {
    Chart empty = new Chart("", Chart.Axis.of("x"), Chart.Axis.of("y"), List.of());
    assertThat(parsed(empty.file()).getDocumentElement().getTagName()).isEqualTo("svg");
  }

  @Test
  void coordinatesComeInPairs() {
    assertThatThrownBy(
            () -> new Chart.Line("", 0, Chart.Style.PLAIN, List.of(1.0), List.of(1.0, 2.0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 x and 2 y");
  }
}
