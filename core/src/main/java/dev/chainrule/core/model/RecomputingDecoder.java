package dev.chainrule.core.model;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.engine.Engine;
import org.jspecify.annotations.Nullable;

/**
 * Incremental evaluation of any model on any engine: every conditional is computed by a pass over
 * the whole sequence, of which one row is used. What sampling costs without caches, and what faster
 * decoders are held against.
 */
public final class RecomputingDecoder<B extends Batch> implements Decoder {
  private final AutoregressiveModel<B> model;
  private final Tape tape;
  private final B batch;
  private final Tensor elements;
  private final int elementSize;
  private final int capacity;
  private final int[] positions;

  /** Of the present positions; null where elements came since. */
  private @Nullable Tensor conditional;

  /**
   * A decoder.
   *
   * @param streams a batch of S sequences with their conditions; its length is the decoder's
   *     capacity, and elements that were not fed yet stand in their place
   */
  public RecomputingDecoder(AutoregressiveModel<B> model, Engine engine, B streams) {
    this(model, engine, streams, streams.length());
  }

  /**
   * A decoder that is fed less than its sequences' length, so that the conditional after the last
   * element that it can be fed is there too.
   */
  public RecomputingDecoder(AutoregressiveModel<B> model, Engine engine, B streams, int capacity) {
    this(model, engine, model.parameters().snapshot(engine), streams, capacity);
  }

  /**
   * A decoder for a snapshot that was taken before: several may share it.
   *
   * @param kept the model's parameters in the engine's memory, which do not change any more
   */
  @SuppressWarnings("unchecked") // a B with other elements is a B
  public RecomputingDecoder(
      AutoregressiveModel<B> model, Engine engine, Parameters kept, B streams, int capacity) {
    this.model = model;
    this.capacity = capacity;
    tape = Tape.evaluation(engine, kept);
    elements = Tensor.zeros(streams.elements().dtype(), streams.elements().shape());
    elements.copyFrom(streams.elements());
    batch = (B) streams.withElements(elements);
    elementSize = Math.toIntExact(elements.size() / ((long) batch.size() * batch.length()));
    positions = new int[batch.size()];
  }

  @Override
  public int streams() {
    return positions.length;
  }

  @Override
  public int position(int stream) {
    return positions[stream];
  }

  @Override
  public int capacity() {
    return capacity;
  }

  @Override
  public void reset(int stream) {
    positions[stream] = 0;
    conditional = null;
  }

  @Override
  public void fork(int from, int to) {
    long size = (long) batch.length() * elementSize;
    elements.part(to * size, size).copyFrom(elements.part(from * size, size));
    positions[to] = positions[from];
    conditional = null;
  }

  @Override
  public void feed(Tensor next) {
    for (int s = 0; s < streams(); s++) {
      if (positions[s] == capacity()) {
        throw new IllegalStateException("all %d elements were fed".formatted(capacity()));
      }
    }
    for (int s = 0; s < streams(); s++) {
      long at = ((long) s * batch.length() + positions[s]++) * elementSize;
      for (int d = 0; d < elementSize; d++) {
        elements.set(at + d, next.get((long) s * elementSize + d));
      }
    }
    conditional = null;
  }

  @Override
  public Tensor conditional() {
    Tensor rows = conditional;
    if (rows == null) {
      rows = compute();
      conditional = rows;
    }
    return rows;
  }

  private Tensor compute() {
    tape.begin();
    Tensor all = model.conditionals(tape, batch).value();
    int width = all.dim(-1);
    int given = model.givenElements();
    int rows = batch.length() - given;
    Tensor chosen = Tensor.zeros(all.dtype(), streams(), width);
    for (int s = 0; s < streams(); s++) {
      int row = positions[s] - given;
      if (row >= 0 && row < rows) {
        Tensor predicted = all.part(((long) s * rows + row) * width, width);
        chosen.part((long) s * width, width).copyFrom(predicted);
      }
    }
    return chosen;
  }
}
