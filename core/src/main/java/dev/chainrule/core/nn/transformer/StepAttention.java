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
  private final DecoderStep step;
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
    this.step = step;
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
    int length = step.length();
    int items = step.streams() * heads * length;
    int end = team.share(items, worker + 1);
    for (int at = team.share(items, worker); at < end; at++) {
      int item = at / length;
      store(item / heads, item % heads, at % length);
    }
  }

  private void store(int stream, int head, int i) {
    long row = step.row(stream, i);
    int group = shape.group();
    long queries = query(row, head * group);
    long kv = 4L * headDim * (row * shape.numKvHeads() + head);
    long key = room.key.address() + kv;
    if (queryGain != null) {
      rowKernels.rmsNorm(queries, queries, queryGain.address(), group, headDim, epsilon);
    }
    if (keyGain != null) {
      rowKernels.rmsNorm(key, key, keyGain.address(), 1, headDim, epsilon);
    }
    if (angles != null) {
      int half = headDim / 2;
      long cos = angles.cos.address() + 4 * row * half;
      long sin = angles.sin.address() + 4 * row * half;
      rowKernels.rotate(queries, cos, sin, group, half);
      rowKernels.rotate(key, cos, sin, 1, half);
    }
    cache.put(stream, head, step.position(stream) + i, key, room.value.address() + kv);
  }

  /**
   * The worker's queries. Those that share keys are taken together, as many as leave each worker
   * some.
   */
  void attend(int worker) {
    int heads = shape.numKvHeads();
    int queries = step.length() * shape.group();
    int items = step.streams() * heads;
    int seen = 0;
    for (int stream = 0; stream < step.streams(); stream++) {
      int last = step.position(stream) + step.length() - 1;
      seen = Math.max(seen, last + 1 - shape.first(step.position(stream)));
    }
    int together =
        Math.clamp((long) items * queries / (4L * team.workers()), 1, readers[worker].most(seen));
    int blocks = Math.ceilDiv(queries, together);
    // In turns, because later queries see more.
    for (int at = worker; at < items * blocks; at += team.workers()) {
      int item = at / blocks;
      int first = at % blocks * together;
      int count = Math.min(together, queries - first);
      attend(readers[worker], item / heads, item % heads, first, count);
    }
  }

  private void attend(CacheReader reader, int stream, int head, int first, int count) {
    int group = shape.group();
    long bytes = 4L * headDim;
    for (int n = 0; n < count; n++) {
      int i = (first + n) / group;
      long row = step.row(stream, i);
      Memory.copy(query(row, head * group + (first + n) % group), reader.query(n), bytes);
      reader.at(n, step.position(stream) + i);
    }
    reader.attend(cache, stream, head, count);
    for (int n = 0; n < count; n++) {
      long row = step.row(stream, (first + n) / group);
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
