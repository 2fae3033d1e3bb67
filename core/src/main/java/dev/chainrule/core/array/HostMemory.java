package dev.chainrule.core.array;

import java.lang.foreign.MemorySegment;

/** The processor's memory: both sides of a transfer lie in it. */
final class HostMemory implements TensorMemory {
  @Override
  public String name() {
    return "the processor's memory";
  }

  @Override
  public MemorySegment allocate(long bytes) {
    return Memory.allocate(bytes);
  }

  @Override
  public void upload(Tensor to, Tensor host) {
    to.segment().copyFrom(host.segment());
  }

  @Override
  public void download(Tensor host, Tensor from) {
    upload(host, from);
  }
}
