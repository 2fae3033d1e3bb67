package dev.chainrule.core.kernel.cuda;

import dev.chainrule.core.array.Tensor;

/** Rows of a table by number. */
final class Tables {
  private static final int MAX_SCRATCH_FLOATS = 16 << 20;
  private static final int LEAST_IDS = 1024;

  /** Rows of a table from which ids are sorted: with fewer, a group for each finds its own. */
  private static final int SORTED_ROWS = 512;

  private static final int MAX_RUNS = 64;
  private static final int GROUP = 256;
  private static final int PIECE = 32;

  private final Gpu gpu;
  private final Sums sums;
  private final DeviceBuffer parts;
  private final DeviceBuffer integers;
  private final Kernel embedding;
  private final Kernel backward;
  private final Kernel ranks;
  private final Kernel order;
  private final Kernel pieces;
  private final Kernel join;

  Tables(Gpu gpu, Sums sums) {
    this.gpu = gpu;
    this.sums = sums;
    parts = new DeviceBuffer(gpu);
    integers = new DeviceBuffer(gpu);
    embedding = kernel("embedding");
    backward = kernel("embedding_backward");
    ranks = kernel("embedding_ranks");
    order = kernel("embedding_order");
    pieces = kernel("embedding_pieces");
    join = kernel("embedding_join");
  }

  private Kernel kernel(String name) {
    return new Kernel(gpu, "embedding", name, GROUP);
  }

  void embedding(Tensor y, Tensor ids, Tensor table) {
    embedding
        .launch()
        .floats(y)
        .ints(ids)
        .floats(table)
        .integer(table.dim(1))
        .wide(y.size())
        .each(y.size());
  }

  void embeddingBackward(Tensor dTable, Tensor dY, Tensor ids) {
    if (dTable.dim(0) >= SORTED_ROWS) {
      sorted(dTable, dY, ids);
    } else {
      searched(dTable, dY, ids);
    }
  }

  /** Groups look for the rows of the table that are theirs, so that nothing is added twice. */
  private void searched(Tensor dTable, Tensor dY, Tensor ids) {
    int vocab = dTable.dim(0);
    int count = Math.toIntExact(ids.size());
    long useful = Math.min(gpu.busyGroups() / Math.max(1, vocab), count / LEAST_IDS);
    useful = Math.min(useful, MAX_SCRATCH_FLOATS / Math.max(1, dTable.size()));
    int runs = Math.clamp(useful, 1, 256);
    long to = runs > 1 ? parts.floats(runs * dTable.size()) : Launch.address(dTable);
    backward
        .launch()
        .pointer(to)
        .flag(runs == 1)
        .floats(dY)
        .ints(ids)
        .integer(vocab)
        .integer(dTable.dim(1))
        .integer(count)
        .groups(vocab, runs, 1);
    if (runs > 1) {
      sums.addParts(Launch.address(dTable), true, to, dTable.size(), runs, dTable.size());
    }
  }

  /** Rows of equal ids come together, in their order; sums that several groups share are joined. */
  private void sorted(Tensor dTable, Tensor dY, Tensor ids) {
    int count = Math.toIntExact(ids.size());
    int width = dTable.dim(1);
    long groups = Math.ceilDiv(count, GROUP);
    int runs = Math.clamp(gpu.busyGroups() / Math.max(1, groups), 1, MAX_RUNS);
    long placed = integers.bytes(4L * count * (2 + runs));
    long sortedIds = placed + 4L * count;
    long ranked = sortedIds + 4L * count;
    ranks.launch().pointer(ranked).ints(ids).integer(count).groups(groups, runs, 1);
    order
        .launch()
        .pointer(placed)
        .pointer(sortedIds)
        .pointer(ranked)
        .ints(ids)
        .integer(runs)
        .integer(count)
        .each(count);
    int many = Math.ceilDiv(count, PIECE);
    long shared = parts.floats(2L * many * width);
    pieces
        .launch()
        .floats(dTable)
        .pointer(shared)
        .floats(dY)
        .pointer(placed)
        .pointer(sortedIds)
        .integer(width)
        .integer(count)
        .groups(many, 1, 1);
    join.launch()
        .floats(dTable)
        .pointer(shared)
        .pointer(sortedIds)
        .integer(width)
        .integer(count)
        .groups(many, 1, 1);
  }
}
