package dev.chainrule.text.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ChordTextTest {
  private static List<String> parse(String json) {
    return ChordText.parse(Json.parse(json, "x.json", JsonNode.class), "x.json", "train");
  }

  @Test
  void aSetOfPitchesIsWrittenInOneWay() {
    List<String> lines = parse("{\"train\": [[[60, 67, 64], [67, 60, 64, 60], [], [60]], [[72]]]}");
    assertThat(lines).containsExactly("C@< C@<  < ", "H ");
    assertThat(ChordText.countSteps(lines.getFirst())).isEqualTo(4);
    assertThat(ChordText.steps(lines.getFirst()))
        .containsExactly(List.of(67, 64, 60), List.of(67, 64, 60), List.of(), List.of(60));
    assertThat(ChordText.steps("C@< C")).containsExactly(List.of(67, 64, 60));
  }

  @Test
  void whatIsNoMusicIsNamed() {
    String[][] wrong = {
      {"{\"test\": [[[60]]]}", "has no part train, expected a list of pieces; it has test"},
      {"[]", "has no part train"},
      {"{\"train\": [[]]}", "piece 0 of train is no list of time steps"},
      {"{\"train\": [[[60]], [[60], 3]]}", "piece 1 of train: time step 1 is no list"},
      {"{\"train\": [[[60.5]]]}", "has pitch 60.5 at time step 0, expected a MIDI number"},
      {"{\"train\": [[[20]]]}", "has pitch 20 at time step 0"},
    };
    for (String[] one : wrong) {
      assertThatThrownBy(() -> parse(one[0]))
          .isInstanceOf(InputException.class)
          .hasMessageContaining(one[1]);
    }
    assertThatThrownBy(() -> ChordText.steps("C \u00e9"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("character 3 is U+00E9");
  }
}
