package dev.chainrule.core.engine;

import dev.chainrule.base.parallel.Workers;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.array.TensorMemory;
import dev.chainrule.core.kernel.Kernels;

/**
 * Where and how things are computed: a memory, the operations on it, and the workers that run them
 * beside each other. Tensors, tapes, optimisers and decoders belong to an engine, and nothing else
 * names threads or kernels.
 *
 * <p>A processor has as many workers as it was given threads, each with kernels of its own; a
 * device has one, whose kernels are parallel inside. One thread at a time drives an engine.
 */
public interface Engine extends AutoCloseable {
  /** The name, as {@code --engine} takes it. */
  String name();

  /** Where its tensors lie. */
  TensorMemory memory();

  /** Number of workers, at least 1; a device has one. */
  default int workers() {
    return 1;
  }

  /** The operations, for one worker's use. */
  Kernels kernels(int worker);

  /** Runs the parts of a task, one a worker, and returns when the last is done. */
  default void run(Workers.Task task) {
    task.run(0);
  }

  /**
   * One worker as an engine of its own, to be driven by the thread that runs this worker's part.
   */
  default Engine worker(int worker) {
    return this;
  }

  /** Ends its threads and frees what it holds. */
  @Override
  void close();

  /** Whether its tensors lie in the processor's memory, where code may follow their addresses. */
  default boolean onHost() {
    return memory() == TensorMemory.HOST;
  }

  /** A new zeroed array in its memory. */
  default Tensor zeros(DType dtype, int... shape) {
    return Tensor.zeros(memory(), dtype, shape);
  }

  /** A copy of a host's array in its memory; where that is the host's, the array itself. */
  default Tensor place(Tensor host) {
    if (host.memory() == memory()) {
      return host;
    }
    Tensor placed = zeros(host.dtype(), host.shape());
    placed.copyFrom(host);
    return placed;
  }

  /**
   * Work that is done again and again, made ready: it calls the same operations on the same arrays
   * each time, moves nothing between memories, and asks for no number. A device may take it as one
   * piece, which saves the time of putting its calls together.
   */
  default Runnable repeatable(Runnable work) {
    return work;
  }

  /** The first of n things that a worker does when they are split evenly. */
  default long from(long n, int worker) {
    return n * worker / workers();
  }
}
