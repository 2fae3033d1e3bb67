package dev.chainrule.core.kernel.cuda;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.Kernels;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Kernels on tensors of the host, by those of a device: every argument is copied into memory of its
 * own that ends where the driver says, begins at any multiple of four bytes, and comes back.
 */
final class OnDevice implements InvocationHandler {
  private final Gpu gpu;
  private final Kernels kernels;
  private int calls;

  private OnDevice(Gpu gpu, Kernels kernels) {
    this.gpu = gpu;
    this.kernels = kernels;
  }

  static Kernels wrap(Gpu gpu, Kernels kernels) {
    return (Kernels)
        Proxy.newProxyInstance(
            OnDevice.class.getClassLoader(),
            new Class<?>[] {Kernels.class},
            new OnDevice(gpu, kernels));
  }

  /** A copy on the device of a tensor of the host. */
  private record Copy(long block, Tensor tensor) {}

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    if (arguments == null) {
      return method.invoke(kernels);
    }
    Map<Tensor, Copy> copies = new IdentityHashMap<>();
    Object[] moved = arguments.clone();
    calls++;
    try {
      for (int i = 0; i < moved.length; i++) {
        if (moved[i] instanceof Tensor host) {
          moved[i] = copies.computeIfAbsent(host, this::upload).tensor();
        }
      }
      Object result = method.invoke(kernels, moved);
      copies.forEach((host, copy) -> gpu.download(host.segment(), copy.tensor().address()));
      return result;
    } catch (InvocationTargetException e) {
      throw e.getCause();
    } finally {
      copies.values().forEach(copy -> gpu.driver().free(copy.block()));
    }
  }

  private Copy upload(Tensor host) {
    gpu.enter();
    long offset = 4L * (calls % 4);
    long bytes = host.segment().byteSize();
    long block = gpu.driver().allocate(offset + Math.max(4, bytes));
    MemorySegment memory = MemorySegment.ofAddress(block + offset).reinterpret(bytes);
    gpu.upload(block + offset, host.segment());
    return new Copy(block, Tensor.over(gpu.memory(), memory, host.dtype(), host.shape()));
  }
}
