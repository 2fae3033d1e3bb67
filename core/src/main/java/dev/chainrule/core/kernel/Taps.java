package dev.chainrule.core.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which places a convolution over an image reads: output place (h, w) reads input places {@code (h
 * stride + dy, w stride + dx)} for each of K taps (dy, dx); places outside of the image count as
 * zero. A masked convolution is one that lacks the taps of the future.
 */
public final class Taps {
  private final int[] dy;
  private final int[] dx;
  private final int stride;

  private Taps(int[] dy, int[] dx, int stride) {
    if (dy.length == 0 || stride < 1) {
      throw new IllegalArgumentException(
          "%d taps with stride %d, expected 1 or more of both".formatted(dy.length, stride));
    }
    this.dy = dy;
    this.dx = dx;
    this.stride = stride;
  }

  /** One tap. */
  public static Taps at(int dy, int dx) {
    return rectangle(dy, dy, dx, dx);
  }

  /** All taps of a rectangle, bounds included, row by row. */
  public static Taps rectangle(int top, int bottom, int left, int right) {
    List<int[]> taps = new ArrayList<>();
    for (int y = top; y <= bottom; y++) {
      for (int x = left; x <= right; x++) {
        taps.add(new int[] {y, x});
      }
    }
    return of(taps, 1);
  }

  /**
   * The taps of a centred K x K kernel that come before the centre in raster order, and the centre
   * itself if wanted: mask B with it, mask A of a single channel without.
   *
   * @param size of the kernel, odd
   */
  public static Taps raster(int size, boolean centre) {
    if (size < 1 || size % 2 == 0) {
      throw new IllegalArgumentException("a kernel of size %d, expected odd".formatted(size));
    }
    int half = size / 2;
    List<int[]> taps = new ArrayList<>();
    for (int y = -half; y <= 0; y++) {
      for (int x = -half; x <= (y < 0 ? half : centre ? 0 : -1); x++) {
        taps.add(new int[] {y, x});
      }
    }
    return of(taps, 1);
  }

  private static Taps of(List<int[]> taps, int stride) {
    int[] dy = new int[taps.size()];
    int[] dx = new int[taps.size()];
    for (int k = 0; k < dy.length; k++) {
      dy[k] = taps.get(k)[0];
      dx[k] = taps.get(k)[1];
    }
    return new Taps(dy, dx, stride);
  }

  /** The same taps for every {@code stride}-th place of both dimensions. */
  public Taps withStride(int newStride) {
    return new Taps(dy, dx, newStride);
  }

  /** Number of taps K. */
  public int count() {
    return dy.length;
  }

  /** Rows from the output's place down to tap k. */
  public int dy(int k) {
    return dy[k];
  }

  /** Columns from the output's place right to tap k. */
  public int dx(int k) {
    return dx[k];
  }

  public int stride() {
    return stride;
  }

  /** How many taps from tap k on lie beside each other in one row. */
  public int runLength(int k) {
    int length = 1;
    while (k + length < dy.length && dy[k + length] == dy[k] && dx[k + length] == dx[k] + length) {
      length++;
    }
    return length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Taps t
        && stride == t.stride
        && Arrays.equals(dy, t.dy)
        && Arrays.equals(dx, t.dx);
  }

  @Override
  public int hashCode() {
    return (Arrays.hashCode(dy) * 31 + Arrays.hashCode(dx)) * 31 + stride;
  }

  @Override
  public String toString() {
    return "Taps dy %s dx %s stride %d".formatted(Arrays.toString(dy), Arrays.toString(dx), stride);
  }
}
