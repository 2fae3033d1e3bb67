package dev.chainrule.pixelcnn.data;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.pixelcnn.ImageFormat;

/**
 * Digits drawn in code, with their classes: each is one line of a pen, slanted, scaled, shifted and
 * wobbled at random, with soft edges. They need no download and no licence.
 */
public final class DrawnDigits {
  /** Strokes of each digit as points (x, y) in the unit square, y down. */
  private static final double[][] STROKES = {
    {.5, .05, .25, .15, .15, .5, .25, .85, .5, .95, .75, .85, .85, .5, .75, .15, .5, .05},
    {.3, .25, .55, .05, .55, .95},
    {.2, .25, .35, .08, .65, .08, .8, .28, .7, .5, .2, .92, .85, .92},
    {.2, .12, .5, .05, .78, .2, .68, .42, .45, .48, .72, .55, .8, .78, .5, .95, .18, .85},
    {.65, .95, .65, .05, .15, .65, .88, .65},
    {.8, .07, .27, .07, .22, .45, .55, .38, .8, .55, .76, .84, .5, .95, .18, .86},
    {.7, .06, .38, .25, .2, .6, .3, .9, .6, .95, .8, .75, .68, .52, .4, .52, .22, .68},
    {.15, .08, .85, .08, .42, .95},
    {
      .5, .48, .25, .32, .28, .12, .5, .05, .73, .13, .74, .33, .5, .48, .22, .66, .25, .88, .5,
      .95, .76, .88, .78, .66, .5, .48
    },
    {.78, .35, .6, .5, .3, .46, .2, .25, .38, .06, .66, .07, .79, .32, .72, .65, .55, .95},
  };

  private DrawnDigits() {}

  /**
   * Draws a set; digits of all classes in turn.
   *
   * @param size rows and columns
   */
  public static ImageSet draw(int count, int size, long seed) {
    ImageFormat format = new ImageFormat(size, size, 1, 256);
    byte[] levels = new byte[Math.multiplyExact(count, size * size)];
    byte[] labels = new byte[count];
    for (int n = 0; n < count; n++) {
      labels[n] = (byte) (n % STROKES.length);
      draw(levels, n * size * size, size, STROKES[labels[n]], CounterRandom.of(seed, n));
    }
    return new ImageSet("drawn digits", format, levels, labels);
  }

  private static void draw(byte[] levels, int from, int size, double[] points, CounterRandom rng) {
    double height = size * (0.6 + 0.12 * rng.nextDouble());
    double width = height * (0.55 + 0.25 * rng.nextDouble());
    double slant = 0.5 * (rng.nextDouble() - 0.35);
    double left = (size - width) / 2 + size * 0.1 * (rng.nextDouble() - 0.5);
    double top = (size - height) / 2 + size * 0.1 * (rng.nextDouble() - 0.5);
    double pen = size * (0.03 + 0.025 * rng.nextDouble());
    double[] placed = new double[points.length];
    for (int i = 0; i < points.length; i += 2) {
      double x = points[i] + 0.04 * rng.nextGaussian();
      double y = points[i + 1] + 0.03 * rng.nextGaussian();
      placed[i] = left + width * (x + slant * (0.5 - y));
      placed[i + 1] = top + height * y;
    }
    for (int i = 0; i < size * size; i++) {
      int row = i / size;
      double distance = Double.MAX_VALUE;
      for (int k = 0; k + 3 < placed.length; k += 2) {
        distance = Math.min(distance, distance(i % size + 0.5, row + 0.5, placed, k));
      }
      double ink = Math.clamp(pen - distance + 0.5, 0, 1);
      levels[from + i] = (byte) Math.round(255 * ink);
    }
  }

  /** From a point to the segment between points k and k + 2 of the stroke. */
  private static double distance(double x, double y, double[] stroke, int k) {
    double dx = stroke[k + 2] - stroke[k];
    double dy = stroke[k + 3] - stroke[k + 1];
    double along = (x - stroke[k]) * dx + (y - stroke[k + 1]) * dy;
    double t = Math.clamp(along / Math.max(dx * dx + dy * dy, 1e-9), 0, 1);
    return Math.hypot(x - stroke[k] - t * dx, y - stroke[k + 1] - t * dy);
  }
}
