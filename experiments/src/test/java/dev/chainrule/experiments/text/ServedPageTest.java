package dev.chainrule.experiments.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.sampling.SamplingConfig;
import dev.chainrule.experiments.report.Browser;
import dev.chainrule.text.openai.OpenAiServer;
import dev.chainrule.text.openai.ServerConfig;
import dev.chainrule.text.run.TextModel;
import dev.chainrule.text.run.TextTraining;
import dev.chainrule.text.serving.Ending;
import dev.chainrule.text.serving.ServiceConfig;
import dev.chainrule.text.serving.TextService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.logging.LogType;

/** The page of a server, as Chromium shows it; skipped where there is none. */
class ServedPageTest {
  @TempDir static Path folder;
  private static @Nullable Browser opened;
  private static @Nullable OpenAiServer server;
  private static TextService service;
  private static TextModel model;

  @BeforeAll
  static void serve() throws IOException {
    Browser browser = Browser.open();
    opened = browser;
    Path data = folder.resolve("data.txt");
    Files.writeString(data, "one <b>and</b> two & three\n".repeat(60));
    model = TextModel.train(data.toString(), training(), folder.resolve("model"));
    service =
        new TextService(
            model, Compute.automatic(), ServiceConfig.of(model.network().contextLength()));
    server = new OpenAiServer(service, ServerConfig.of("tiny"));
    browser.driver().manage().window().setSize(new Dimension(1000, 900));
  }

  private static TextTraining training() {
    return TextTraining.nanoCpu().withSteps(2);
  }

  @AfterAll
  static void close() {
    if (server != null) {
      server.close();
    }
    if (opened != null) {
      opened.close();
    }
  }

  private static Browser page() {
    return Objects.requireNonNull(opened);
  }

  private static void load() {
    page().driver().get(Objects.requireNonNull(server).url());
    page().await("document.getElementById('model').textContent === 'tiny'");
  }

  private static void ask(String prompt, int tokens) {
    page().driver().findElement(By.id("prompt")).sendKeys(prompt);
    page()
        .driver()
        .executeScript(
            "document.getElementById('tokens').value = arguments[0];"
                + "document.getElementById('seed').value = 5;",
            tokens);
    page().click(page().driver().findElement(By.id("go")));
  }

  @Test
  void aTextStreamsAndItsTokensAreColoured() {
    page().scheme("light");
    load();
    ask("one", 40);
    page().await("document.getElementById('status').textContent.startsWith('40 tokens')");
    page().await("!document.getElementById('go').disabled");
    String text = model.sample("one", 40, SamplingConfig.of(5));
    assertThat(page().script("document.getElementById('text').textContent"))
        .isEqualTo("one" + text);
    assertThat(page().script("document.querySelectorAll('.token').length")).isEqualTo(40L);
    assertThat((String) page().script("document.querySelector('.token').title"))
        .startsWith("probability ")
        .contains(" %\n\"");
    List<?> colours =
        (List<?>)
            page()
                .driver()
                .executeScript(
                    "return [...document.querySelectorAll('.token')]"
                        + ".map(e => getComputedStyle(e).backgroundColor)");
    assertThat(colours).hasSize(40).allMatch(c -> ((String) c).startsWith("rgb"));
    assertThat(colours.stream().distinct().count()).isGreaterThan(3);
  }

  @Test
  void whoStopsATextIsDrawnNoMoreFor() throws Exception {
    page().scheme("light");
    load();
    page()
        .driver()
        .executeScript(
            "window.realFetch = fetch; window.fetch = (u, o) => realFetch(u, o).then(r => {"
                + " document.getElementById('stop').click(); return r; });");
    long before = service.stats().drawnTokens();
    ask("two", 60);
    page().await("document.getElementById('status').textContent.startsWith('stopped after')");
    assertThat(service.stats().drawnTokens() - before).isLessThanOrEqualTo(60);
    assertThat(service.stats().ended(Ending.FAILED)).isZero();
  }

  @Test
  void whatIsRefusedIsSaid() {
    page().scheme("light");
    load();
    ask("one", 100_000);
    page().await("document.getElementById('status').className === 'error'");
    assertThat((String) page().script("document.getElementById('status').textContent"))
        .contains("max_tokens: found 100000");
  }

  @Test
  void bothSchemesHaveContrastAndNothingElseIsAskedFor() {
    for (String scheme : List.of("light", "dark")) {
      page().scheme(scheme);
      load();
      assertThat(page().contrasts("h1, h1 span, label, input, textarea, button, .legend, #status"))
          .as(scheme)
          .hasSizeGreaterThan(12)
          .allSatisfy(contrast -> assertThat(contrast).isGreaterThan(4.5));
    }
    assertThat(page().driver().manage().logs().get(LogType.BROWSER).getAll())
        .filteredOn(entry -> !entry.getMessage().contains("400"))
        .isEmpty();
    String url = Objects.requireNonNull(server).url();
    assertThat(page().driver().manage().logs().get(LogType.PERFORMANCE).getAll())
        .map(entry -> entry.getMessage())
        .filteredOn(message -> message.contains("\"Network.requestWillBeSent\""))
        .allSatisfy(
            message -> assertThat(message).containsAnyOf("\"url\":\"" + url, "\"url\":\"data:"));
  }

  @Test
  void aPhoneScrollsNothingSideways() {
    load();
    page().requireNothingSideways();
  }
}
