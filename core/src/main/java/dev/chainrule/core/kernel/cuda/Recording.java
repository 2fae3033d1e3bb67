package dev.chainrule.core.kernel.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Work that is done as it is the first time, when kernels are compiled and scratch memory finds its
 * size; captured the second time; and launched as one graph from then on. What it computes with is
 * kept reachable by the work itself.
 */
final class Recording implements Runnable {
  private final Gpu gpu;
  private final Runnable work;
  private boolean done;

  /** Its address is the graph's, which is given back when this is no longer reachable. */
  private @Nullable MemorySegment graph;

  /** Of the scratch memory that the graph uses. */
  private long moves;

  Recording(Gpu gpu, Runnable work) {
    this.gpu = gpu;
    this.work = work;
  }

  @Override
  public void run() {
    if (!done) {
      work.run();
      done = true;
      return;
    }
    MemorySegment known = graph;
    if (known == null || moves != gpu.scratchMoves()) {
      long captured = gpu.capture(work);
      known =
          MemorySegment.ofAddress(captured)
              .reinterpret(1, Arena.ofAuto(), s -> gpu.discard(s.address()));
      graph = known;
      moves = gpu.scratchMoves();
    }
    gpu.launch(known.address());
  }
}
