package dev.chainrule.wavenet.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.wavenet.audio.AudioClip;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class WordRecognizerTest {
  private static final int RATE = 8000;

  /** A glide up or down, of any length and loudness, with some noise. */
  private static AudioClip glide(boolean up, CounterRandom rng) {
    float[] samples = new float[2000 + rng.nextInt(2000)];
    double gain = 0.1 + 0.5 * rng.nextDouble();
    double phase = 0;
    for (int t = 0; t < samples.length; t++) {
      double share = (double) t / samples.length;
      phase += 2 * Math.PI * (500 + 1500 * (up ? share : 1 - share)) / RATE;
      samples[t] = (float) (gain * Math.sin(phase) + 0.01 * rng.nextGaussian());
    }
    return new AudioClip(RATE, samples);
  }

  @Test
  void tellsRisingFromFallingTones() {
    CounterRandom rng = CounterRandom.of(3);
    List<AudioClip> clips = new ArrayList<>();
    int[] labels = new int[40];
    for (int n = 0; n < labels.length; n++) {
      labels[n] = n % 2;
      clips.add(glide(n % 2 == 1, rng));
    }
    WordRecognizer recognizer = WordRecognizer.fit(clips.subList(0, 20), labels(labels, 20), 2);
    for (int n = 20; n < 40; n++) {
      assertThat(recognizer.recognize(clips.get(n))).as("clip %d", n).isEqualTo(labels[n]);
    }
  }

  private static int[] labels(int[] all, int count) {
    return Arrays.copyOf(all, count);
  }

  @Test
  void refusesClipsWithoutLabels() {
    assertThatThrownBy(() -> WordRecognizer.fit(List.of(), new int[0], 2))
        .hasMessage("0 clips with 0 labels, expected as many of both, at least one");
  }

  @Test
  void loudnessTellsSilenceFromSaturation() {
    float[] sine = new float[RATE];
    float[] square = new float[RATE];
    for (int t = 0; t < RATE; t++) {
      sine[t] = (float) (0.5 * Math.sin(2 * Math.PI * 200 * t / RATE));
      square[t] = t % 40 < 20 ? 1 : -1;
    }
    Loudness calm = Loudness.of(List.of(new AudioClip(RATE, sine)));
    assertThat(calm.medianDecibels()).isCloseTo(-9.03, within(0.01));
    assertThat(calm.silentClips()).isZero();
    assertThat(calm.saturated()).isZero();
    Loudness extremes =
        Loudness.of(List.of(new AudioClip(RATE, square), new AudioClip(RATE, new float[RATE])));
    assertThat(extremes.silentClips()).isEqualTo(0.5);
    assertThat(extremes.saturated()).isEqualTo(0.5);
  }
}
