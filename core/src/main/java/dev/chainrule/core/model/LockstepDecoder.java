package dev.chainrule.core.model;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import java.util.Arrays;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A decoder over streams that are computed in step. As long as all stand at the same place they are
 * fed together; once one was reset alone or forked, each goes on by itself, from the elements that
 * it was fed, until all are reset.
 */
public final class LockstepDecoder implements Decoder {
  private final Lockstep together;
  private final IntFunction<? extends Lockstep> alone;
  private final int[] positions;

  /** All elements fed [capacity, S]. */
  private final Tensor history;

  /** One of a single stream for each, where they do not stand at the same place. */
  private @Nullable Lockstep @Nullable [] single;

  private final Tensor one;
  private @Nullable Tensor conditional;

  /**
   * A decoder of elements that are one number each.
   *
   * @param together all streams
   * @param alone makes one of a single stream, with the conditions of a stream's number
   */
  public LockstepDecoder(Lockstep together, IntFunction<? extends Lockstep> alone, DType elements) {
    this.together = together;
    this.alone = alone;
    positions = new int[together.streams()];
    history = Tensor.zeros(elements, together.capacity(), together.streams());
    one = Tensor.zeros(elements, 1);
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
    return together.capacity();
  }

  @Override
  public void reset() {
    Arrays.fill(positions, 0);
    single = null;
    together.reset();
  }

  @Override
  public void reset(int stream) {
    if (positions[stream] > 0) {
      if (streams() == 1) {
        reset();
        return;
      }
      positions[stream] = 0;
      replay(apart(), stream);
    }
  }

  @Override
  public void fork(int from, int to) {
    if (from == to) {
      return;
    }
    for (int t = 0; t < positions[from]; t++) {
      history.set(at(t, to), history.get(at(t, from)));
    }
    positions[to] = positions[from];
    replay(apart(), to);
  }

  private long at(int t, int stream) {
    return (long) t * streams() + stream;
  }

  /** A single one for each stream. */
  private @Nullable Lockstep[] apart() {
    @Nullable Lockstep[] each = single;
    if (each == null) {
      each = new Lockstep[streams()];
      single = each;
      for (int s = 0; s < streams(); s++) {
        replay(each, s);
      }
    }
    return each;
  }

  private void replay(@Nullable Lockstep[] each, int stream) {
    Lockstep step = each[stream];
    if (step == null) {
      step = alone.apply(stream);
      each[stream] = step;
    } else {
      step.reset();
    }
    for (int t = 0; t < positions[stream]; t++) {
      one.set(0, history.get(at(t, stream)));
      step.feed(one);
    }
  }

  @Override
  public void feed(Tensor elements) {
    for (int position : positions) {
      if (position >= capacity()) {
        throw new IllegalStateException("all %d elements were fed".formatted(capacity()));
      }
    }
    @Nullable Lockstep[] each = single;
    for (int s = 0; s < streams(); s++) {
      history.set(at(positions[s]++, s), elements.get(s));
      Lockstep step = each == null ? null : each[s];
      if (step != null) {
        one.set(0, elements.get(s));
        step.feed(one);
      }
    }
    if (each == null) {
      together.feed(elements);
    }
  }

  @Override
  public Tensor conditional() {
    @Nullable Lockstep[] each = single;
    if (each == null) {
      return together.conditional();
    }
    Tensor rows = conditional;
    for (int s = 0; s < streams(); s++) {
      Lockstep step = each[s];
      if (step != null && positions[s] < capacity()) {
        Tensor row = step.conditional();
        if (rows == null) {
          rows = Tensor.zeros(row.dtype(), streams(), row.dim(-1));
          conditional = rows;
        }
        rows.slice(s, s + 1).copyFrom(row);
      }
    }
    if (rows == null) {
      throw new IllegalStateException("all %d elements were fed".formatted(capacity()));
    }
    return rows;
  }
}
