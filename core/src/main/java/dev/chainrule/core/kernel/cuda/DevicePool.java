package dev.chainrule.core.kernel.cuda;

import dev.chainrule.core.engine.DeviceMemoryException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
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

  private static final long LARGEST_BLOCK = 64L << 20;

  /** Blocks are no larger than this share of the GPU's memory. */
  private static final int BLOCKS = 64;

  private static final int PATIENCE_MILLIS = 20;

  private final Gpu gpu;
  private final List<Long> blocks = new ArrayList<>();
  private final NavigableMap<Long, ArrayDeque<Long>> unused = new TreeMap<>();
  private final Queue<long[]> returned = new ConcurrentLinkedQueue<>();
  private final long blockBytes;
  private long next;
  private long end;
  private long reserved;

  DevicePool(Gpu gpu) {
    this.gpu = gpu;
    blockBytes = Math.min(LARGEST_BLOCK, sizeClass(gpu.info().memoryBytes() / BLOCKS));
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
    try {
      return cut(size);
    } catch (DeviceMemoryException e) {
      // Rather a piece that is too large than none.
      for (ArrayDeque<Long> larger : unused.tailMap(size).values()) {
        if (!larger.isEmpty()) {
          return larger.pop();
        }
      }
      throw e;
    }
  }

  private long cut(long size) {
    if (size >= blockBytes / 4) {
      return reserve(size);
    }
    if (end - next < size) {
      next = reserve(blockBytes);
      end = next + blockBytes;
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
      collectUnreachable();
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

  /** Memory comes back by a thread that hears of what is no longer reachable, a little later. */
  private void collectUnreachable() {
    System.gc();
    int before;
    do {
      before = returned.size();
      try {
        Thread.sleep(PATIENCE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    } while (returned.size() != before);
    collectReturned();
  }

  private DeviceMemoryException outOfMemory(long bytes) {
    return new DeviceMemoryException(
        "GPU %d (%s) has no room for %d MB more: %d MB are in use by this run, %d MB of %d MB are"
                .formatted(
                    gpu.info().ordinal(),
                    gpu.info().name(),
                    Math.ceilDiv(bytes, 1 << 20),
                    reserved >> 20,
                    gpu.driver().freeMemory() >> 20,
                    gpu.info().memoryBytes() >> 20)
            + " free");
  }

  /** Gives large pieces that nobody uses back to the driver. */
  private void releaseUnusedBlocks() {
    unused.forEach(
        (size, free) -> {
          while (size >= blockBytes / 4 && !free.isEmpty()) {
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
