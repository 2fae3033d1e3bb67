package dev.chainrule.core.kernel.vector;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.Lanes.BYTES;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.LANE;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static dev.chainrule.core.kernel.vector.Lanes.WIDTH;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.VectorOperators.LT;

import dev.chainrule.core.kernel.Taps;
import dev.chainrule.core.kernel.blas.Gemm;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Convolutions over images as products: what the taps of some output rows read is gathered beside
 * each other into scratch memory that stays in the second-level cache, [places, K I], and one
 * product with the weights [O, K I] does the rest. Taps that lie beside each other in a row are
 * gathered by one copy. A single tap in the output's own column needs no gathering.
 */
record Conv2d(
    Taps taps, int batch, int height, int width, int in, int outHeight, int outWidth, int out) {
  /** Bytes gathered at once: half of a second-level cache of 1 MB. */
  private static final int CHUNK_BYTES = 512 * 1024;

  /** Gathered rows: the places of this many output rows. */
  private int chunkRows() {
    long rowBytes = 4L * outWidth * taps.count() * in;
    return (int) Math.max(1, Math.min(CHUNK_BYTES / rowBytes, (long) batch * outHeight));
  }

  long scratchBytes() {
    return isColumn() ? 0 : 4L * chunkRows() * outWidth * taps.count() * in;
  }

  private boolean isColumn() {
    return taps.count() == 1 && taps.dx(0) == 0 && taps.stride() == 1 && height == outHeight;
  }

  void forward(Gemm gemm, long y, long x, long w, long bias, long residual, long scratch) {
    boolean started = begin(y, bias, residual);
    float beta = started ? 1f : 0f;
    if (isColumn()) {
      if (!started) {
        fillUnread(y);
      }
      for (int b = 0; b < batch; b++) {
        gemm.sgemm(
            false,
            true,
            columnPlaces(),
            out,
            in,
            1f,
            xColumn(x, b),
            in,
            w,
            in,
            beta,
            yColumn(y, b),
            out);
      }
      return;
    }
    int depth = taps.count() * in;
    int rows = batch * outHeight;
    int chunk = chunkRows();
    for (int row = 0; row < rows; row += chunk) {
      int places = Math.min(chunk, rows - row) * outWidth;
      gather(scratch, x, row, row + places / outWidth);
      long at = y + 4L * row * outWidth * out;
      gemm.sgemm(false, true, places, out, depth, 1f, scratch, depth, w, depth, beta, at, out);
    }
  }

  void backwardInput(Gemm gemm, long dX, boolean accumulate, long dY, long w, long scratch) {
    if (isColumn()) {
      backwardColumn(gemm, dX, accumulate, dY, w);
      return;
    }
    if (!accumulate) {
      clear(dX, batch * height * width * in);
    }
    int depth = taps.count() * in;
    int rows = batch * outHeight;
    int chunk = chunkRows();
    for (int row = 0; row < rows; row += chunk) {
      int places = Math.min(chunk, rows - row) * outWidth;
      long at = dY + 4L * row * outWidth * out;
      gemm.sgemm(false, false, places, depth, out, 1f, at, out, w, depth, 0f, scratch, depth);
      scatter(dX, scratch, row, row + places / outWidth);
    }
  }

  private void backwardColumn(Gemm gemm, long dX, boolean accumulate, long dY, long w) {
    float beta = accumulate ? 1f : 0f;
    for (int b = 0; b < batch; b++) {
      if (!accumulate) {
        long image = dX + 4L * b * height * width * in;
        int read = columnPlaces() * in;
        clear(taps.dy(0) < 0 ? image + 4L * read : image, height * width * in - read);
      }
      gemm.sgemm(
          false,
          false,
          columnPlaces(),
          in,
          out,
          1f,
          yColumn(dY, b),
          out,
          w,
          in,
          beta,
          xColumn(dX, b),
          in);
    }
  }

  void backwardWeight(Gemm gemm, long dW, long dBias, long dY, long x, long scratch) {
    if (dBias != 0) {
      Linear.sumRows(dBias, dY, batch * outHeight * outWidth, out);
    }
    if (dW == 0) {
      return;
    }
    if (isColumn()) {
      for (int b = 0; b < batch; b++) {
        gemm.sgemm(
            true,
            false,
            out,
            in,
            columnPlaces(),
            1f,
            yColumn(dY, b),
            out,
            xColumn(x, b),
            in,
            1f,
            dW,
            in);
      }
      return;
    }
    int depth = taps.count() * in;
    int rows = batch * outHeight;
    int chunk = chunkRows();
    for (int row = 0; row < rows; row += chunk) {
      int places = Math.min(chunk, rows - row) * outWidth;
      gather(scratch, x, row, row + places / outWidth);
      long at = dY + 4L * row * outWidth * out;
      gemm.sgemm(true, false, out, depth, places, 1f, at, out, scratch, depth, 1f, dW, depth);
    }
  }

  /** Puts bias and residual into the output; returns whether anything was put. */
  private boolean begin(long y, long bias, long residual) {
    int places = batch * outHeight * outWidth;
    if (bias != 0 && residual != 0) {
      for (int n = 0; n < places; n++) {
        Elementwise.add(y + 4L * n * out, residual + 4L * n * out, bias, out);
      }
    } else if (bias != 0) {
      for (int n = 0; n < places; n++) {
        copy(y + 4L * n * out, bias, out);
      }
    } else if (residual != 0) {
      Linear.copy(y, residual, (long) places * out);
    } else {
      return false;
    }
    return true;
  }

  /** Output places of a column tap whose input lies in the image. */
  private int columnPlaces() {
    return Math.max(0, height - Math.abs(taps.dy(0))) * width;
  }

  private long xColumn(long x, int b) {
    return x + 4L * in * width * (b * (long) height + Math.max(0, taps.dy(0)));
  }

  private long yColumn(long y, int b) {
    return y + 4L * out * width * (b * (long) height + Math.max(0, -taps.dy(0)));
  }

  /** Clears the outputs of a column tap that read only outside of the image. */
  private void fillUnread(long y) {
    int image = height * width * out;
    int read = columnPlaces() * out;
    for (int b = 0; b < batch; b++) {
      long from = y + 4L * b * image + (taps.dy(0) < 0 ? 0 : 4L * read);
      clear(from, image - read);
    }
  }

  /** Gathers what output rows {@code from} to {@code to} of the batch read. */
  private void gather(long scratch, long x, int from, int to) {
    int depth = taps.count() * in;
    for (int row = from; row < to; row++) {
      int b = row / outHeight;
      int h = row % outHeight * taps.stride();
      for (int k = 0; k < taps.count(); k += taps.runLength(k)) {
        long target = scratch + 4L * ((row - from) * (long) outWidth * depth + k * (long) in);
        int sourceRow = h + taps.dy(k);
        boolean inside = sourceRow >= 0 && sourceRow < height;
        long source = x + 4L * in * width * (b * (long) height + sourceRow);
        gatherRun(target, inside ? source : 0, taps.dx(k), taps.runLength(k), depth);
      }
    }
  }

  /** One run of taps for a row of places; a source of 0 stands for a row outside of the image. */
  private void gatherRun(long target, long source, int dx, int length, int depth) {
    for (int w = 0; w < outWidth; w++, target += 4L * depth) {
      int left = w * taps.stride() + dx;
      int before = source == 0 ? length : Math.min(length, Math.max(0, -left));
      int end = source == 0 ? length : Math.max(before, Math.min(length, width - left));
      if (before > 0) {
        clear(target, before * in);
      }
      if (end > before) {
        copy(target + 4L * before * in, source + 4L * in * (left + before), (end - before) * in);
      }
      if (end < length) {
        clear(target + 4L * end * in, (length - end) * in);
      }
    }
  }

  /** Adds gathered gradients to the places that they were gathered from. */
  private void scatter(long dX, long scratch, int from, int to) {
    int depth = taps.count() * in;
    for (int row = from; row < to; row++) {
      int b = row / outHeight;
      int h = row % outHeight * taps.stride();
      for (int k = 0; k < taps.count(); k += taps.runLength(k)) {
        int targetRow = h + taps.dy(k);
        if (targetRow >= 0 && targetRow < height) {
          long source = scratch + 4L * ((row - from) * (long) outWidth * depth + k * (long) in);
          long target = dX + 4L * in * width * (b * (long) height + targetRow);
          scatterRun(target, source, taps.dx(k), taps.runLength(k), depth);
        }
      }
    }
  }

  private void scatterRun(long target, long source, int dx, int length, int depth) {
    for (int w = 0; w < outWidth; w++, source += 4L * depth) {
      int left = w * taps.stride() + dx;
      int before = Math.min(length, Math.max(0, -left));
      int end = Math.min(length, width - left);
      if (end > before) {
        long at = target + 4L * in * (left + before);
        Elementwise.add(at, at, source + 4L * before * in, (end - before) * in);
      }
    }
  }

  /** As {@link Linear#copy}, for a few vectors. */
  private static void copy(long y, long x, int n) {
    int i = 0;
    for (; i <= n - WIDTH; i += WIDTH, x += BYTES, y += BYTES) {
      fromMemorySegment(FLOATS, ALL, x, ORDER).intoMemorySegment(ALL, y, ORDER);
    }
    if (i < n) {
      VectorMask<Float> mask = LANE.compare(LT, (float) (n - i));
      fromMemorySegment(FLOATS, ALL, x, ORDER, mask).intoMemorySegment(ALL, y, ORDER, mask);
    }
  }

  private static void clear(long y, int n) {
    int i = 0;
    for (; i <= n - WIDTH; i += WIDTH, y += BYTES) {
      FloatVector.zero(FLOATS).intoMemorySegment(ALL, y, ORDER);
    }
    if (i < n) {
      FloatVector.zero(FLOATS).intoMemorySegment(ALL, y, ORDER, LANE.compare(LT, (float) (n - i)));
    }
  }
}
