package dev.chainrule.core.kernel.reference;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.Rows;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Operations of the host on tensors that may lie in a device's memory: each is copied to the host,
 * and copied back where the operation has changed it. Tensors of the host are passed as they are.
 */
public final class HostCopies implements InvocationHandler {
  private final Object host;

  private HostCopies(Object host) {
    this.host = host;
  }

  /**
   * Wraps a family of operations.
   *
   * @param family its interface
   */
  public static <T> T of(Class<T> family, T host) {
    return family.cast(
        Proxy.newProxyInstance(
            HostCopies.class.getClassLoader(), new Class<?>[] {family}, new HostCopies(host)));
  }

  /** A tensor of a device, what the operation gets in its place, and what that was. */
  private record Copy(Tensor device, Tensor host, Tensor before) {}

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    Object[] moved = arguments == null ? new Object[0] : arguments.clone();
    List<Copy> copies = new ArrayList<>();
    for (int i = 0; i < moved.length; i++) {
      if (moved[i] instanceof Tensor tensor) {
        moved[i] = toHost(tensor, copies);
      } else if (moved[i] instanceof Rows rows) {
        moved[i] = new Rows(toHost(rows.tensor(), copies), rows.at(0), rows.stride());
      }
    }
    try {
      Object result = method.invoke(host, moved);
      for (Copy copy : copies) {
        if (copy.host.segment().mismatch(copy.before.segment()) >= 0) {
          copy.device.copyFrom(copy.host);
        }
      }
      return result;
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /** The same tensor, or a view of the same numbers, gets the same copy. */
  private static Tensor toHost(Tensor tensor, List<Copy> copies) {
    if (tensor.onHost()) {
      return tensor;
    }
    for (Copy copy : copies) {
      if (copy.device.address() == tensor.address() && copy.device.size() == tensor.size()) {
        return copy.host.reshape(tensor.shape());
      }
    }
    Tensor host = tensor.host();
    Tensor before = Tensor.zeros(host.dtype(), host.shape());
    before.copyFrom(host);
    copies.add(new Copy(tensor, host, before));
    return host;
  }
}
