package dev.chainrule.plot;

import java.awt.Color;

/** How spectrograms are taken and coloured. */
final class SpectrumShape {
  private SpectrumShape() {}

  /** The power of two from 40 ms up: long enough to part the harmonics of a voice or a string. */
  static int size(int sampleRate) {
    return Math.max(32, Integer.highestOneBit(2 * (sampleRate / 25) - 1));
  }

  /**
   * From black over purple and orange to light yellow.
   *
   * @param share from 0 to 1
   */
  static Color shade(double share) {
    float red = (float) Math.min(1, 1.8 * share);
    float green = (float) Math.clamp(1.8 * share - 0.7, 0.0, 1.0);
    float blue = (float) Math.clamp(share < 0.4 ? share * 1.4 : 1.4 * Math.abs(share - 0.65), 0, 1);
    return new Color(red, green, blue);
  }
}
