package dev.chainrule.core.nn.transformer;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.AttentionShape;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.PackedLinear;
import dev.chainrule.core.kernel.Rows;
import dev.chainrule.core.kernel.StepKernels;
import dev.chainrule.core.kernel.WeightFormat;
import dev.chainrule.core.nn.LayerNorm;
import dev.chainrule.core.nn.Linear;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One step of incremental evaluation in an engine's own memory, by its operations on tensors. What
 * differs from step to step is in one array of integers, which goes there at the beginning; at the
 * end the logits that are wanted come back. All between is the same for the same number of rows,
 * and {@link Engine#repeatable}.
 */
public final class DeviceStep implements TokenStep {
  /** What there is an integer of for each row. */
  private static final int TOKEN = 0;

  private static final int POSITION = 1;
  private static final int STREAM = 2;

  /** The rows whose logits are wanted, the others after them 0. */
  private static final int WANTED = 3;

  private static final int COLUMNS = 4;

  private final TransformerConfig config;
  private final Engine engine;
  private final Kernels kernels;
  private final Parameters parameters;
  private final TransformerStep.Ends ends;
  private final AttentionShape attention;
  private final StepRows rows;
  private final int[] tokens;
  private final List<Block> blocks = new ArrayList<>();
  private final LayerNorm finalNorm;
  private final PackedLinear head;

  /** [rows]. */
  private final Tensor mean;

  private final Tensor deviation;
  private final Tensor x;
  private final Tensor other;
  private final Tensor normed;
  private final Tensor qkv;
  private final Tensor hidden;
  private final Tensor allLogits;
  private final Map<List<Integer>, Pass> passes = new HashMap<>();
  private final Tensor state;
  private final Tensor noLogits;
  private @Nullable Tensor logits;

  /** A block's maps, made ready, and what it has seen: [S, NH, T, HS] each. */
  private record Block(
      TransformerBlock model,
      PackedLinear qkv,
      PackedLinear projection,
      PackedLinear expand,
      PackedLinear contract,
      Tensor keys,
      Tensor values) {}

  /**
   * A step of so many rows.
   *
   * @param integers at the host [4, rows]
   * @param placed the same on the engine
   * @param logits at the host
   * @param placedLogits the same on the engine; null where none are wanted
   */
  private record Pass(
      Tensor integers,
      Tensor placed,
      @Nullable Tensor logits,
      @Nullable Tensor placedLogits,
      Runnable work) {}

  /**
   * A step of some streams.
   *
   * @param parameters in the engine's memory, which do not change any more
   * @param rowRoom most rows in a step
   */
  public DeviceStep(
      Transformer model,
      Parameters parameters,
      TransformerStep.Ends ends,
      int streams,
      int rowRoom,
      Engine engine) {
    config = model.config();
    this.engine = engine;
    this.parameters = parameters;
    this.ends = ends;
    kernels = engine.kernels(0);
    int heads = config.numHeads();
    int width = config.width();
    attention = new AttentionShape(heads, heads, 0, 1 / Math.sqrt(config.headDim()), 0);
    rows = new StepRows(streams, rowRoom);
    tokens = new int[rowRoom];
    for (TransformerBlock block : model.blocks) {
      int[] cache = {streams, heads, config.contextLength(), config.headDim()};
      blocks.add(
          new Block(
              block,
              pack(block.attention.qkv()),
              pack(block.attention.projection()),
              pack(block.expand),
              pack(block.contract),
              floats(cache),
              floats(cache)));
    }
    finalNorm = model.finalNorm;
    head = pack(ends.head(), null);
    mean = floats(rowRoom);
    deviation = floats(rowRoom);
    x = floats(rowRoom, width);
    other = floats(rowRoom, width);
    normed = floats(rowRoom, width);
    qkv = floats(rowRoom, 3 * width);
    hidden = floats(rowRoom, 4 * width);
    allLogits = floats(Math.max(streams, 1), ends.head().dim(0));
    state = floats(stateSize());
    noLogits = Tensor.zeros(DType.FLOAT32, streams, ends.head().dim(0));
  }

  private Tensor floats(int... shape) {
    return engine.zeros(DType.FLOAT32, shape);
  }

  private PackedLinear pack(Linear map) {
    return pack(parameters.value(map.weight()), value(map.bias()));
  }

  private PackedLinear pack(Tensor weight, @Nullable Tensor bias) {
    return kernels.steps().pack(weight, bias, WeightFormat.FLOAT32, StepKernels.Reading.STREAMED);
  }

  private @Nullable Tensor value(@Nullable Parameter parameter) {
    return parameter == null ? null : parameters.value(parameter);
  }

  @Override
  public void begin() {
    rows.clear();
  }

  @Override
  public int add(int stream, int position, int elements, int wanted) {
    return rows.add(stream, position, elements, wanted);
  }

  @Override
  public void embed(int row, int token) {
    tokens[row] = token;
  }

  @Override
  public void run() {
    int wanted = rows.numWanted();
    Pass pass =
        passes.computeIfAbsent(
            List.of(rows.rows(), wanted, rows.areMatrices() ? 1 : 0),
            key -> pass(key.get(0), key.get(1), key.get(2) == 1));
    int count = rows.rows();
    for (int row = 0; row < count; row++) {
      pass.integers.set((long) TOKEN * count + row, tokens[row]);
      pass.integers.set((long) POSITION * count + row, rows.positionOf(row));
      pass.integers.set((long) STREAM * count + row, rows.stream(rows.pieceOf(row)));
      pass.integers.set((long) WANTED * count + row, row < wanted ? rows.wanted(row) : 0);
    }
    pass.placed.copyFrom(pass.integers);
    pass.work.run();
    if (pass.logits != null && pass.placedLogits != null) {
      pass.logits.copyFrom(pass.placedLogits);
      logits = pass.logits;
    }
  }

  private Pass pass(int count, int wanted, boolean matrices) {
    Tensor integers = Tensor.zeros(DType.INT32, COLUMNS, count);
    Tensor placed = engine.zeros(DType.INT32, COLUMNS, count);
    Tensor placedLogits = null;
    if (wanted > 0) {
      boolean fits = wanted <= allLogits.dim(0);
      placedLogits = fits ? allLogits.slice(0, wanted) : floats(wanted, ends.head().dim(0));
    }
    Tensor out = placedLogits;
    Tensor host = out == null ? null : Tensor.zeros(DType.FLOAT32, out.shape());
    Views views = new Views(count, matrices);
    Runnable work =
        () -> {
          views.forward(placed);
          if (out != null) {
            views.logits(out, column(placed, WANTED).range(0, wanted));
          }
        };
    return new Pass(integers, placed, host, out, engine.repeatable(work));
  }

  private static Tensor column(Tensor integers, int which) {
    return integers.slice(which, which + 1).reshape(integers.dim(1));
  }

  /** The arrays of a step of so many rows. */
  private final class Views {
    private final int count;
    private final boolean matrices;
    private final Tensor stream;
    private final Tensor spare;
    private final Tensor normal;
    private final Tensor heads;
    private final Tensor wide;

    Views(int count, boolean matrices) {
      this.count = count;
      this.matrices = matrices;
      stream = x.slice(0, count);
      spare = other.slice(0, count);
      normal = normed.slice(0, count);
      heads = qkv.slice(0, count);
      wide = hidden.slice(0, count);
    }

    void forward(Tensor integers) {
      kernels.linear().embedding(stream, column(integers, TOKEN), ends.tokens());
      kernels.linear().embedding(spare, column(integers, POSITION), ends.positions());
      kernels.arrays().addScaled(stream, spare, 1);
      Tensor streams = column(integers, STREAM);
      Tensor times = column(integers, POSITION);
      for (Block block : blocks) {
        norm(normal, stream, block.model.norm1);
        product(heads, false, block.qkv, block.model.attention.qkv(), normal);
        kernels
            .caches()
            .cachedAttention(spare, block.keys, block.values, heads, streams, times, attention);
        product(stream, true, block.projection, block.model.attention.projection(), spare);
        norm(normal, stream, block.model.norm2);
        product(wide, false, block.expand, block.model.expand, normal);
        kernels.activations().gelu(wide, wide);
        product(stream, true, block.contract, block.model.contract, wide);
      }
    }

    void logits(Tensor out, Tensor wanted) {
      int many = out.dim(0);
      Tensor chosen = other.slice(0, many);
      Tensor last = normed.slice(0, many);
      kernels.linear().embedding(chosen, wanted, stream);
      norm(last, chosen, finalNorm);
      kernels.steps().product(Rows.of(out), null, head, Rows.of(last), many);
    }

    private void norm(Tensor y, Tensor from, LayerNorm norm) {
      int many = y.dim(0);
      kernels
          .attention()
          .layerNorm(
              y,
              mean.slice(0, many),
              deviation.slice(0, many),
              from,
              parameters.value(norm.gain()),
              value(norm.bias()),
              LayerNorm.EPSILON);
    }

    /** Long pieces are multiplied as matrices. */
    private void product(Tensor y, boolean add, PackedLinear packed, Linear map, Tensor from) {
      if (matrices) {
        Tensor weight = parameters.value(map.weight());
        kernels.linear().linear(y, from, weight, value(map.bias()), add ? y : null);
      } else {
        Rows out = Rows.of(y);
        kernels.steps().product(out, add ? out : null, packed, Rows.of(from), count);
      }
    }
  }

  @Override
  public Tensor logits() {
    return logits == null ? noLogits : logits;
  }

  @Override
  public void fork(int from, int to) {
    if (from != to) {
      for (Block block : blocks) {
        copyStream(block.keys, from, to);
        copyStream(block.values, from, to);
      }
    }
  }

  private void copyStream(Tensor cache, int from, int to) {
    kernels.arrays().copy(cache.slice(to, to + 1), cache.slice(from, from + 1));
  }

  /** What a stream has seen is overwritten as it goes on. */
  @Override
  public void reset(int stream) {}

  @Override
  public void truncate(int stream, int position) {}

  @Override
  public int stateSize() {
    return 2 * config.numLayers() * config.numHeads() * config.headDim();
  }

  @Override
  public long stateBytes() {
    return 4L * stateSize();
  }

  @Override
  public void readState(int stream, int position, Tensor to) {
    eachCache(stream, position, (own, kept) -> copyHeads(own, kept));
    to.copyFrom(state);
  }

  @Override
  public void writeState(int stream, int position, Tensor from) {
    state.copyFrom(from);
    eachCache(stream, position, (own, kept) -> copyHeads(kept, own));
  }

  private void copyHeads(Rows to, Rows from) {
    kernels.steps().copyRows(to, from, config.numHeads(), config.headDim());
  }

  /** What is done with the heads of a position, where they stand in a state and in a cache. */
  private interface OfHeads {
    void at(Rows state, Rows cache);
  }

  private void eachCache(int stream, int position, OfHeads action) {
    int size = config.headDim();
    long capacity = config.contextLength();
    long first = ((long) stream * config.numHeads() * capacity + position) * size;
    long at = 0;
    for (Block block : blocks) {
      action.at(new Rows(state, at, 2L * size), new Rows(block.keys, first, capacity * size));
      action.at(
          new Rows(state, at + size, 2L * size), new Rows(block.values, first, capacity * size));
      at += 2L * size * config.numHeads();
    }
  }

  @Override
  public int earliest(int stream) {
    return 0;
  }
}
