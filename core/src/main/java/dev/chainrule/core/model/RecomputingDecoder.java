package dev.chainrule.core.model;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.engine.Engine;

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
  private final Tensor conditional;
  private boolean stale = true;

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
  @SuppressWarnings("unchecked") // a B with other elements is a B
  public RecomputingDecoder(AutoregressiveModel<B> model, Engine engine, B streams, int capacity) {
    this.model = model;
    this.capacity = capacity;
    tape = Tape.evaluation(engine, model.parameters().snapshot(engine));
    elements = Tensor.zeros(streams.elements().dtype(), streams.elements().shape());
    elements.copyFrom(streams.elements());
    batch = (B) streams.withElements(elements);
    elementSize = Math.toIntExact(elements.size() / ((long) batch.size() * batch.length()));
    positions = new int[batch.size()];
    tape.begin();
    int width = model.conditionals(tape, batch).value().dim(-1);
    conditional = Tensor.zeros(model.parameters().dtype(), batch.size(), width);
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
    stale = true;
  }

  @Override
  public void fork(int from, int to) {
    long size = (long) batch.length() * elementSize;
    elements.part(to * size, size).copyFrom(elements.part(from * size, size));
    positions[to] = positions[from];
    stale = true;
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
    stale = true;
  }

  @Override
  public Tensor conditional() {
    if (stale) {
      compute();
      stale = false;
    }
    return conditional;
  }

  private void compute() {
    tape.begin();
    Tensor all = model.conditionals(tape, batch).value();
    int width = conditional.dim(1);
    int given = model.givenElements();
    for (int s = 0; s < streams(); s++) {
      int row = positions[s] - given;
      int rows = batch.length() - given;
      if (row < 0 || row >= rows) {
        continue;
      }
      Tensor predicted = all.part(((long) s * rows + row) * width, width);
      conditional.part((long) s * width, width).copyFrom(predicted);
    }
  }
}
