package dev.chainrule.wavenet.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.random.CounterRandom;
import org.junit.jupiter.api.Test;

class NotesTest {
  private static final int RATE = 4000;

  @Test
  void aStringIsLoudAtOnceAndDampedSoftly() {
    float[] samples = new float[RATE];
    Notes.add(samples, RATE, 100, 69, 0.5, 0.4);
    assertThat(samples[99]).isZero();
    // Four harmonics in phase, 0.4 (1 + 0.5 + 0.3 + 0.15), a quarter of a millisecond on.
    assertThat(samples[100]).isCloseTo(0.78f / 4, within(1e-5f));
    assertThat(Math.abs(samples[100 + RATE / 2 - 1])).isLessThan(0.02f);
    assertThat(samples[100 + RATE / 2]).isZero();
  }

  @Test
  void aNoteSoundsAtItsPitch() {
    float[] samples = new float[RATE];
    Notes.add(samples, RATE, 0, 69, 1, 0.4);
    double[] power = new Spectrogram(1024, 1024).power(samples)[1];
    int loudest = 0;
    for (int k = 1; k < power.length; k++) {
      loudest = power[k] > power[loudest] ? k : loudest;
    }
    assertThat((double) loudest * RATE / 1024).isCloseTo(440, within(RATE / 1024.0));
  }

  @Test
  void aMelodyIsTheSameForTheSameNumbers() {
    AudioClip once = Notes.melody(RATE, 1, CounterRandom.of(1, 2));
    assertThat(once.samples()).isEqualTo(Notes.melody(RATE, 1, CounterRandom.of(1, 2)).samples());
    assertThat(once.samples())
        .isNotEqualTo(Notes.melody(RATE, 1, CounterRandom.of(1, 3)).samples());
  }
}
