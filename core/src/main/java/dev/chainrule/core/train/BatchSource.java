package dev.chainrule.core.train;

import dev.chainrule.core.model.Batch;

/** Training batches by number. A run is resumed by its number alone if this is a pure function. */
@FunctionalInterface
public interface BatchSource<B extends Batch> {
  /** Batch number i from 0; its memory may be used again for the next. */
  B at(long i);
}
