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
  private final Object target;
  private int calls;

  private OnDevice(Gpu gpu, Object target) {
    this.gpu = gpu;
    this.target = target;
  }

  static Kernels wrap(Gpu gpu, Kernels kernels) {
    return (Kernels) wrap(gpu, kernels, Kernels.class);
  }

  private static Object wrap(Gpu gpu, Object target, Class<?> type) {
    return Proxy.newProxyInstance(
        OnDevice.class.getClassLoader(), new Class<?>[] {type}, new OnDevice(gpu, target));
  }

  /** A copy on the device of a tensor of the host. */
  private record Copy(long block, Tensor tensor) {}

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    if (arguments == null) {
      Object result = method.invoke(target);
      // A family's operations take tensors of the host too.
      return method.getReturnType().isInterface()
          ? wrap(gpu, result, method.getReturnType())
          : result;
    }
    Map<Tensor, Copy> copies = new IdentityHashMap<>();
    Object[] moved = arguments.clone();
    calls++;
    try {
      for (int i = 0; i < moved.length; i++) {
        if (moved[i] instanceof Tensor host) {
          moved[i] = copies.computeIfAbsent(host, this::upload).tensor();
        } else if (moved[i] instanceof dev.chainrule.core.kernel.Rows rows) {
          Tensor there = copies.computeIfAbsent(rows.tensor(), this::upload).tensor();
          moved[i] = new dev.chainrule.core.kernel.Rows(there, rows.at(0), rows.stride());
        }
      }
      Object result = method.invoke(target, moved);
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
