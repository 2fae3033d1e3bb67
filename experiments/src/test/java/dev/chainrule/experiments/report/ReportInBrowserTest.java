package dev.chainrule.experiments.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.print.PrintOptions;

/** A comparison with every kind of exhibit, as Chromium shows it; skipped where there is none. */
class ReportInBrowserTest {
  @TempDir static Path folder;
  private static @Nullable Browser opened;
  private static ChromeDriver browser;
  private static String address = "";

  @BeforeAll
  static void open() throws IOException {
    Browser first = Browser.open();
    opened = first;
    browser = first.driver();
    Path page = folder.resolve("report.html");
    List<Path> samples = ReportedRuns.samples(folder.resolve("samples"));
    Report report =
        new Report(
            "comparison <of> \"runs\"",
            List.of(
                ReportedRuns.run("a1", 0.01, 1, samples),
                ReportedRuns.run("a2", 0.01, 2, List.of()),
                ReportedRuns.run("b1", 0.05, 1, List.of())),
            "",
            new Report.Samples(null, null));
    report.exhibits().put("More", List.of(ReportedRuns.fan(), ReportedRuns.words()));
    Files.writeString(page, report.page().html("Made by a test."));
    address = page.toUri().toString();
  }

  @AfterAll
  static void close() {
    if (opened != null) {
      opened.close();
    }
  }

  @BeforeEach
  void load() {
    browser.manage().window().setSize(new Dimension(1100, 900));
    scheme("light");
    browser.get(address);
    await("document.querySelectorAll('.live canvas').length >= 3");
  }

  private static Browser page() {
    return Objects.requireNonNull(opened);
  }

  private static void scheme(String name) {
    page().scheme(name);
  }

  private static @Nullable Object script(String text) {
    return page().script(text);
  }

  private static void click(WebElement element) {
    page().click(element);
  }

  private static void await(String condition) {
    page().await(condition);
  }

  @Test
  void nothingIsLoggedAndNothingAskedFor() {
    assertThat(browser.manage().logs().get(LogType.BROWSER).getAll())
        .allSatisfy(entry -> assertThat(entry.getMessage()).isEmpty());
    assertThat(browser.manage().logs().get(LogType.PERFORMANCE).getAll())
        .map(entry -> entry.getMessage())
        .filteredOn(message -> message.contains("\"Network.requestWillBeSent\""))
        .allSatisfy(
            message -> assertThat(message).containsAnyOf("\"url\":\"file:", "\"url\":\"data:"));
    assertThat(
            (List<?>)
                Objects.requireNonNull(
                    script("performance.getEntriesByType('resource').map(e => e.name)")))
        .allSatisfy(name -> assertThat((String) name).startsWith("data:"));
  }

  @Test
  void picturesHaveSizeAndWords() {
    for (WebElement image : browser.findElements(By.tagName("img"))) {
      assertThat(script("document.images[0].naturalWidth")).isEqualTo(40L);
      assertThat(image.getSize().width).isPositive();
      assertThat(image.getAttribute("alt")).isNotBlank();
    }
    assertThat(browser.findElements(By.tagName("img"))).hasSize(1);
    for (WebElement chart : browser.findElements(By.cssSelector("svg[role=img]"))) {
      assertThat(chart.getAttribute("aria-label")).hasSizeGreaterThan(20);
    }
    for (WebElement canvas : browser.findElements(By.cssSelector(".live canvas"))) {
      assertThat(canvas.getSize().height).isGreaterThan(200);
      assertThat(drawn(canvas)).as("pixels that are not empty").isGreaterThan(500);
    }
  }

  private static long drawn(WebElement canvas) {
    return (Long)
        Objects.requireNonNull(
            browser.executeScript(
                "const c = arguments[0]; return c.getContext('2d').getImageData(0, 0, c.width,"
                    + " c.height).data.filter((v, i) => i % 4 === 3 && v > 0).length",
                canvas));
  }

  @Test
  void theSoundHasItsLengthAndPlays() {
    browser.executeScript("document.querySelector('audio').load()");
    await("document.querySelector('audio').duration > 0");
    assertThat(
            ((Number) Objects.requireNonNull(script("document.querySelector('audio').duration")))
                .doubleValue())
        .isBetween(1.99, 2.01);
    browser.executeScript("const a = document.querySelector('audio'); a.muted = true; a.play()");
    await("document.querySelector('audio').currentTime > 0.1");
    assertThat(script("document.querySelector('.head').hidden")).isEqualTo(false);
  }

  @Test
  void bothSchemesHaveContrastAndTheButtonOverridesTheSystem() {
    String bright = "rgb(255, 255, 255)";
    assertThat(script("getComputedStyle(document.body).backgroundColor")).isEqualTo(bright);
    assertThat(contrasts()).allSatisfy(c -> assertThat(c).isGreaterThan(4.5));
    scheme("dark");
    assertThat(script("getComputedStyle(document.body).backgroundColor")).isNotEqualTo(bright);
    assertThat(contrasts()).allSatisfy(c -> assertThat(c).isGreaterThan(4.5));
    WebElement button = browser.findElement(By.id("scheme"));
    click(button);
    assertThat(button.getText()).isEqualTo("Colours: light");
    assertThat(script("getComputedStyle(document.body).backgroundColor")).isEqualTo(bright);
    browser.executeScript("localStorage.clear()");
  }

  /** Of every kind of text with what lies behind it, by WCAG's definition. */
  private static List<Double> contrasts() {
    return page()
        .contrasts(
            "h1, .lead, nav a, td, thead th, figcaption, .tokens span, .key, button, footer p");
  }

  @Test
  void curvesAreShownByLogarithmsAndTablesSorted() {
    WebElement log =
        browser.findElements(By.cssSelector(".tools button")).stream()
            .filter(b -> b.getText().equals("log"))
            .findFirst()
            .orElseThrow();
    click(log);
    assertThat(log.getAttribute("aria-pressed")).isEqualTo("true");
    WebElement head = browser.findElement(By.cssSelector("#runs thead th:nth-child(2) button"));
    click(head);
    click(head);
    assertThat(browser.findElement(By.cssSelector("#runs tbody tr:first-child th")).getText())
        .isEqualTo("a2");
    assertThat(browser.findElements(By.cssSelector(".wide table")))
        .allSatisfy(
            table -> {
              assertThat(table.findElements(By.tagName("caption"))).hasSize(1);
              assertThat(table.findElements(By.cssSelector("thead th[scope=col]"))).isNotEmpty();
            });
  }

  @Test
  void namesFromElsewhereAreText() {
    assertThat(browser.findElement(By.tagName("h1")).getText())
        .isEqualTo("comparison <of> \"runs\"");
    assertThat(browser.findElement(By.cssSelector("#samples-of-a1 .tokens")).getText())
        .contains("</script><b>of</b>");
    assertThat(browser.findElements(By.cssSelector(".tokens b"))).isEmpty();
  }

  @Test
  void aPhoneScrollsNothingSideways() {
    page().requireNothingSideways();
  }

  @Test
  void printIsBrightAndHasTheStillCharts() {
    scheme("dark");
    byte[] pdf = Base64.getDecoder().decode(browser.print(new PrintOptions()).getContent());
    assertThat(pdf.length).isGreaterThan(20_000);
    browser.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("media", "print"));
    assertThat(script("getComputedStyle(document.body).backgroundColor"))
        .isEqualTo("rgb(255, 255, 255)");
    assertThat(browser.findElements(By.cssSelector(".live"))).noneMatch(WebElement::isDisplayed);
    assertThat(browser.findElements(By.cssSelector(".plot .still svg")))
        .allMatch(WebElement::isDisplayed);
    browser.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("media", ""));
  }

  @Test
  void printCutsNoTable() throws IOException {
    List<ReportedRun> runs = new ArrayList<>();
    for (int seed = 1; seed <= 12; seed++) {
      ReportedRun run = ReportedRuns.run("learning_rate=0.01,seed=" + seed, 0.01, seed, List.of());
      Map<String, Double> figures = new HashMap<>();
      for (int i = 0; i < 10; i++) {
        figures.put("evaluation_measured_" + i, 1.2345 * seed);
      }
      runs.add(ReportedRuns.measured(run, figures));
    }
    Report report = new Report("many", runs, "", new Report.Samples(null, null));
    Path page = folder.resolve("many.html");
    Files.writeString(page, report.page().html("Made by a test."));
    browser.get(page.toUri().toString());
    // As wide as A4 within margins of one centimetre.
    browser.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", 718, "height", 1000, "deviceScaleFactor", 1, "mobile", false));
    browser.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("media", "print"));
    try {
      assertThat(
              (List<?>)
                  Objects.requireNonNull(
                      script(
                          "[...document.querySelectorAll('.wide')]"
                              + ".filter(w => w.scrollWidth > w.clientWidth + 1)"
                              + ".map(w => w.innerText)")))
          .isEmpty();
    } finally {
      browser.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("media", ""));
      browser.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
    }
  }
}
