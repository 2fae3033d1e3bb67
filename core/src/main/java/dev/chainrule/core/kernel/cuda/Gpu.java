package dev.chainrule.core.kernel.cuda;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * One GPU in use: its context, one stream, memory, compiled kernels. Used by one thread at a time,
 * but not by the same one always.
 */
final class Gpu implements AutoCloseable {
  /** Groups of 256 threads that a multiprocessor of 2,048 threads holds at once. */
  private static final int GROUPS_PER_MULTIPROCESSOR = 8;

  private final Driver driver;
  private final GpuInfo info;
  private final Programs programs;
  private final long context;
  private final long stream;
  private final Map<List<String>, Long> modules = new HashMap<>();
  private final DevicePool pool;
  private final CudaMemory memory;
  private final Launch launch;
  private final Queue<Long> discarded = new ConcurrentLinkedQueue<>();
  private long owner;
  private long scratchMoves;
  private boolean capturing;

  Gpu(CudaRuntime runtime, int ordinal) {
    this(
        runtime,
        ordinal,
        new Programs(
            runtime.compiler(), runtime.driver().info(ordinal).architecture(), runtime.cache()));
  }

  Gpu(CudaRuntime runtime, int ordinal, Programs programs) {
    this.programs = programs;
    driver = runtime.driver();
    info = driver.info(ordinal);
    if (!info.runsKernels()) {
      throw new IllegalArgumentException(
          "GPU %d is a %s of compute capability %s, expected %d.0 or later"
              .formatted(ordinal, info.name(), info.capabilityText(), GpuInfo.OLDEST / 10));
    }
    context = driver.retainContext(info.device());
    driver.setCurrent(context);
    owner = Thread.currentThread().threadId();
    stream = driver.createStream();
    pool = new DevicePool(this);
    memory = new CudaMemory(this);
    launch = new Launch(this);
  }

  Driver driver() {
    return driver;
  }

  GpuInfo info() {
    return info;
  }

  DevicePool pool() {
    return pool;
  }

  /** Where tensors on this GPU lie. */
  CudaMemory memory() {
    return memory;
  }

  Launch launch() {
    return launch;
  }

  /** The stream that all work goes to. */
  long stream() {
    return stream;
  }

  /** How many groups of threads keep this GPU busy. */
  int busyGroups() {
    return info.multiprocessors() * GROUPS_PER_MULTIPROCESSOR;
  }

  /** A kernel, compiled if it has not been yet. */
  long function(String file, String name, List<String> options) {
    enter();
    List<String> key = new ArrayList<>(options);
    key.add(file);
    long module =
        modules.computeIfAbsent(
            key, absent -> driver.loadModule(programs.machineCode(file, options)));
    return driver.function(module, name);
  }

  /** How often scratch memory has moved: a captured step goes on only as long as it stays. */
  long scratchMoves() {
    return scratchMoves;
  }

  void scratchMoved() {
    scratchMoves++;
  }

  /** The calls that work makes, as a graph; none of them is done. */
  long capture(Runnable work) {
    enter();
    driver.graphs().begin(stream);
    capturing = true;
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      capturing = false;
      driver.graphs().abandon(stream);
      throw e;
    }
    capturing = false;
    return driver.graphs().end(stream);
  }

  /** Does what was captured. */
  void launch(long graph) {
    enter();
    for (Long old = discarded.poll(); old != null; old = discarded.poll()) {
      driver.graphs().destroy(old);
    }
    driver.graphs().launch(graph, stream);
  }

  /** Gives a graph back at the next launch of one; by any thread. */
  void discard(long graph) {
    discarded.add(graph);
  }

  /** Refuses what would be done while a step is captured, and not when it is launched. */
  void requireNoCapture(String what) {
    if (capturing) {
      throw new IllegalStateException(what + " within a captured step");
    }
  }

  void run(Kernel kernel, long function, int x, int y, int z, long arguments) {
    enter();
    driver.launch(kernel, function, x, y, z, 0, stream, arguments);
  }

  /** Copies host memory to the device; the host memory may change when this has returned. */
  void upload(long to, MemorySegment from) {
    requireNoCapture("a transfer to the GPU");
    enter();
    driver.copyToDevice(to, from.address(), from.byteSize(), stream);
    driver.synchronize(stream);
  }

  /** Copies device memory to the host, once all work before is done. */
  void download(MemorySegment to, long from) {
    requireNoCapture("a transfer from the GPU");
    enter();
    driver.copyToHost(to.address(), from, to.byteSize(), stream);
    driver.synchronize(stream);
  }

  void copy(long to, long from, long bytes) {
    enter();
    if (bytes > 0 && to != from) {
      driver.copyWithin(to, from, bytes, stream);
    }
  }

  /** Sets 32-bit words. */
  void set(long to, int word, long count) {
    enter();
    if (count > 0) {
      driver.set(to, word, count, stream);
    }
  }

  /** Waits until all work is done; faults of kernels show here at the latest. */
  void finish() {
    enter();
    driver.synchronize(stream);
  }

  /** Makes the context that of the calling thread, where it is not. */
  void enter() {
    long thread = Thread.currentThread().threadId();
    if (thread != owner) {
      driver.setCurrent(context);
      owner = thread;
    }
  }

  /** Gives all memory back. */
  @Override
  public void close() {
    finish();
    pool.close();
    driver.releaseContext(info.device());
  }
}
