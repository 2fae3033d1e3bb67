package dev.chainrule.core.nn.transformer;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Memory;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.AttentionCache;
import dev.chainrule.core.kernel.GateFunction;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.PackedLinear;
import dev.chainrule.core.kernel.RowKernels;
import dev.chainrule.core.kernel.Rows;
import dev.chainrule.core.kernel.StepKernels;
import dev.chainrule.core.kernel.WeightFormat;
import dev.chainrule.core.nn.LayerNorm;
import dev.chainrule.core.nn.Linear;
import dev.chainrule.core.nn.transformer.StepTeam.Stage;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One step of incremental evaluation with a cache of keys and values, as a list of stages that
 * every worker of a team walks through: products are split over outputs, attention over heads, and
 * the workers meet five times in a block; norms are computed by each for itself.
 */
public final class TransformerStep implements TokenStep {
  /**
   * What a model puts before and after its transformer, read where it lies.
   *
   * @param tokens vectors of the elements [ids, C]
   * @param positions vectors of the places [T, C]
   * @param head map to the parameters of a conditional [P, C]
   */
  public record Ends(Tensor tokens, Tensor positions, Tensor head) {}

  /** What is done for one head of one row. */
  @FunctionalInterface
  private interface HeadStage {
    void run(int row, int head);
  }

  private final TransformerConfig config;
  private final Parameters all;
  private final Tensor parameters;
  private final Ends ends;
  private final StepRows rows;
  private final StepTeam team;
  private final StepKernels steps;
  private final RowKernels rowKernels;
  private final List<AttentionCache> caches = new ArrayList<>();

  /** Those of them that grow. */
  private final List<GrowingCache> growing = new ArrayList<>();

  private final Tensor x;
  private final Tensor[] normed;
  private final Rows[] normedRows;
  private final Tensor qkv;
  private final Tensor scores;
  private final Tensor totals;
  private final Tensor attended;
  private final Tensor hidden;
  private final LogitRoom logits;

  /**
   * A step of some streams.
   *
   * @param rowRoom most rows in a step
   * @param engine whose workers run it
   */
  public TransformerStep(
      Transformer model, Parameters all, Ends ends, int streams, int rowRoom, Engine engine) {
    this(model, all, ends, streams, rowRoom, false, engine);
  }

  /**
   * A step of some streams.
   *
   * @param rowRoom most rows in a step
   * @param grows whether the memory of keys and values grows with what is stored, for streams that
   *     come and go; else there is room for all from the beginning, and nothing is allocated later
   * @param engine whose workers run it
   */
  public TransformerStep(
      Transformer model,
      Parameters all,
      Ends ends,
      int streams,
      int rowRoom,
      boolean grows,
      Engine engine) {
    config = model.config();
    this.all = all;
    parameters = all.values();
    this.ends = ends;
    rows = new StepRows(streams, rowRoom);
    team = new StepTeam(engine, 4L * all.size() * Math.max(1, streams));
    Kernels kernels = engine.kernels(0);
    steps = kernels.steps();
    rowKernels = kernels.rows();
    int workers = team.workers();
    int width = config.width();
    x = floats(rowRoom, width);
    qkv = floats(rowRoom, 3 * width);
    totals = floats(rowRoom, config.numHeads());
    attended = floats(rowRoom, width);
    hidden = floats(rowRoom, 4 * width);
    logits = new LogitRoom(streams, ends.head().dim(0));
    normed = new Tensor[workers];
    normedRows = new Rows[workers];
    for (int worker = 0; worker < workers; worker++) {
      normed[worker] = floats(rowRoom, width);
      normedRows[worker] = Rows.of(normed[worker]);
    }
    List<Stage> stages = new ArrayList<>();
    for (TransformerBlock block : model.blocks) {
      addBlock(stages, block, cache(streams, grows));
    }
    int scoreRoom = caches.isEmpty() ? 0 : caches.getFirst().scoreRoom(config.contextLength());
    scores = floats(rowRoom, config.numHeads(), scoreRoom);
    team.learn(stages.toArray(Stage[]::new), logitStages(model.finalNorm));
  }

  @Override
  public Tensor logits() {
    return logits.wanted();
  }

  @Override
  public void begin() {
    rows.clear();
  }

  @Override
  public int add(int stream, int position, int elements, int wanted) {
    extend(stream, position + elements);
    return rows.add(stream, position, elements, wanted);
  }

  private void extend(int stream, int times) {
    for (int i = 0; i < growing.size(); i++) {
      growing.get(i).extend(stream, times);
    }
  }

  @Override
  public void embed(int row, int token) {
    long width = config.width();
    long y = x.address() + 4L * row * width;
    long tokenRow = ends.tokens().address() + 4L * token * width;
    long positionRow = ends.positions().address() + 4L * rows.positionOf(row) * width;
    for (long at = 0; at < 4 * width; at += 4) {
      Memory.putFloat(y + at, Memory.getFloat(tokenRow + at) + Memory.getFloat(positionRow + at));
    }
  }

  @Override
  public void run() {
    logits.want(rows.numWanted());
    try {
      team.run(rows);
    } finally {
      // The workers follow bare addresses: nothing may be collected before they are done.
      Reference.reachabilityFence(this);
    }
  }

  @Override
  public void fork(int from, int to) {
    for (AttentionCache cache : caches) {
      cache.copyStream(from, to);
    }
  }

  @Override
  public void reset(int stream) {
    growing.forEach(cache -> cache.release(stream));
  }

  /** What a stream has seen is overwritten as it goes on. */
  @Override
  public void truncate(int stream, int position) {}

  @Override
  public int stateSize() {
    return 2 * caches.size() * config.numHeads() * config.headDim();
  }

  @Override
  public long stateBytes() {
    return 4L * stateSize();
  }

  @Override
  public void readState(int stream, int position, Tensor to) {
    eachHead(to, (cache, head, key, value) -> cache.get(stream, head, position, key, value));
  }

  @Override
  public void writeState(int stream, int position, Tensor from) {
    extend(stream, position + 1);
    eachHead(from, (cache, head, key, value) -> cache.put(stream, head, position, key, value));
  }

  /** Does something with the key and the value of a head. */
  private interface OfHead {
    void at(AttentionCache cache, int head, long key, long value);
  }

  private void eachHead(Tensor state, OfHead action) {
    long bytes = 4L * config.headDim();
    long at = state.address();
    try {
      for (AttentionCache cache : caches) {
        for (int head = 0; head < config.numHeads(); head++) {
          action.at(cache, head, at, at + bytes);
          at += 2 * bytes;
        }
      }
    } finally {
      Reference.reachabilityFence(state);
    }
  }

  @Override
  public int earliest(int stream) {
    return 0;
  }

  private AttentionCache cache(int streams, boolean grows) {
    int heads = config.numHeads();
    int most = config.contextLength();
    AttentionCache cache;
    if (grows) {
      GrowingCache one = new GrowingCache(rowKernels, streams, heads, config.headDim(), most);
      growing.add(one);
      cache = one;
    } else {
      cache = rowKernels.attentionCache(streams, heads, config.headDim(), most);
    }
    caches.add(cache);
    return cache;
  }

  private void addBlock(List<Stage> stages, TransformerBlock block, AttentionCache cache) {
    stages.add(normStage(block.norm1));
    stages.add(productStage(qkv, false, null, block.attention.qkv()));
    stages.add(team::meet);

    stages.add(headStage((row, head) -> remember(cache, row, head)));
    stages.add(headStage((row, head) -> score(cache, row, head)));
    stages.add(headStage(this::softmax));
    stages.add(headStage((row, head) -> mix(cache, row, head)));
    stages.add(team::meet);

    stages.add(productStage(x, true, attended, block.attention.projection()));
    stages.add(team::meet);

    stages.add(normStage(block.norm2));
    stages.add(productStage(hidden, false, null, block.expand));
    stages.add(this::gelu);
    stages.add(team::meet);

    stages.add(productStage(x, true, hidden, block.contract));
    stages.add(team::meet);
  }

  /** The norm of every row, into the worker's own memory. */
  private Stage normStage(LayerNorm norm) {
    int width = config.width();
    long gain = address(norm.gain());
    long bias = address(norm.bias());
    return worker ->
        rowKernels.layerNorm(
            normed[worker].address(),
            x.address(),
            gain,
            bias,
            rows.rows(),
            width,
            LayerNorm.EPSILON);
  }

  /**
   * The worker's outputs of a linear map.
   *
   * @param add whether to add to y
   * @param input null for the worker's normed rows
   */
  private Stage productStage(Tensor y, boolean add, @Nullable Tensor input, Linear map) {
    Parameter bias = map.bias();
    PackedLinear packed = pack(all.value(map.weight()), bias == null ? null : all.value(bias));
    Rows out = Rows.of(y);
    Rows in = input == null ? null : Rows.of(input);
    return worker -> {
      Rows read = in == null ? normedRows[worker] : in;
      team.product(worker, out, add ? out : null, packed, read, rows.rows());
    };
  }

  private PackedLinear pack(Tensor weight, @Nullable Tensor bias) {
    return steps.pack(weight, bias, WeightFormat.FLOAT32, StepKernels.Reading.STREAMED);
  }

  /** Something done for the worker's heads of all pieces, in the order of their elements. */
  private Stage headStage(HeadStage stage) {
    int heads = config.numHeads();
    return worker -> {
      int all = rows.pieces() * heads;
      int to = team.share(all, worker + 1);
      for (int item = team.share(all, worker); item < to; item++) {
        int first = rows.first(item / heads);
        int end = first + rows.length(item / heads);
        for (int row = first; row < end; row++) {
          stage.run(row, item % heads);
        }
      }
    };
  }

  private void remember(AttentionCache cache, int row, int head) {
    long key = query(row, head) + 4L * config.width();
    long value = key + 4L * config.width();
    cache.put(stream(row), head, rows.positionOf(row), key, value);
  }

  private void score(AttentionCache cache, int row, int head) {
    cache.scores(scores(row, head), query(row, head), stream(row), head, seen(row));
  }

  private void softmax(int row, int head) {
    long at = scores(row, head);
    double scale = 1 / Math.sqrt(config.headDim());
    Memory.putFloat(total(row, head), rowKernels.softmaxWeights(at, at, scale, seen(row)));
  }

  private void mix(AttentionCache cache, int row, int head) {
    long width = config.width();
    long y = attended.address() + 4 * ((long) row * width + (long) head * config.headDim());
    float total = Memory.getFloat(total(row, head));
    cache.mix(y, scores(row, head), total, stream(row), head, seen(row));
  }

  private void gelu(int worker) {
    int outputs = 4 * config.width();
    int from = team.output(outputs, worker);
    int to = team.output(outputs, worker + 1);
    for (int row = 0; row < rows.rows(); row++) {
      long at = hidden.address() + 4L * ((long) row * outputs + from);
      rowKernels.gate(at, at, 0, GateFunction.GELU_TANH, to - from);
    }
  }

  private Stage[] logitStages(LayerNorm norm) {
    int width = config.width();
    PackedLinear head = pack(ends.head(), null);
    long gain = address(norm.gain());
    long bias = address(norm.bias());
    Stage normLast =
        worker -> {
          for (int i = 0; i < rows.numWanted(); i++) {
            long from = x.address() + 4L * rows.wanted(i) * width;
            long to = normed[worker].address() + 4L * i * width;
            rowKernels.layerNorm(to, from, gain, bias, 1, width, LayerNorm.EPSILON);
          }
        };
    Stage product =
        worker ->
            team.lastProduct(worker, logits.rows(), head, normedRows[worker], rows.numWanted());
    return new Stage[] {normLast, product};
  }

  private int stream(int row) {
    return rows.stream(rows.pieceOf(row));
  }

  /** How many places a row attends to. */
  private int seen(int row) {
    return rows.positionOf(row) + 1;
  }

  private long query(int row, int head) {
    long width = config.width();
    return qkv.address() + 4 * (row * 3L * width + (long) head * config.headDim());
  }

  private long scores(int row, int head) {
    return scores.address() + 4 * ((long) row * config.numHeads() + head) * scores.dim(2);
  }

  private long total(int row, int head) {
    return totals.address() + 4 * ((long) row * config.numHeads() + head);
  }

  /** Where a parameter lies; 0 if there is none. */
  private long address(@Nullable Parameter parameter) {
    return parameter == null ? 0 : parameters.address() + 4 * parameter.offset();
  }

  private static Tensor floats(int... shape) {
    return Tensor.zeros(DType.FLOAT32, shape);
  }
}
