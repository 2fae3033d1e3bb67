package dev.chainrule.core.autograd;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.array.TensorMemory;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * Blocks of memory for the gradients of one backward pass, each used again as soon as it is free.
 * Once the tape keeps its plan, no block is asked for any more and releases have no effect.
 */
final class GradientMemory {
  private final TensorMemory memory;
  private final List<MemorySegment> all = new ArrayList<>();
  private final List<MemorySegment> free = new ArrayList<>();
  private final IdentityHashMap<Tensor, MemorySegment> taken = new IdentityHashMap<>();

  GradientMemory(TensorMemory memory) {
    this.memory = memory;
  }

  /** Begins a new plan; all blocks are free. */
  void clear() {
    taken.clear();
    free.clear();
    free.addAll(all);
  }

  /** A gradient for this value, not initialised. */
  Tensor take(Tensor value) {
    long bytes = value.size() * value.dtype().bytes();
    MemorySegment block = takeBlock(bytes);
    Tensor gradient = Tensor.over(memory, block, value.dtype(), value.shape());
    taken.put(gradient, block);
    return gradient;
  }

  /** The last block freed that fits without wasting half of itself: it is likely still cached. */
  private MemorySegment takeBlock(long bytes) {
    for (int i = free.size() - 1; i >= 0; i--) {
      long size = free.get(i).byteSize();
      if (size >= bytes && size <= 2 * bytes + 4096) {
        return free.remove(i);
      }
    }
    MemorySegment block = memory.allocate(bytes);
    all.add(block);
    return block;
  }

  /** The block of one gradient becomes that of another value of the same size. */
  Tensor pass(Tensor gradient, Tensor value) {
    MemorySegment block = taken.remove(gradient);
    if (block == null) {
      throw new IllegalStateException("a gradient was passed on twice");
    }
    Tensor passed = Tensor.over(memory, block, value.dtype(), value.shape());
    taken.put(passed, block);
    return passed;
  }

  /** The gradient's block is free, unless it was passed on. */
  void release(Tensor gradient) {
    MemorySegment block = taken.remove(gradient);
    if (block != null) {
      free.add(block);
    }
  }
}
