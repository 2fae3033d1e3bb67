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
 *
 * <p>The rows of a step are [stream, element of the step].
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
    void run(int stream, int head, int element);
  }

  private final TransformerConfig config;
  private final Parameters all;
  private final Tensor parameters;
  private final Ends ends;
  private final int streams;
  private final StepTeam team;
  private final StepKernels steps;
  private final RowKernels rowKernels;
  private final List<AttentionCache> caches = new ArrayList<>();

  private final Tensor x;
  private final Tensor[] normed;
  private final Rows[] normedRows;
  private final Tensor qkv;
  private final Tensor scores;
  private final Tensor totals;
  private final Tensor attended;
  private final Tensor hidden;
  private final Tensor logits;

  /** Where each stream stands before the step. */
  private final int[] positions;

  private int length;
  private boolean logitsWanted;

  /**
   * A step of some streams.
   *
   * @param rowRoom most rows in a step
   * @param engine whose workers run it
   */
  public TransformerStep(
      Transformer model, Parameters all, Ends ends, int streams, int rowRoom, Engine engine) {
    config = model.config();
    this.all = all;
    parameters = all.values();
    this.ends = ends;
    this.streams = streams;
    team = new StepTeam(engine, 4L * all.size() * Math.max(1, streams));
    Kernels kernels = engine.kernels(0);
    steps = kernels.steps();
    rowKernels = kernels.rows();
    positions = new int[streams];
    int workers = team.workers();
    int width = config.width();
    x = floats(rowRoom, width);
    qkv = floats(rowRoom, 3 * width);
    totals = floats(rowRoom, config.numHeads());
    attended = floats(rowRoom, width);
    hidden = floats(rowRoom, 4 * width);
    logits = floats(streams, ends.head().dim(0));
    normed = new Tensor[workers];
    normedRows = new Rows[workers];
    for (int worker = 0; worker < workers; worker++) {
      normed[worker] = floats(rowRoom, width);
      normedRows[worker] = Rows.of(normed[worker]);
    }
    List<Stage> stages = new ArrayList<>();
    for (TransformerBlock block : model.blocks) {
      addBlock(stages, block);
    }
    int scoreRoom = caches.isEmpty() ? 0 : caches.getFirst().scoreRoom(config.contextLength());
    scores = floats(rowRoom, config.numHeads(), scoreRoom);
    team.learn(stages.toArray(Stage[]::new), logitStages(model.finalNorm));
  }

  @Override
  public Tensor logits() {
    return logits;
  }

  @Override
  public void begin(int elements, boolean wantLogits) {
    length = elements;
    logitsWanted = wantLogits;
  }

  @Override
  public void place(int stream, int position) {
    positions[stream] = position;
  }

  @Override
  public void embed(int stream, int i, int token) {
    long width = config.width();
    long y = x.address() + 4 * row(stream, i) * width;
    long tokenRow = ends.tokens().address() + 4L * token * width;
    long positionRow = ends.positions().address() + 4L * (positions[stream] + i) * width;
    for (long at = 0; at < 4 * width; at += 4) {
      Memory.putFloat(y + at, Memory.getFloat(tokenRow + at) + Memory.getFloat(positionRow + at));
    }
  }

  @Override
  public void run() {
    try {
      team.run(length, logitsWanted);
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
    if (from != to) {
      logits.slice(to, to + 1).copyFrom(logits.slice(from, from + 1));
    }
  }

  /** What a stream has seen is overwritten as it goes on. */
  @Override
  public void reset(int stream) {}

  private void addBlock(List<Stage> stages, TransformerBlock block) {
    AttentionCache cache =
        rowKernels.attentionCache(
            streams, config.numHeads(), config.headDim(), config.contextLength());
    caches.add(cache);

    stages.add(normStage(block.norm1));
    stages.add(productStage(qkv, false, null, block.attention.qkv()));
    stages.add(team::meet);

    stages.add(headStage((stream, head, i) -> remember(cache, stream, head, i)));
    stages.add(headStage((stream, head, i) -> score(cache, stream, head, i)));
    stages.add(headStage(this::softmax));
    stages.add(headStage((stream, head, i) -> mix(cache, stream, head, i)));
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
            normed[worker].address(), x.address(), gain, bias, rows(), width, LayerNorm.EPSILON);
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
      team.product(worker, out, add ? out : null, packed, read, rows());
    };
  }

  private PackedLinear pack(Tensor weight, @Nullable Tensor bias) {
    return steps.pack(weight, bias, WeightFormat.FLOAT32, StepKernels.Reading.STREAMED);
  }

  /** Something done for the worker's heads of all streams. */
  private Stage headStage(HeadStage stage) {
    int heads = config.numHeads();
    int all = streams * heads;
    return worker -> {
      int to = team.share(all, worker + 1);
      for (int item = team.share(all, worker); item < to; item++) {
        for (int i = 0; i < length; i++) {
          stage.run(item / heads, item % heads, i);
        }
      }
    };
  }

  private void remember(AttentionCache cache, int stream, int head, int i) {
    long key = query(stream, head, i) + 4L * config.width();
    long value = key + 4L * config.width();
    cache.put(stream, head, positions[stream] + i, key, value);
  }

  private void score(AttentionCache cache, int stream, int head, int i) {
    long to = scores(stream, head, i);
    cache.scores(to, query(stream, head, i), stream, head, positions[stream] + i + 1);
  }

  private void softmax(int stream, int head, int i) {
    long row = scores(stream, head, i);
    double scale = 1 / Math.sqrt(config.headDim());
    Memory.putFloat(
        total(stream, head, i),
        rowKernels.softmaxWeights(row, row, scale, positions[stream] + i + 1));
  }

  private void mix(AttentionCache cache, int stream, int head, int i) {
    long width = config.width();
    long y = attended.address() + 4 * (row(stream, i) * width + (long) head * config.headDim());
    float total = Memory.getFloat(total(stream, head, i));
    cache.mix(y, scores(stream, head, i), total, stream, head, positions[stream] + i + 1);
  }

  private void gelu(int worker) {
    int outputs = 4 * config.width();
    int from = team.output(outputs, worker);
    int to = team.output(outputs, worker + 1);
    for (int row = 0; row < rows(); row++) {
      long at = hidden.address() + 4L * ((long) row * outputs + from);
      rowKernels.gate(at, at, 0, GateFunction.GELU_TANH, to - from);
    }
  }

  private Stage[] logitStages(LayerNorm norm) {
    int width = config.width();
    PackedLinear head = pack(ends.head(), null);
    Rows out = Rows.of(logits);
    long gain = address(norm.gain());
    long bias = address(norm.bias());
    Stage normLast =
        worker -> {
          for (int stream = 0; stream < streams; stream++) {
            long from = x.address() + 4 * row(stream, length - 1) * width;
            long to = normed[worker].address() + 4L * stream * width;
            rowKernels.layerNorm(to, from, gain, bias, 1, width, LayerNorm.EPSILON);
          }
        };
    Stage product = worker -> team.lastProduct(worker, out, head, normedRows[worker], streams);
    return new Stage[] {normLast, product};
  }

  private int rows() {
    return streams * length;
  }

  private long row(int stream, int i) {
    return (long) stream * length + i;
  }

  private long query(int stream, int head, int i) {
    long width = config.width();
    return qkv.address() + 4 * (row(stream, i) * 3 * width + (long) head * config.headDim());
  }

  private long scores(int stream, int head, int i) {
    return scores.address() + 4 * (row(stream, i) * config.numHeads() + head) * scores.dim(2);
  }

  private long total(int stream, int head, int i) {
    return totals.address() + 4 * (row(stream, i) * config.numHeads() + head);
  }

  /** Where a parameter lies; 0 if there is none. */
  private long address(@Nullable Parameter parameter) {
    return parameter == null ? 0 : parameters.address() + 4 * parameter.offset();
  }

  private static Tensor floats(int... shape) {
    return Tensor.zeros(DType.FLOAT32, shape);
  }
}
