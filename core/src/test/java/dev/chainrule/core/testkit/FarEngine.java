package dev.chainrule.core.testkit;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Memory;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.array.TensorMemory;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.Rows;
import dev.chainrule.core.kernel.reference.ReferenceKernels;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A device engine without a device: the reference operations on memory that refuses every access of
 * the host, which stands in for a GPU's. Addresses of its tensors lead nowhere, and what passes
 * between the two memories is counted, so that whatever runs on it would run on a device.
 */
public final class FarEngine implements Engine {
  /** Moves addresses out of the process's memory: following one by hand ends the program. */
  private static final long FAR = 1L << 62;

  private final Far memory = new Far();
  private final Kernels kernels = (Kernels) near(new ReferenceKernels(), Kernels.class);

  private long allocatedBytes;
  private long uploads;
  private long uploadedElements;
  private long downloads;
  private long downloadedElements;

  /** Memory out of the host's reach. */
  private final class Far implements TensorMemory {
    private final List<MemorySegment> alive = new ArrayList<>();

    @Override
    public String name() {
      return "far memory";
    }

    @Override
    public MemorySegment allocate(long bytes) {
      allocatedBytes += bytes;
      MemorySegment near = Memory.allocate(bytes);
      alive.add(near);
      return MemorySegment.ofAddress(near.address() + FAR).reinterpret(near.byteSize());
    }

    @Override
    public void upload(Tensor to, Tensor host) {
      uploads++;
      uploadedElements += host.size();
      near(to).copyFrom(host);
    }

    @Override
    public void download(Tensor host, Tensor from) {
      downloads++;
      downloadedElements += from.size();
      host.copyFrom(near(from));
    }
  }

  @Override
  public String name() {
    return "far";
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

  /** Bytes of the device's memory that were asked for so far. */
  public long allocatedBytes() {
    return allocatedBytes;
  }

  /** Transfers to the device so far. */
  public long uploads() {
    return uploads;
  }

  /** Elements in these. */
  public long uploadedElements() {
    return uploadedElements;
  }

  /** Transfers from the device so far, numbers that kernels return among them. */
  public long downloads() {
    return downloads;
  }

  /** Elements in these. */
  public long downloadedElements() {
    return downloadedElements;
  }

  /** Begins to count anew. */
  public void resetCounts() {
    uploads = 0;
    uploadedElements = 0;
    downloads = 0;
    downloadedElements = 0;
  }

  /**
   * Kernels whose tensors are far; only they can follow the addresses. The families that they give
   * are such kernels too.
   */
  private Object near(Object target, Class<?> type) {
    Map<String, Object> families = new HashMap<>();
    return Proxy.newProxyInstance(
        FarEngine.class.getClassLoader(),
        new Class<?>[] {type},
        (proxy, method, arguments) -> {
          if (type == Kernels.class && method.getReturnType().isInterface()) {
            Object family = families.get(method.getName());
            if (family == null) {
              family = near(method.invoke(target), method.getReturnType());
              families.put(method.getName(), family);
            }
            return family;
          }
          Object[] moved = arguments == null ? new Object[0] : arguments.clone();
          for (int i = 0; i < moved.length; i++) {
            moved[i] = moved(method.getName(), moved[i]);
          }
          try {
            Object result = method.invoke(target, moved);
            if (result instanceof Double) {
              downloads++;
              downloadedElements++;
            }
            return result;
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        });
  }

  private Object moved(String operation, Object argument) {
    return switch (argument) {
      case null -> null;
      case Tensor tensor -> own(operation, tensor);
      case Rows rows -> new Rows(own(operation, rows.tensor()), rows.at(0), rows.stride());
      default -> argument;
    };
  }

  private Tensor own(String operation, Tensor tensor) {
    if (tensor.memory() != memory) {
      throw new IllegalStateException(
          "%s on %s in %s, expected it on the engine"
              .formatted(operation, tensor, tensor.memory().name()));
    }
    return near(tensor);
  }

  private static Tensor near(Tensor far) {
    DType dtype = far.dtype();
    MemorySegment segment =
        MemorySegment.ofAddress(far.address() - FAR).reinterpret(far.size() * dtype.bytes());
    return Tensor.over(segment, dtype, far.shape());
  }
}
