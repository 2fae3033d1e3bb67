package dev.chainrule.core.nn.transformer;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Memory;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.AttentionShape;
import dev.chainrule.core.kernel.CacheReader;
import dev.chainrule.core.kernel.PagedCache;
import dev.chainrule.core.kernel.RowKernels;
import org.jspecify.annotations.Nullable;

/**
 * The attention of one layer in a step, between the maps to queries, keys and values and the map of
 * what they give: first heads of keys are normalised, rotated and stored, with the queries that
 * read them, then queries attend.
 */
final class StepAttention {
  private final StepRows rows;
  private final StepTeam team;
  private final RowKernels rowKernels;
  private final StepRoom room;
  private final AttentionShape shape;
  private final PagedCache cache;
  private final CacheReader[] readers;
  private final int headDim;
  private final double epsilon;
  private final @Nullable Tensor queryGain;
  private final @Nullable Tensor keyGain;
  private final @Nullable Angles angles;

  /** Cosines and sines of a step's places, for all layers that rotate alike. */
  static final class Angles {
    private final float[] frequencies;
    private final Tensor cos;
    private final Tensor sin;

    Angles(DecoderShape.Rotation rotation, int rows) {
      frequencies = rotation.frequencies();
      cos = Tensor.zeros(DType.FLOAT32, rows, frequencies.length);
      sin = Tensor.zeros(DType.FLOAT32, rows, frequencies.length);
    }

    /** Writes those of a row at a place. */
    void set(long row, int position) {
      for (int i = 0; i < frequencies.length; i++) {
        // The product rounded to float32, with which models have learnt.
        float angle = position * frequencies[i];
        long at = 4 * (row * frequencies.length + i);
        Memory.putFloat(cos.address() + at, (float) Math.cos(angle));
        Memory.putFloat(sin.address() + at, (float) Math.sin(angle));
      }
    }
  }

  StepAttention(
      DecoderStep step,
      RowKernels rowKernels,
      StepRoom room,
      DecoderShape config,
      PagedCache cache,
      CacheReader[] readers,
      AttentionShape shape,
      @Nullable Tensor queryGain,
      @Nullable Tensor keyGain,
      @Nullable Angles angles) {
    this.rows = step.rows();
    this.rowKernels = rowKernels;
    this.team = step.team();
    this.room = room;
    this.shape = shape;
    this.cache = cache;
    this.readers = readers;
    this.headDim = config.headDim();
    this.epsilon = config.epsilon();
    this.queryGain = queryGain;
    this.keyGain = keyGain;
    this.angles = angles;
  }

  /** The worker's heads and times of keys, with the queries that read them. */
  void store(int worker) {
    int heads = shape.numKvHeads();
    int items = rows.rows() * heads;
    int end = team.share(items, worker + 1);
    for (int item = team.share(items, worker); item < end; item++) {
      store(item / heads, item % heads);
    }
  }

  private void store(int row, int head) {
    int group = shape.group();
    long queries = query(row, head * group);
    long kv = 4L * headDim * ((long) row * shape.numKvHeads() + head);
    long key = room.key.address() + kv;
    if (queryGain != null) {
      rowKernels.rmsNorm(queries, queries, queryGain.address(), group, headDim, epsilon);
    }
    if (keyGain != null) {
      rowKernels.rmsNorm(key, key, keyGain.address(), 1, headDim, epsilon);
    }
    if (angles != null) {
      int half = headDim / 2;
      long cos = angles.cos.address() + 4L * row * half;
      long sin = angles.sin.address() + 4L * row * half;
      rowKernels.rotate(queries, cos, sin, group, half);
      rowKernels.rotate(key, cos, sin, 1, half);
    }
    int stream = rows.stream(rows.pieceOf(row));
    cache.put(stream, head, rows.positionOf(row), key, room.value.address() + kv);
  }

  /**
   * The worker's queries. Those that share keys are taken together, as many as leave each worker
   * some.
   */
  void attend(int worker) {
    int heads = shape.numKvHeads();
    int group = shape.group();
    int seen = 0;
    for (int piece = 0; piece < rows.pieces(); piece++) {
      int position = rows.position(piece);
      seen = Math.max(seen, position + rows.length(piece) - shape.first(position));
    }
    long queries = (long) rows.rows() * heads * group;
    int most = readers[worker].most(seen);
    int together = Math.clamp(queries / (4L * team.workers()), 1, most);
    // In turns, because later queries see more.
    int at = worker;
    for (int piece = 0; piece < rows.pieces(); piece++) {
      int count = rows.length(piece) * group;
      int blocks = Math.ceilDiv(count, together);
      int items = heads * blocks;
      for (; at < items; at += team.workers()) {
        int first = at % blocks * together;
        attend(readers[worker], piece, at / blocks, first, Math.min(together, count - first));
      }
      at -= items;
    }
  }

  private void attend(CacheReader reader, int piece, int head, int first, int count) {
    int group = shape.group();
    long bytes = 4L * headDim;
    for (int n = 0; n < count; n++) {
      int row = rows.first(piece) + (first + n) / group;
      Memory.copy(query(row, head * group + (first + n) % group), reader.query(n), bytes);
      reader.at(n, rows.positionOf(row));
    }
    reader.attend(cache, rows.stream(piece), head, count);
    for (int n = 0; n < count; n++) {
      int row = rows.first(piece) + (first + n) / group;
      int h = head * group + (first + n) % group;
      Memory.copy(reader.query(n), room.attended.address() + offset(row, h), bytes);
    }
  }

  private long query(long row, int head) {
    return room.query.address() + offset(row, head);
  }

  private long offset(long row, int head) {
    return 4L * headDim * (row * shape.numHeads() + head);
  }
}
