package dev.chainrule.core.kernel.cuda;

import dev.chainrule.core.array.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Sums over many numbers, in parts that are added in one order always. */
final class Sums {
  private static final int COLUMNS = 32;
  private static final int LEAST_ROWS = 64;
  private static final int MAX_PARTS = 1024;

  private final Gpu gpu;
  private final DeviceBuffer parts;
  private final Kernel columnSums;
  private final Kernel addParts;
  private final Kernel sumParts;
  private final Kernel sumTotal;
  private final MemorySegment total = Arena.ofAuto().allocate(8, 8);

  Sums(Gpu gpu) {
    this.gpu = gpu;
    parts = new DeviceBuffer(gpu);
    columnSums = new Kernel(gpu, "reduction", "column_sums", 256);
    addParts = new Kernel(gpu, "reduction", "add_parts", 256);
    sumParts = new Kernel(gpu, "reduction", "sum_parts", 256);
    sumTotal = new Kernel(gpu, "reduction", "sum_total", 256);
  }

  /** {@code dRows[r] += sum of dY[n]} over all n with n mod R = r. */
  void rows(Tensor dRows, Tensor dY) {
    long size = dRows.size();
    if (size > 0) {
      sum(Launch.address(dRows), true, Launch.address(dY), size, size, 0, 1, dY.size() / size);
    }
  }

  /**
   * {@code out [R, width] (+)= sums of rows} of x, each over {@code count} rows that follow each
   * other.
   */
  void groups(Tensor out, boolean accumulate, long x, long count) {
    long width = out.dim(-1);
    sum(Launch.address(out), accumulate, x, out.size(), width, count, 1, count);
  }

  private void sum(
      long out,
      boolean accumulate,
      long x,
      long size,
      long width,
      long rowStep,
      long step,
      long count) {
    long columns = Math.ceilDiv(size, COLUMNS);
    int split = split(columns, count);
    long to = split > 1 ? parts.floats(split * size) : out;
    columnSums
        .launch()
        .pointer(to)
        .flag(accumulate && split == 1)
        .pointer(x)
        .wide(size)
        .wide(width)
        .wide(rowStep)
        .wide(step)
        .wide(count)
        .groups(columns, split, 1);
    if (split > 1) {
      addParts(out, accumulate, to, size, split, size);
    }
  }

  /** How many groups share the rows of one column. */
  int split(long columns, long rows) {
    long useful = Math.min(gpu.busyGroups() / Math.max(1, columns), rows / LEAST_ROWS);
    return Math.clamp(useful, 1, MAX_PARTS);
  }

  /** {@code out[i] (+)= the sum of parts[p stride + i]}. */
  void addParts(long out, boolean accumulate, long from, long stride, int count, long size) {
    addParts
        .launch()
        .pointer(out)
        .flag(accumulate)
        .pointer(from)
        .wide(stride)
        .integer(count)
        .wide(size)
        .each(size);
  }

  /** The sum of all numbers, or of their squares; waits for it. */
  double total(Tensor x, boolean squared) {
    long groups = Math.clamp(Math.ceilDiv(x.size(), 256), 1, gpu.busyGroups());
    long at = parts.bytes(8 * (groups + 1));
    sumParts.launch().pointer(at + 8).floats(x).flag(squared).wide(x.size()).groups(groups, 1, 1);
    sumTotal.launch().pointer(at).pointer(at + 8).integer((int) groups).groups(1, 1, 1);
    gpu.download(total, at);
    return total.get(ValueLayout.JAVA_DOUBLE, 0);
  }
}
