package dev.chainrule.core.kernel.cuda;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.array.TensorMemory;
import java.lang.foreign.MemorySegment;

/** The memory of one GPU, as tensors lie in it. */
final class CudaMemory implements TensorMemory {
  private final Gpu gpu;

  CudaMemory(Gpu gpu) {
    this.gpu = gpu;
  }

  @Override
  public String name() {
    return "the memory of GPU " + gpu.info().ordinal();
  }

  @Override
  public MemorySegment allocate(long bytes) {
    gpu.requireNoCapture("an allocation");
    MemorySegment segment = gpu.pool().segment(Math.ceilDiv(Math.max(bytes, 64), 64) * 64);
    gpu.set(segment.address(), 0, segment.byteSize() / 4);
    return segment;
  }

  @Override
  public void upload(Tensor to, Tensor host) {
    gpu.upload(to.address(), host.segment());
  }

  @Override
  public void download(Tensor host, Tensor from) {
    gpu.download(host.segment(), from.address());
  }
}
