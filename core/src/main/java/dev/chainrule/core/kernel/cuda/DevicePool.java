package dev.chainrule.core.kernel.cuda;

import dev.chainrule.base.InputException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Device memory. The driver is asked for blocks; pieces of them are handed out in sizes of four
 * steps for each power of two, come back when no longer reachable, and are used again: a training
 * step after the first asks the driver for nothing.
 */
final class DevicePool implements AutoCloseable {
  /** Pieces begin on this boundary, which every access and every matrix product likes. */
  static final int ALIGNMENT = 256;

  private static final long BLOCK_BYTES = 64L << 20;

  private final Gpu gpu;
  private final List<Long> blocks = new ArrayList<>();
  private final Map<Long, ArrayDeque<Long>> unused = new TreeMap<>();
  private final Queue<long[]> returned = new ConcurrentLinkedQueue<>();
  private long next;
  private long end;
  private long reserved;

  DevicePool(Gpu gpu) {
    this.gpu = gpu;
  }

  /**
   * Memory on the device, not zeroed, which comes back when the segment is no longer reachable. Its
   * address is the device's: the host must not touch it.
   */
  MemorySegment segment(long bytes) {
    long size = sizeClass(bytes);
    long address = take(size);
    return MemorySegment.ofAddress(address)
        .reinterpret(bytes, Arena.ofAuto(), s -> returned.add(new long[] {size, address}));
  }

  /** Memory on the device that is kept until the pool is closed or {@link #give} is called. */
  long take(long bytes) {
    long size = sizeClass(bytes);
    collectReturned();
    ArrayDeque<Long> free = unused.get(size);
    if (free != null && !free.isEmpty()) {
      return free.pop();
    }
    if (size >= BLOCK_BYTES / 4) {
      return reserve(size);
    }
    if (end - next < size) {
      next = reserve(BLOCK_BYTES);
      end = next + BLOCK_BYTES;
    }
    next += size;
    return next - size;
  }

  /** Gives memory back that {@link #take} gave for this size. */
  void give(long address, long bytes) {
    unused.computeIfAbsent(sizeClass(bytes), k -> new ArrayDeque<>()).push(address);
  }

  private void collectReturned() {
    for (long[] piece = returned.poll(); piece != null; piece = returned.poll()) {
      give(piece[1], piece[0]);
    }
  }

  private long reserve(long bytes) {
    gpu.enter();
    long block = gpu.driver().allocate(bytes);
    if (block == 0) {
      System.gc();
      collectReturned();
      releaseUnusedBlocks();
      block = gpu.driver().allocate(bytes);
    }
    if (block == 0) {
      throw outOfMemory(bytes);
    }
    blocks.add(block);
    reserved += bytes;
    return block;
  }

  private InputException outOfMemory(long bytes) {
    return new InputException(
        "GPU %d (%s) has no room for %d MB more: %d MB are in use by this run, %d MB of %d MB are"
                .formatted(
                    gpu.info().ordinal(),
                    gpu.info().name(),
                    bytes >> 20,
                    reserved >> 20,
                    gpu.driver().freeMemory() >> 20,
                    gpu.info().memoryBytes() >> 20)
            + " free; a smaller batch or a shorter context needs less");
  }

  /** Gives large pieces that nobody uses back to the driver. */
  private void releaseUnusedBlocks() {
    unused.forEach(
        (size, free) -> {
          while (size >= BLOCK_BYTES / 4 && !free.isEmpty()) {
            long block = free.pop();
            gpu.driver().free(block);
            blocks.remove(block);
            reserved -= size;
          }
        });
  }

  /** The size handed out for a request: 4, 5, 6 or 7 times a power of two. */
  static long sizeClass(long bytes) {
    long wanted = Math.max(bytes, ALIGNMENT);
    long step = Math.max(ALIGNMENT, Long.highestOneBit(wanted - 1) / 4);
    return Math.multiplyExact(Math.ceilDiv(wanted, step), step);
  }

  @Override
  public void close() {
    for (long block : blocks) {
      gpu.driver().free(block);
    }
    blocks.clear();
    unused.clear();
    next = 0;
    end = 0;
    reserved = 0;
  }
}
