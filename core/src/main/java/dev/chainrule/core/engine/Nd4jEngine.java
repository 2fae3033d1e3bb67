package dev.chainrule.core.engine;

import dev.chainrule.core.array.ArrayMemory;
import dev.chainrule.core.array.TensorMemory;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.nd4j.Nd4jKernels;

/** ND4J's operations on ND4J's own memory, as its backend for GPUs needs it: one worker. */
public final class Nd4jEngine implements Engine {
  private final ArrayMemory memory = new ArrayMemory();
  private final Kernels kernels = new Nd4jKernels();

  @Override
  public String name() {
    return kernels.name();
  }

  @Override
  public TensorMemory memory() {
    return memory;
  }

  @Override
  public Kernels kernels(int worker) {
    return kernels;
  }

  @Override
  public void close() {}
}
