package dev.chainrule.text.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.sampling.SamplingConfig;
import dev.chainrule.text.run.TextModel;
import dev.chainrule.text.run.TextSample;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts that are kept over a restart. */
class KeptTextsTest {
  private static final ServiceConfig CONFIG = ServiceConfig.of(ServedModel.CONTEXT);

  @TempDir Path folder;
  private TextModel model;
  private Path file;

  @BeforeEach
  void open() throws IOException {
    model = ServedModel.in(folder.resolve("model"));
    file = folder.resolve("texts.kept");
  }

  private static TextService service(TextModel of, ServiceConfig config) {
    return new TextService(of, Compute.automatic(), config);
  }

  private static TextRequest request(int seed) {
    int[] prompt = CounterRandom.of(seed).ints(80, 0, 250).toArray();
    return TextRequest.of(prompt, 10, SamplingConfig.of(3));
  }

  @Test
  void afterARestartOneTokenOfAPromptIsReadAgainAndTheTextIsTheSameToTheBit() throws Exception {
    List<TextSample> before;
    try (TextService service = service(model, CONFIG)) {
      assertThat(service.keepIn(file)).isZero();
      before = service.draw(request(1)).get();
      service.draw(request(2)).get();
    }
    try (TextService service = service(model, CONFIG)) {
      assertThat(service.keepIn(file)).isEqualTo(2);
      List<TextSample> after = service.draw(request(1)).get();
      assertThat(service.stats().promptTokens()).isEqualTo(1);
      assertThat(after).isEqualTo(before);
    }
    // Where fewer may be kept it is those used last.
    try (TextService service = service(model, CONFIG.withKept(1, 100_000))) {
      assertThat(service.keepIn(file)).isEqualTo(1);
      service.draw(request(1)).get();
      assertThat(service.stats().promptTokens()).isEqualTo(1);
    }
  }

  @Test
  void filesThatAreDamagedOrOfAnotherModelAreRefused() throws Exception {
    try (TextService service = service(model, CONFIG)) {
      service.keepIn(file);
      service.draw(request(1)).get();
    }
    byte[] good = Files.readAllBytes(file);
    Path other = folder.resolve("damaged");
    CounterRandom random = CounterRandom.of(4);
    try (TextService service = service(model, CONFIG)) {
      for (int i = 0; i < 40; i++) {
        byte[] bad = good.clone();
        bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
        Files.write(other, i % 4 == 0 ? Arrays.copyOf(bad, bad.length / 2) : bad);
        assertThatThrownBy(() -> service.keepIn(other))
            .isInstanceOf(InputException.class)
            .hasMessageStartingWith(other.toString());
        assertThat(service.stats().keptTexts()).isZero();
      }
    }
    assertThat(Files.size(other)).isNotEqualTo(0);
    try (TextModel another = ServedModel.in(folder.resolve("other"), "gpt2");
        TextService service = service(another, CONFIG)) {
      assertThatThrownBy(() -> service.keepIn(file)).hasMessageContaining("from another model");
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(good);
  }

  @Test
  void aFileThatCannotBeWrittenIsSaid() throws Exception {
    Path nowhere = Files.writeString(folder.resolve("file"), "x").resolve("texts");
    TextService service = service(model, CONFIG);
    service.keepIn(nowhere);
    assertThatThrownBy(service::close).isInstanceOf(UncheckedIOException.class);
  }
}
