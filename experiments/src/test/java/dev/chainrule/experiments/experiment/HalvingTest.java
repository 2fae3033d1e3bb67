package dev.chainrule.experiments.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.experiments.experiment.Halving.Rung;
import org.junit.jupiter.api.Test;

class HalvingTest {
  @Test
  void aThirdGoesOnForThreeTimesTheSteps() {
    assertThat(new Halving(3, 10, 90).rungs(9))
        .containsExactly(new Rung(9, 10), new Rung(3, 30), new Rung(1, 90));
    assertThat(new Halving(3, 10, 2000).rungs(9))
        .containsExactly(new Rung(9, 10), new Rung(3, 30), new Rung(1, 2000));
  }

  @Test
  void theEndComesWhereverTheStepsEnd() {
    assertThat(new Halving(2, 10, 35).rungs(16))
        .containsExactly(new Rung(16, 10), new Rung(8, 20), new Rung(4, 35));
    assertThat(new Halving(2, 10, 10).rungs(4)).containsExactly(new Rung(4, 10));
    assertThat(new Halving(4, 7, 1000).rungs(3)).containsExactly(new Rung(3, 7), new Rung(1, 1000));
    assertThat(new Halving(3, 1, 5).rungs(1)).containsExactly(new Rung(1, 5));
    assertThat(new Halving(1000, Long.MAX_VALUE / 2, Long.MAX_VALUE).rungs(2))
        .containsExactly(new Rung(2, Long.MAX_VALUE / 2), new Rung(1, Long.MAX_VALUE));
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatThrownBy(() -> new Halving(1, 1, 2)).hasMessage("eta: found 1, expected 2 or more");
    assertThatThrownBy(() -> new Halving(2, 3, 2))
        .hasMessage("min_steps: found 3, expected 1 to the 2 steps of training");
  }
}
