package dev.chainrule.wavenet.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.InputException;
import dev.chainrule.wavenet.audio.Notes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChoralesTest {
  private static final int RATE = 4000;

  @TempDir Path folder;

  private Chorales chorales(String json) throws IOException {
    return Chorales.read(Files.writeString(folder.resolve("set.json"), json));
  }

  @Test
  void aHeldPitchIsOneNoteOfItsFrequency() throws IOException {
    LabelledClip clip =
        chorales("{\"test\": [[[69], [69], [69], [69], []]]}")
            .render(List.of("test"), RATE, 10)
            .getFirst();
    float[] samples = clip.clip().samples();
    assertThat(samples).hasSize(5 * 600);
    int rises = 0;
    for (int t = 401; t < 1600; t++) {
      rises += samples[t - 1] < 0 && samples[t] >= 0 ? 1 : 0;
    }
    assertThat(rises * (double) RATE / 1200).isCloseTo(Notes.hertz(69), within(5.0));
    for (int t = 2400; t < 3000; t++) {
      assertThat(samples[t]).isZero();
    }
  }

  @Test
  void refusesWhatAreNoPitches() throws IOException {
    assertThatThrownBy(() -> chorales("{\"test\": []}").render(List.of("train"), RATE, 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("has no part train, expected a list of chorales");
    Chorales wrong = chorales("{\"test\": [[[200]]]}");
    assertThatThrownBy(() -> wrong.render(List.of("test"), RATE, 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("test-0 has pitch 200 at sixteenth 0");
  }
}
