package dev.chainrule.experiments.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * A Chromium without a window.
 *
 * @param driver what drives it
 */
public record Browser(ChromeDriver driver) implements AutoCloseable {
  private static final List<String> CHROMIUM =
      List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");
  private static final List<String> DRIVER =
      List.of("/usr/bin/chromedriver", "/usr/lib/chromium/chromedriver");

  /** Opens one; where none is installed the test is skipped. */
  public static Browser open() {
    Path program = first(CHROMIUM);
    Path driver = first(DRIVER);
    assumeTrue(program != null && driver != null, "no Chromium with its driver is installed");
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    logs.enable(LogType.PERFORMANCE, Level.ALL);
    ChromeOptions options =
        new ChromeOptions()
            .setBinary(Objects.requireNonNull(program).toFile())
            .addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--autoplay-policy=no-user-gesture-required");
    options.setCapability("goog:loggingPrefs", logs);
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(Objects.requireNonNull(driver).toFile())
            .usingAnyFreePort()
            .build();
    return new Browser(new ChromeDriver(service, options));
  }

  private static @Nullable Path first(List<String> paths) {
    return paths.stream().map(Path::of).filter(Files::isExecutable).findFirst().orElse(null);
  }

  /** Prefers {@code light} or {@code dark} colours. */
  public void scheme(String name) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", name))));
  }

  /** The value of an expression. */
  public @Nullable Object script(String text) {
    return driver.executeScript("return " + text);
  }

  /** Presses what may be out of sight. */
  public void click(WebElement element) {
    driver.executeScript("arguments[0].click()", element);
  }

  /** Waits until an expression is true. */
  public void await(String condition) {
    Instant end = Instant.now().plus(Duration.ofSeconds(20));
    while (!Boolean.TRUE.equals(script(condition))) {
      assertThat(Instant.now()).as(condition).isBefore(end);
      LockSupport.parkNanos(50_000_000);
    }
  }

  /**
   * That on a phone the page is as wide as the screen; the emulation takes effect some time later.
   */
  public void requireNothingSideways() {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", 360, "height", 740, "deviceScaleFactor", 2, "mobile", true));
    try {
      await("window.innerWidth === 360 && document.documentElement.scrollWidth === 360");
    } finally {
      driver.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
    }
  }

  /** Of some elements' texts with what lies behind them, by WCAG's definition. */
  public List<Double> contrasts(String selector) {
    return ((List<?>)
            Objects.requireNonNull(
                driver.executeScript(
                    """
                    const light = (c) => {
                      const [r, g, b] = c.match(/[\\d.]+/g).slice(0, 3).map((v) => v / 255)
                        .map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
                      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
                    };
                    const behind = (e) => {
                      for (; e; e = e.parentElement) {
                        const c = getComputedStyle(e).backgroundColor;
                        if (!c.endsWith(", 0)")) return c;
                      }
                    };
                    return [...document.querySelectorAll(arguments[0])]
                      .map((e) => [light(getComputedStyle(e).color), light(behind(e))])
                      .map(([a, b]) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
                    """,
                    selector)))
        .stream().map(c -> ((Number) c).doubleValue()).toList();
  }

  @Override
  public void close() {
    driver.quit();
  }
}
