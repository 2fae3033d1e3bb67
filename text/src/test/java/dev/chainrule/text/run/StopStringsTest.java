package dev.chainrule.text.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.text.tokenizer.ByteTokenizer;
import dev.chainrule.text.tokenizer.StreamingDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class StopStringsTest {
  private static final StopStrings STOPS = new StopStrings(List.of("END", "\n\n"));

  private static int tokensUntilStop(String text) {
    StopAtStrings stop = new StopAtStrings(STOPS, () -> new StreamingDecoder(new ByteTokenizer()));
    int n = 0;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      n++;
      if (stop.stops(0, new double[] {b & 0xff})) {
        return n;
      }
    }
    return -1;
  }

  private static String streamed(String text) {
    StringBuilder told = new StringBuilder();
    TextStream stream =
        new TextStream(
            new StreamingDecoder(new ByteTokenizer()), OptionalInt.empty(), STOPS, told::append);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      stream.accept(0, i, new double[] {bytes[i] & 0xff}, 0);
    }
    stream.finish();
    return told.toString();
  }

  @Test
  void aStreamEndsWithTheTokenThatCompletesAStop() {
    assertThat(tokensUntilStop("aéENENDx")).isEqualTo(8);
    assertThat(tokensUntilStop("one\ntwo\n\n")).isEqualTo(9);
    assertThat(tokensUntilStop("EN D")).isEqualTo(-1);
  }

  @Test
  void whatIsToldIsTheTextBeforeTheFirstStop() {
    for (String text : List.of("aéENENDx", "one\ntwo\n\nEND", "END", "EN", "E\nNEN", "")) {
      assertThat(streamed(text)).isEqualTo(STOPS.before(text));
    }
    assertThat(STOPS.before("x\n\nEND")).isEqualTo("x");
  }

  @Test
  void anEmptyStopIsRefused() {
    assertThatThrownBy(() -> new StopStrings(List.of("")))
        .hasMessageContaining("an empty stop string");
  }
}
