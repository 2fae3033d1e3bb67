package dev.chainrule.core.train;

import dev.chainrule.core.engine.DeviceMemoryException;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.model.AutoregressiveModel;
import dev.chainrule.core.model.Batch;

/**
 * What would fit into a device's memory where training did not: found by trying, since that is what
 * the operations themselves then say.
 */
final class MemoryAdvice {
  private MemoryAdvice() {}

  /** The end of a sentence that says what was wanted and what is there. */
  static <B extends Batch> String of(
      AutoregressiveModel<B> model, Engine engine, TrainConfig config, BatchSource<B> batches) {
    B batch = batches.at(0);
    int atOnce = Math.min(config.microBatch(), batch.size());
    for (int fewer = atOnce / 2; fewer > 0; fewer /= 2) {
      if (fits(model, engine, batch, fewer)) {
        return "; %d sequences at once were too many, and %d fit: --micro-batch %d"
            .formatted(atOnce, fewer, fewer);
      }
    }
    return "; not even one sequence at a time fits: a smaller model or a shorter context needs"
        + " less";
  }

  @SuppressWarnings("unchecked") // a slice of a B is a B
  private static <B extends Batch> boolean fits(
      AutoregressiveModel<B> model, Engine engine, B batch, int sequences) {
    try {
      new ParallelGradients<>(model, engine, sequences, Peers.NONE)
          .add((B) batch.slice(0, sequences), 0, 1.0 / sequences);
      return true;
    } catch (DeviceMemoryException e) {
      return false;
    }
  }
}
