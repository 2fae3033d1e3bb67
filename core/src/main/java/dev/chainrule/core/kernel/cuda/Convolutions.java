package dev.chainrule.core.kernel.cuda;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.Taps;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions as products over gathered rows: a tile of places is gathered, all that their taps
 * read beside each other, and multiplied while it is still in the GPU's cache.
 */
final class Convolutions {
  /** A gathered tile stays in the cache of every GPU from Ampere's data-centre ones on. */
  private static final long TILE_FLOATS = 4L << 20;

  private final Gpu gpu;
  private final Products products;
  private final Sums sums;
  private final DeviceBuffer gathered;
  private final DeviceBuffer weights;
  private final Map<Taps, Long> tables = new HashMap<>();
  private final Kernel gatherSteps;
  private final Kernel gatherPlaces;
  private final Kernel gatherReaders;
  private final Kernel exchange;

  Convolutions(Gpu gpu, Products products, Sums sums) {
    this.gpu = gpu;
    this.products = products;
    this.sums = sums;
    gathered = new DeviceBuffer(gpu);
    weights = new DeviceBuffer(gpu);
    gatherSteps = kernel("gather_steps");
    gatherPlaces = kernel("gather_places");
    gatherReaders = kernel("gather_readers");
    exchange = new Kernel(gpu, "pointwise", "swap_axes", 256);
  }

  private Kernel kernel(String name) {
    return new Kernel(gpu, "convolution", name, 256);
  }

  /** Gathers rows {@code from} to {@code from + count} into {@code to}. */
  private interface Gather {
    void run(long to, long from, long count);
  }

  /** A run of gathered rows. */
  private interface Use {
    void run(long tile, long from, int count);
  }

  private void tiles(long rows, long width, Gather gather, Use use) {
    long most = Math.min(rows, Math.max(1, TILE_FLOATS / Math.max(1, width)));
    long tile = gathered.floats(most * width);
    for (long from = 0; from < rows; from += most) {
      int count = (int) Math.min(most, rows - from);
      gather.run(tile, from, count);
      use.run(tile, from, count);
    }
  }

  void causalConv1d(Tensor y, Tensor x, Tensor w, @Nullable Tensor bias, int dilation) {
    int taps = w.dim(0);
    int out = w.dim(1);
    int in = w.dim(2);
    long packed = weights.floats(w.size());
    exchange(packed, false, Launch.address(w), taps, out, in);
    long depth = (long) taps * in;
    tiles(
        x.rows(),
        depth,
        (to, from, count) -> steps(to, x, from, count, taps, dilation, 1),
        (tile, from, count) ->
            products.multiply(
                Operand.rows(tile, depth),
                Operand.rows(packed, depth),
                count,
                out,
                (int) depth,
                target(y, from, bias, null)));
  }

  void causalConv1dBackward(
      @Nullable Tensor dX,
      boolean accumulate,
      @Nullable Tensor dW,
      @Nullable Tensor dBias,
      Tensor dY,
      Tensor x,
      Tensor w,
      int dilation) {
    int taps = w.dim(0);
    int out = w.dim(1);
    int in = w.dim(2);
    if (dX != null) {
      long depth = (long) taps * out;
      tiles(
          dY.rows(),
          depth,
          (to, from, count) -> steps(to, dY, from, count, taps, dilation, -1),
          (tile, from, count) ->
              products.multiply(
                  Operand.rows(tile, depth),
                  Operand.columns(Launch.address(w), in),
                  count,
                  in,
                  (int) depth,
                  Target.of(row(dX, from), in, accumulate)));
    }
    if (dW != null) {
      long depth = (long) taps * in;
      long sum = weights.floats(w.size());
      tiles(
          x.rows(),
          depth,
          (to, from, count) -> steps(to, x, from, count, taps, dilation, 1),
          (tile, from, count) -> weightGradient(dY, from, tile, count, depth, sum, from > 0));
      exchange(Launch.address(dW), true, sum, out, taps, in);
    }
    if (dBias != null) {
      sums.rows(dBias, dY);
    }
  }

  private void steps(
      long to, Tensor x, long from, long count, int taps, int dilation, int direction) {
    int width = x.dim(2);
    long size = count * taps * width;
    gatherSteps
        .launch()
        .pointer(to)
        .floats(x)
        .wide(from)
        .integer(x.dim(1))
        .integer(taps)
        .integer(dilation)
        .integer(direction)
        .integer(width)
        .wide(size)
        .each(size);
  }

  /** {@code to [n, m, c] (+)= from [m, n, c]}. */
  private void exchange(long to, boolean accumulate, long from, int m, int n, int c) {
    long size = (long) m * n * c;
    exchange
        .launch()
        .pointer(to)
        .flag(accumulate)
        .pointer(from)
        .integer(m)
        .integer(n)
        .integer(c)
        .wide(size)
        .each(size);
  }

  void conv2d(
      Tensor y, Tensor x, Tensor w, @Nullable Tensor bias, @Nullable Tensor residual, Taps taps) {
    int out = y.dim(3);
    long depth = (long) taps.count() * x.dim(3);
    tiles(
        y.rows(),
        depth,
        (to, from, count) -> places(gatherPlaces, to, x, from, count, y, x, taps),
        (tile, from, count) ->
            products.multiply(
                Operand.rows(tile, depth),
                Operand.rows(Launch.address(w), depth),
                count,
                out,
                (int) depth,
                target(y, from, bias, residual)));
  }

  void conv2dBackwardInput(Tensor dX, boolean accumulate, Tensor dY, Tensor w, Taps taps) {
    int in = dX.dim(3);
    int out = dY.dim(3);
    long packed = weights.floats(w.size());
    exchange(packed, false, Launch.address(w), out, taps.count(), in);
    long depth = (long) taps.count() * out;
    tiles(
        dX.rows(),
        depth,
        (to, from, count) -> places(gatherReaders, to, dY, from, count, dY, dX, taps),
        (tile, from, count) ->
            products.multiply(
                Operand.rows(tile, depth),
                Operand.columns(packed, in),
                count,
                in,
                (int) depth,
                Target.of(row(dX, from), in, accumulate)));
  }

  void conv2dBackwardWeight(
      @Nullable Tensor dW, @Nullable Tensor dBias, Tensor dY, Tensor x, Taps taps) {
    if (dW != null) {
      long depth = (long) taps.count() * x.dim(3);
      tiles(
          dY.rows(),
          depth,
          (to, from, count) -> places(gatherPlaces, to, x, from, count, dY, x, taps),
          (tile, from, count) ->
              weightGradient(dY, from, tile, count, depth, Launch.address(dW), true));
    }
    if (dBias != null) {
      sums.rows(dBias, dY);
    }
  }

  /** {@code sum [O, depth] (+)= dY^T tile} over a run of rows. */
  private void weightGradient(
      Tensor dY, long from, long tile, int count, long depth, long sum, boolean accumulate) {
    int out = dY.dim(-1);
    products.multiply(
        Operand.columns(row(dY, from), out),
        Operand.columns(tile, depth),
        out,
        (int) depth,
        count,
        Target.of(sum, depth, accumulate));
  }

  private void places(
      Kernel gather,
      long to,
      Tensor source,
      long from,
      long count,
      Tensor output,
      Tensor input,
      Taps taps) {
    int width = source.dim(3);
    long size = count * taps.count() * width;
    long table = tables.computeIfAbsent(taps, this::upload);
    gather
        .launch()
        .pointer(to)
        .floats(source)
        .pointer(table)
        .pointer(table + 4L * taps.count())
        .wide(from)
        .integer(output.dim(1))
        .integer(output.dim(2))
        .integer(input.dim(1))
        .integer(input.dim(2))
        .integer(taps.stride())
        .integer(taps.count())
        .integer(width)
        .wide(size)
        .each(size);
  }

  /** The taps' rows, then their columns, on the device. */
  private long upload(Taps taps) {
    try (Arena arena = Arena.ofConfined()) {
      int count = taps.count();
      MemorySegment table = arena.allocate(ValueLayout.JAVA_INT, 2L * count);
      for (int k = 0; k < count; k++) {
        table.setAtIndex(ValueLayout.JAVA_INT, k, taps.dy(k));
        table.setAtIndex(ValueLayout.JAVA_INT, count + k, taps.dx(k));
      }
      long address = gpu.pool().take(table.byteSize());
      gpu.upload(address, table);
      return address;
    }
  }

  private static Target target(
      Tensor y, long from, @Nullable Tensor bias, @Nullable Tensor residual) {
    int width = y.dim(-1);
    return new Target(
        row(y, from),
        width,
        residual == null ? 0 : row(residual, from),
        width,
        Launch.address(bias));
  }

  private static long row(Tensor matrix, long n) {
    return Launch.address(matrix) + 4L * n * matrix.dim(-1);
  }
}
