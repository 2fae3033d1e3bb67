package dev.chainrule.core.nn.transformer;

import dev.chainrule.core.array.Memory;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.CacheFormat;
import dev.chainrule.core.kernel.CacheReader;
import dev.chainrule.core.kernel.PackedLinear;
import dev.chainrule.core.kernel.PagedCache;
import dev.chainrule.core.kernel.RowKernels;
import dev.chainrule.core.kernel.Rows;
import dev.chainrule.core.nn.transformer.StepTeam.Stage;
import dev.chainrule.core.quant.BlockMatrix;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One step of incremental evaluation of the decoders that people have, with a cache of keys and
 * values: a list of stages that every worker of a team walks through. Products are split over
 * outputs, attention over queries; norms and the residual stream each worker computes for itself,
 * so that they meet six times in a block.
 *
 * <p>A prompt is a step of many rows, in which products are matrix products. Where the engine's
 * products give a row the same beside any others, so does a step of short pieces. It runs on
 * engines in the processor's memory.
 */
public final class DecoderStep implements TokenStep {
  private final DecoderShape shape;
  private final CacheFormat format;
  private final DecoderWeights weights;
  private final StepMaps maps;
  private final StepRows rows;
  private final StepTeam team;
  private final RowKernels rowKernels;
  private final StepRoom room;
  private final BlockMatrix embeddings;
  private final @Nullable BlockMatrix learned;
  private final float[] vector;
  private final List<PagedCache> caches = new ArrayList<>();
  private final IdentityHashMap<DecoderShape.Rotation, StepAttention.Angles> angles =
      new IdentityHashMap<>();
  private final List<StepAttention.Angles> allAngles = new ArrayList<>();

  /**
   * A step of some streams.
   *
   * @param mostRows most elements in a step
   * @param engine whose workers run it, in the processor's memory
   */
  public DecoderStep(
      DecoderShape shape,
      DecoderWeights weights,
      CacheFormat format,
      int streams,
      int mostRows,
      Engine engine) {
    this.shape = shape;
    this.format = format;
    this.weights = weights;
    rows = new StepRows(streams, mostRows);
    maps = new StepMaps(shape, weights, engine);
    rowKernels = engine.kernels(0).rows();
    team = new StepTeam(engine, maps.bytes() * streams);
    room = new StepRoom(shape, mostRows, streams, team.workers());
    embeddings = weights.matrix("embed.weight");
    learned = weights.has("positions.weight") ? weights.matrix("positions.weight") : null;
    vector = new float[shape.width()];
    List<Stage> stages = new ArrayList<>();
    stages.add(this::copyEmbedded);
    CacheReader[] readers = readers(format);
    for (int layer = 0; layer < shape.layers().size(); layer++) {
      DecoderShape.Layer each = shape.layers().get(layer);
      PagedCache cache = rowKernels.pagedCache(format, each.attention(), shape.headDim(), streams);
      caches.add(cache);
      addBlock(stages, "layers." + layer + ".", attention(layer, each, cache, readers, mostRows));
    }
    team.learn(stages.toArray(Stage[]::new), logitStages());
  }

  private CacheReader[] readers(CacheFormat format) {
    CacheReader[] readers = new CacheReader[team.workers()];
    for (int worker = 0; worker < readers.length; worker++) {
      readers[worker] = rowKernels.cacheReader(format, shape.headDim(), shape.contextLength());
    }
    return readers;
  }

  private StepAttention attention(
      int layer, DecoderShape.Layer each, PagedCache cache, CacheReader[] readers, int mostRows) {
    DecoderShape.Rotation rotation = each.rotation();
    StepAttention.Angles turned = null;
    if (rotation != null) {
      turned = angles.get(rotation);
      if (turned == null) {
        turned = new StepAttention.Angles(rotation, mostRows);
        angles.put(rotation, turned);
        allAngles.add(turned);
      }
    }
    String name = "layers." + layer + ".";
    return new StepAttention(
        this,
        rowKernels,
        room,
        shape,
        cache,
        readers,
        each.attention(),
        weights.vectorIfAny(name + "q_norm.weight"),
        weights.vectorIfAny(name + "k_norm.weight"),
        turned);
  }

  /** Most elements of a stream. */
  public int capacity() {
    return shape.contextLength();
  }

  @Override
  public Tensor logits() {
    return room.logits.wanted();
  }

  /** Bytes of weights that a step of one row reads. */
  public long weightBytes() {
    return maps.bytes();
  }

  /** Bytes of memory that keys and values have. */
  public long cacheBytes() {
    return caches.stream().mapToLong(PagedCache::bytes).sum();
  }

  @Override
  public void begin() {
    rows.clear();
  }

  @Override
  public int add(int stream, int position, int elements, int wanted) {
    for (PagedCache cache : caches) {
      cache.extend(stream, position, position + elements);
    }
    return rows.add(stream, position, elements, wanted);
  }

  @Override
  public void embed(int row, int token) {
    int position = rows.positionOf(row);
    long y = room.embedded.address() + 4L * row * shape.width();
    embeddings.row(token, vector, 0);
    float scale = (float) shape.embeddingScale();
    for (int c = 0; c < vector.length; c++) {
      Memory.putFloat(y + 4L * c, vector[c] * scale);
    }
    if (learned != null) {
      learned.row(position, vector, 0);
      for (int c = 0; c < vector.length; c++) {
        Memory.putFloat(y + 4L * c, Memory.getFloat(y + 4L * c) + vector[c]);
      }
    }
    for (int a = 0; a < allAngles.size(); a++) {
      allAngles.get(a).set(row, position);
    }
  }

  @Override
  public void run() {
    room.logits.want(rows.numWanted());
    try {
      team.run(rows);
    } finally {
      // The workers follow bare addresses: nothing may be collected before they are done.
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public void fork(int from, int to) {
    for (PagedCache cache : caches) {
      cache.fork(from, to);
    }
  }

  @Override
  public void reset(int stream) {
    for (PagedCache cache : caches) {
      cache.reset(stream);
    }
  }

  @Override
  public void truncate(int stream, int position) {
    for (PagedCache cache : caches) {
      cache.truncate(stream, position);
    }
  }

  @Override
  public int stateSize() {
    int heads = 0;
    for (DecoderShape.Layer layer : shape.layers()) {
      heads += layer.attention().numKvHeads();
    }
    return 2 * heads * shape.headDim();
  }

  @Override
  public long stateBytes() {
    return stateSize() / shape.headDim() * format.bytes(shape.headDim());
  }

  @Override
  public void readState(int stream, int position, Tensor to) {
    eachHead(to, (cache, head, key, value) -> cache.get(stream, head, position, key, value));
  }

  @Override
  public void writeState(int stream, int position, Tensor from) {
    for (PagedCache cache : caches) {
      cache.extend(stream, position, position + 1);
    }
    eachHead(from, (cache, head, key, value) -> cache.put(stream, head, position, key, value));
  }

  /** Does something with the key and the value of a head. */
  private interface OfHead {
    void at(PagedCache cache, int head, long key, long value);
  }

  private void eachHead(Tensor state, OfHead action) {
    long bytes = 4L * shape.headDim();
    long at = state.address();
    try {
      for (int layer = 0; layer < caches.size(); layer++) {
        int heads = shape.layers().get(layer).attention().numKvHeads();
        for (int head = 0; head < heads; head++) {
          action.at(caches.get(layer), head, at, at + bytes);
          at += 2 * bytes;
        }
      }
    } finally {
      Reference.reachabilityFence(state);
    }
  }

  @Override
  public int earliest(int stream) {
    int earliest = 0;
    for (PagedCache cache : caches) {
      earliest = Math.max(earliest, cache.earliest(stream));
    }
    return earliest;
  }

  StepTeam team() {
    return team;
  }

  StepRows rows() {
    return rows;
  }

  private void copyEmbedded(int worker) {
    long bytes = 4L * rows.rows() * shape.width();
    Memory.copy(room.embedded.address(), room.residual[worker].address(), bytes);
  }

  private void addBlock(List<Stage> stages, String name, StepAttention attention) {
    stages.add(normStage(name + "attn_norm"));
    // The keys' and values' products are short: the queries' even them out.
    stages.add(shortProductStage(room.key, maps.get(name + "k"), false));
    stages.add(shortProductStage(room.value, maps.get(name + "v"), true));
    stages.add(productStage(room.query, null, maps.get(name + "q"), true));
    stages.add(team::meet);
    stages.add(attention::store);
    stages.add(team::meet);
    stages.add(attention::attend);
    stages.add(team::meet);
    stages.add(productStage(room.branch, room.attended, maps.get(name + "o"), false));
    stages.add(team::meet);
    stages.add(addStage(name + "post_attn_norm.weight", name + "post_attn_norm.bias"));

    stages.add(normStage(name + "mlp_norm"));
    PackedLinear gate = maps.has(name + "gate") ? maps.get(name + "gate") : null;
    stages.add(unitStage(gate, maps.get(name + "up")));
    stages.add(team::meet);
    Tensor units = gate == null ? room.up : room.gate;
    stages.add(productStage(room.branch, units, maps.get(name + "down"), false));
    stages.add(team::meet);
    stages.add(addStage(name + "post_mlp_norm.weight", name + "post_mlp_norm.bias"));
  }

  /** The norm of every row of the worker's residual stream, into memory of its own. */
  private Stage normStage(String name) {
    Tensor gain = weights.vector(name + ".weight");
    Tensor bias = weights.vectorIfAny(name + ".bias");
    return worker -> {
      long y = room.normed[worker].address();
      norm(y, room.residual[worker].address(), gain, bias, rows.rows());
    };
  }

  private void norm(long y, long x, Tensor gain, @Nullable Tensor bias, int count) {
    int width = shape.width();
    double epsilon = shape.epsilon();
    if (shape.layerNorm()) {
      long shift = bias == null ? 0 : bias.address();
      rowKernels.layerNorm(y, x, gain.address(), shift, count, width, epsilon);
    } else {
      rowKernels.rmsNorm(y, x, gain.address(), count, width, epsilon);
    }
  }

  /** Adds what half a block gave to the worker's residual stream, normalised where that is so. */
  private Stage addStage(String gainName, String biasName) {
    Tensor gain = weights.vectorIfAny(gainName);
    Tensor bias = weights.vectorIfAny(biasName);
    return worker -> {
      long branch = room.branch.address();
      if (gain != null) {
        long normed = room.normed[worker].address();
        norm(normed, branch, gain, bias, rows.rows());
        branch = normed;
      }
      rowKernels.add(room.residual[worker].address(), branch, rows.rows() * shape.width());
    };
  }

  /** The worker's outputs of a linear map of its normed rows. */
  private Stage shortProductStage(Tensor y, PackedLinear map, boolean same) {
    Rows out = new Rows(y, 0, map.outputs());
    return worker -> {
      int from = team.output(map.outputs(), worker);
      int to = team.output(map.outputs(), worker + 1);
      team.product(worker, out, map, room.normedRows[worker], rows.rows(), from, to, same);
    };
  }

  /**
   * The outputs of a linear map.
   *
   * @param input null for each worker's normed rows
   * @param same whether the worker's last product was of the same rows
   */
  private Stage productStage(Tensor y, @Nullable Tensor input, PackedLinear map, boolean same) {
    Rows out = new Rows(y, 0, map.outputs());
    Rows in = input == null ? null : new Rows(input, 0, map.inputs());
    return team.outputs(
        map.outputs(),
        map.bytes() / map.outputs(),
        rows::rows,
        (worker, from, to, again) -> {
          Rows read = in == null ? room.normedRows[worker] : in;
          team.product(worker, out, map, read, rows.rows(), from, to, same || again);
        });
  }

  /** The units between the two maps of a block's second half. */
  private Stage unitStage(@Nullable PackedLinear gate, PackedLinear up) {
    Rows gates = new Rows(room.gate, 0, up.outputs());
    Rows ups = new Rows(room.up, 0, up.outputs());
    long bytes = (up.bytes() + (gate == null ? 0 : gate.bytes())) / up.outputs();
    return team.outputs(
        up.outputs(),
        bytes,
        rows::rows,
        (worker, from, to, again) -> {
          Rows read = room.normedRows[worker];
          if (gate != null) {
            team.product(worker, gates, gate, read, rows.rows(), from, to, again);
          }
          team.product(worker, ups, up, read, rows.rows(), from, to, again || gate != null);
          activate(from, to - from, gate != null);
        });
  }

  private void activate(int from, int count, boolean gated) {
    for (int row = 0; row < rows.rows(); row++) {
      long at = 4L * ((long) row * shape.hidden() + from);
      long up = room.up.address() + at;
      long gate = gated ? room.gate.address() + at : up;
      rowKernels.gate(gate, gate, gated ? up : 0, shape.activation(), count);
    }
  }

  private Stage[] logitStages() {
    int width = shape.width();
    Tensor gain = weights.vector("norm.weight");
    Tensor bias = weights.vectorIfAny("norm.bias");
    PackedLinear head = maps.get("head");
    Stage normLast =
        worker -> {
          for (int i = 0; i < rows.numWanted(); i++) {
            long from = room.residual[worker].address() + 4L * rows.wanted(i) * width;
            norm(room.normed[worker].address() + 4L * i * width, from, gain, bias, 1);
          }
        };
    Stage product =
        team.outputs(
            head.outputs(),
            head.bytes() / head.outputs(),
            rows::numWanted,
            (worker, from, to, again) -> {
              Rows read = room.normedRows[worker];
              int count = rows.numWanted();
              team.lastProduct(worker, room.logits.rows(), head, read, count, from, to, again);
              cap(from, to - from);
            });
    return new Stage[] {normLast, product};
  }

  private void cap(int from, int count) {
    if (shape.logitSoftcap() == 0) {
      return;
    }
    for (int i = 0; i < rows.numWanted(); i++) {
      rowKernels.softCap(room.logits.address(i, from), shape.logitSoftcap(), count);
    }
  }
}
