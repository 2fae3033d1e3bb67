package dev.chainrule.core.kernel.cuda;

import static dev.chainrule.core.kernel.cuda.NativeCalls.INT;
import static dev.chainrule.core.kernel.cuda.NativeCalls.LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.stream.IntStream;

/**
 * CUDA's driver interface, the part that the engine uses. Every call is checked; a failure is one
 * sentence. Calls but those on devices ask for a context that is current on the calling thread.
 */
final class Driver {
  static final int OUT_OF_MEMORY = 2;
  private static final int NO_DEVICE = 100;

  /** The first driver for every architecture that is supported: CUDA 12.0. */
  static final int OLDEST = 12_000;

  private static final int WARP_SIZE = 10;
  private static final int MULTIPROCESSORS = 16;
  private static final int MAJOR = 75;
  private static final int MINOR = 76;

  private final NativeCalls calls;
  private final MethodHandle errorName;
  private final MethodHandle errorString;
  private final MethodHandle setCurrent;
  private final MethodHandle launch;
  private final MethodHandle toDevice;
  private final MethodHandle toHost;
  private final MethodHandle within;
  private final MethodHandle set32;
  private final MethodHandle synchronize;
  private final MethodHandle allocate;
  private final MethodHandle free;
  private final MethodHandle memoryInfo;
  private final int version;
  private final Graphs graphs;

  /** Loads the library and initialises it. */
  Driver(String library) {
    calls = new NativeCalls(library);
    errorName = calls.status("cuGetErrorName", INT, LONG);
    errorString = calls.status("cuGetErrorString", INT, LONG);
    setCurrent = calls.status("cuCtxSetCurrent", LONG);
    launch =
        calls.status("cuLaunchKernel", LONG, INT, INT, INT, INT, INT, INT, INT, LONG, LONG, LONG);
    toDevice = calls.status("cuMemcpyHtoDAsync_v2", LONG, LONG, LONG, LONG);
    toHost = calls.status("cuMemcpyDtoHAsync_v2", LONG, LONG, LONG, LONG);
    within = calls.status("cuMemcpyDtoDAsync_v2", LONG, LONG, LONG, LONG);
    set32 = calls.status("cuMemsetD32Async", LONG, INT, LONG, LONG);
    synchronize = calls.status("cuStreamSynchronize", LONG);
    allocate = calls.status("cuMemAlloc_v2", LONG, LONG);
    free = calls.status("cuMemFree_v2", LONG);
    graphs = new Graphs(this, calls);
    memoryInfo = calls.status("cuMemGetInfo_v2", LONG, LONG);
    try {
      check("cuInit", (int) calls.status("cuInit", INT).invokeExact(0));
    } catch (Throwable e) {
      throw NativeCalls.unexpected(e);
    }
    version = intOut("cuDriverGetVersion");
  }

  /** How calls of a stream become one. */
  Graphs graphs() {
    return graphs;
  }

  /** The CUDA version of the driver, 1000 major + 10 minor. */
  int version() {
    return version;
  }

  int deviceCount() {
    MethodHandle count = calls.status("cuDeviceGetCount", LONG);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(INT);
      int status = (int) count.invokeExact(out.address());
      if (status == NO_DEVICE) {
        return 0;
      }
      check("cuDeviceGetCount", status);
      return out.get(INT, 0);
    } catch (Throwable e) {
      throw NativeCalls.unexpected(e);
    }
  }

  /** All GPUs, by their numbers. */
  List<GpuInfo> gpus() {
    return IntStream.range(0, deviceCount()).mapToObj(this::info).toList();
  }

  /** What a GPU is. */
  GpuInfo info(int ordinal) {
    MethodHandle get = calls.status("cuDeviceGet", LONG, INT);
    MethodHandle name = calls.status("cuDeviceGetName", LONG, INT, INT);
    MethodHandle total = calls.status("cuDeviceTotalMem_v2", LONG, INT);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(256, 8);
      check("cuDeviceGet", (int) get.invokeExact(out.address(), ordinal));
      int device = out.get(INT, 0);
      check("cuDeviceGetName", (int) name.invokeExact(out.address(), 256, device));
      String called = out.getString(0);
      check("cuDeviceTotalMem", (int) total.invokeExact(out.address(), device));
      long bytes = out.get(LONG, 0);
      int capability = 10 * attribute(device, MAJOR) + attribute(device, MINOR);
      int warp = attribute(device, WARP_SIZE);
      if (warp != 32) {
        throw new IllegalStateException("warps of %d threads, expected 32".formatted(warp));
      }
      return new GpuInfo(
          ordinal, device, called, capability, attribute(device, MULTIPROCESSORS), bytes);
    } catch (Throwable e) {
      throw NativeCalls.unexpected(e);
    }
  }

  private int attribute(int device, int which) {
    MethodHandle get = calls.status("cuDeviceGetAttribute", LONG, INT, INT);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(INT);
      check("cuDeviceGetAttribute", (int) get.invokeExact(out.address(), which, device));
      return out.get(INT, 0);
    } catch (Throwable e) {
      throw NativeCalls.unexpected(e);
    }
  }

  /** The context of a device, which all users of it in this process share. */
  long retainContext(int device) {
    return handleOut("cuDevicePrimaryCtxRetain", device);
  }

  void releaseContext(int device) {
    try {
      MethodHandle release = calls.status("cuDevicePrimaryCtxRelease_v2", INT);
      check("cuDevicePrimaryCtxRelease", (int) release.invokeExact(device));
    } catch (Throwable e) {
      throw NativeCalls.unexpected(e);
    }
  }

  /** Makes a context that of the calling thread. */
  void setCurrent(long context) {
    try {
      check("cuCtxSetCurrent", (int) setCurrent.invokeExact(context));
    } catch (Throwable e) {
      throw NativeCalls.unexpected(e);
    }
  }

  /** A stream that does not wait for the default stream. */
  long createStream() {
    return handleOut("cuStreamCreate", 1);
  }

  void synchronize(long stream) {
    try {
      check("cuStreamSynchronize", (int) synchronize.invokeExact(stream));
    } catch (Throwable e) {
      throw NativeCalls.unexpected(e);
    }
  }

  /** Device memory, or 0 if there is not enough. */
  long allocate(long bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(LONG);
      int status = (int) allocate.invokeExact(out.address(), bytes);
      if (status == OUT_OF_MEMORY) {
        return 0;
      }
      check("cuMemAlloc", status);
      return out.get(LONG, 0);
    } catch (Throwable e) {
      throw NativeCalls.unexpected(e);
    }
  }

  void free(long pointer) {
    try {
      check("cuMemFree", (int) free.invokeExact(pointer));
    } catch (Throwable e) {
      throw NativeCalls.unexpected(e);
    }
  }

  /** Bytes of the GPU's memory that nobody holds. */
  long freeMemory() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(LONG, 2);
      check("cuMemGetInfo", (int) memoryInfo.invokeExact(out.address(), out.address() + 8));
      return out.get(LONG, 0);
    } catch (Throwable e) {
      throw NativeCalls.unexpected(e);
    }
  }

  void copyToDevice(long to, long from, long bytes, long stream) {
    try {
      check("cuMemcpyHtoDAsync", (int) toDevice.invokeExact(to, from, bytes, stream));
    } catch (Throwable e) {
      throw NativeCalls.unexpected(e);
    }
  }

  void copyToHost(long to, long from, long bytes, long stream) {
    try {
      check("cuMemcpyDtoHAsync", (int) toHost.invokeExact(to, from, bytes, stream));
    } catch (Throwable e) {
      throw NativeCalls.unexpected(e);
    }
  }

  void copyWithin(long to, long from, long bytes, long stream) {
    try {
      check("cuMemcpyDtoDAsync", (int) within.invokeExact(to, from, bytes, stream));
    } catch (Throwable e) {
      throw NativeCalls.unexpected(e);
    }
  }

  /** Sets {@code count} words of 32 bits. */
  void set(long to, int word, long count, long stream) {
    try {
      check("cuMemsetD32Async", (int) set32.invokeExact(to, word, count, stream));
    } catch (Throwable e) {
      throw NativeCalls.unexpected(e);
    }
  }

  /** A module of compiled kernels. */
  long loadModule(byte[] cubin) {
    MethodHandle load = calls.status("cuModuleLoadData", LONG, LONG);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(LONG);
      MemorySegment image = arena.allocate(cubin.length, 16).copyFrom(MemorySegment.ofArray(cubin));
      check("cuModuleLoadData", (int) load.invokeExact(out.address(), image.address()));
      return out.get(LONG, 0);
    } catch (Throwable e) {
      throw NativeCalls.unexpected(e);
    }
  }

  /** A kernel of a module. */
  long function(long module, String name) {
    MethodHandle get = calls.status("cuModuleGetFunction", LONG, LONG, LONG);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(LONG);
      long text = arena.allocateFrom(name).address();
      int status = (int) get.invokeExact(out.address(), module, text);
      check("cuModuleGetFunction of " + name, status);
      return out.get(LONG, 0);
    } catch (Throwable e) {
      throw NativeCalls.unexpected(e);
    }
  }

  /** Puts a kernel into a stream, {@code arguments} being an array of pointers to its arguments. */
  void launch(
      Kernel kernel, long function, int x, int y, int z, int shared, long stream, long arguments) {
    try {
      int status =
          (int)
              launch.invokeExact(
                  function, x, y, z, kernel.group(), 1, 1, shared, stream, arguments, 0L);
      if (status != 0) {
        check("kernel %s on %d x %d x %d groups".formatted(kernel.name(), x, y, z), status);
      }
    } catch (Throwable e) {
      throw NativeCalls.unexpected(e);
    }
  }

  private int intOut(String function) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(INT);
      check(function, (int) calls.status(function, LONG).invokeExact(out.address()));
      return out.get(INT, 0);
    } catch (Throwable e) {
      throw NativeCalls.unexpected(e);
    }
  }

  private long handleOut(String function, int argument) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(LONG);
      MethodHandle call = calls.status(function, LONG, INT);
      check(function, (int) call.invokeExact(out.address(), argument));
      return out.get(LONG, 0);
    } catch (Throwable e) {
      throw NativeCalls.unexpected(e);
    }
  }

  void check(String what, int status) {
    if (status != 0) {
      throw new CudaException(
          status,
          "%s failed on the GPU: %s (%s)"
              .formatted(what, text(errorString, status), text(errorName, status)));
    }
  }

  private static String text(MethodHandle function, int status) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(LONG);
      int found = (int) function.invokeExact(status, out.address());
      long address = out.get(LONG, 0);
      return found != 0 || address == 0
          ? "status " + status
          : MemorySegment.ofAddress(address).reinterpret(4096).getString(0);
    } catch (Throwable e) {
      throw NativeCalls.unexpected(e);
    }
  }
}
