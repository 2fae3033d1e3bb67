package dev.chainrule.core.nn.transformer;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.Rows;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One step of incremental evaluation in an engine's own memory, by its operations on tensors. What
 * differs from step to step is in one array of integers, which goes there at the beginning; at the
 * end the logits that are wanted come back. All between is the same for the same number of rows,
 * and {@link Engine#repeatable}. Keys and values have room for all times from the beginning.
 */
public final class DeviceStep implements TokenStep {
  /** What there is an integer of for each row. */
  private static final int TOKEN = 0;

  private static final int POSITION = 1;
  private static final int STREAM = 2;

  /** The rows whose logits are wanted, the others after them 0. */
  private static final int WANTED = 3;

  private static final int COLUMNS = 4;

  private final Engine engine;
  private final Kernels kernels;
  private final DeviceNetwork network;
  private final StepRows rows;
  private final int[] tokens;
  private final Map<List<Integer>, Pass> passes = new HashMap<>();
  private final Tensor state;
  private Tensor logits;

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

  private DeviceStep(Engine engine, DeviceNetwork network, int streams, int rowRoom) {
    this.engine = engine;
    this.network = network;
    kernels = engine.kernels(0);
    rows = new StepRows(streams, rowRoom);
    tokens = new int[rowRoom];
    state = engine.zeros(DType.FLOAT32, stateSize());
    logits = Tensor.zeros(DType.FLOAT32, streams, network.vocabSize());
  }

  /**
   * A step of some streams of a transformer.
   *
   * @param parameters in the engine's memory, which do not change any more
   * @param rowRoom most rows in a step
   */
  public static DeviceStep of(
      Transformer model,
      Parameters parameters,
      TransformerStep.Ends ends,
      int streams,
      int rowRoom,
      Engine engine) {
    return new DeviceStep(
        engine,
        new DeviceTransformer(model, parameters, ends, streams, rowRoom, engine),
        streams,
        rowRoom);
  }

  /**
   * A step of some streams of the decoders that people have.
   *
   * @param weights float32 in the engine's memory, by the names of a decoder's parameters, which do
   *     not change any more
   * @param rowRoom most rows in a step
   */
  public static DeviceStep of(
      DecoderShape shape, Map<String, Tensor> weights, int streams, int rowRoom, Engine engine) {
    return new DeviceStep(
        engine, new DeviceBlocks(shape, weights, streams, rowRoom, engine), streams, rowRoom);
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
    DeviceNetwork.Step step =
        new DeviceNetwork.Step(
            count,
            matrices,
            column(placed, TOKEN),
            column(placed, POSITION),
            column(placed, STREAM));
    if (wanted == 0) {
      Runnable work = engine.repeatable(() -> network.forward(step));
      return new Pass(integers, placed, null, null, work);
    }
    Tensor out = engine.zeros(DType.FLOAT32, wanted, network.vocabSize());
    Tensor chosen = column(placed, WANTED).range(0, wanted);
    Runnable work =
        engine.repeatable(
            () -> {
              network.forward(step);
              network.logits(out, chosen);
            });
    return new Pass(integers, placed, Tensor.zeros(DType.FLOAT32, out.shape()), out, work);
  }

  private static Tensor column(Tensor integers, int which) {
    return integers.slice(which, which + 1).reshape(integers.dim(1));
  }

  @Override
  public Tensor logits() {
    return logits;
  }

  @Override
  public void fork(int from, int to) {
    if (from != to) {
      for (DeviceNetwork.KeyValues cache : network.caches()) {
        copyStream(cache.keys(), from, to);
        copyStream(cache.values(), from, to);
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
    int size = 0;
    for (DeviceNetwork.KeyValues cache : network.caches()) {
      size += 2 * cache.keys().dim(1) * cache.keys().dim(3);
    }
    return size;
  }

  @Override
  public long stateBytes() {
    return 4L * stateSize();
  }

  @Override
  public void readState(int stream, int position, Tensor to) {
    long at = 0;
    for (DeviceNetwork.KeyValues cache : network.caches()) {
      int heads = cache.keys().dim(1);
      int size = cache.keys().dim(3);
      copyHeads(inState(at, size), inCache(cache.keys(), stream, position), heads, size);
      copyHeads(inState(at + size, size), inCache(cache.values(), stream, position), heads, size);
      at += 2L * heads * size;
    }
    to.copyFrom(state);
  }

  @Override
  public void writeState(int stream, int position, Tensor from) {
    state.copyFrom(from);
    long at = 0;
    for (DeviceNetwork.KeyValues cache : network.caches()) {
      int heads = cache.keys().dim(1);
      int size = cache.keys().dim(3);
      copyHeads(inCache(cache.keys(), stream, position), inState(at, size), heads, size);
      copyHeads(inCache(cache.values(), stream, position), inState(at + size, size), heads, size);
      at += 2L * heads * size;
    }
  }

  private void copyHeads(Rows to, Rows from, int heads, int size) {
    kernels.steps().copyRows(to, from, heads, size);
  }

  /** A row for each head; keys and values of a head follow each other. */
  private Rows inState(long at, int size) {
    return new Rows(state, at, 2L * size);
  }

  private static Rows inCache(Tensor cache, int stream, int position) {
    long times = cache.dim(2);
    long first = ((long) stream * cache.dim(1) * times + position) * cache.dim(3);
    return new Rows(cache, first, times * cache.dim(3));
  }

  @Override
  public int earliest(int stream) {
    return 0;
  }
}
