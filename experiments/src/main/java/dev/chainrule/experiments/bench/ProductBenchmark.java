package dev.chainrule.experiments.bench;

import dev.chainrule.core.kernel.blas.Gemm;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The matrix product at a size at which a small transformer needs it, each thread one of its own:
 * how much of the peak a training step could reach if it were nothing but products.
 *
 * @param m rows of the result
 * @param n columns of the result
 * @param k inner size
 */
record ProductBenchmark(int m, int n, int k) implements Benchmark {
  /** Products per thread and unit of work, so that handing out work does not count. */
  private static final int REPEATS = 50;

  @Override
  public String name() {
    return "core.sgemm.M" + m + "N" + n + "K" + k;
  }

  @Override
  public Work prepare(Setup setup) {
    int threads = setup.threads();
    Arena arena = Arena.ofShared();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    List<Crew.Worker> products = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      products.add(MatrixPeak.product(Gemm.get(), arena, m, n, k));
    }
    return new Work() {
      @Override
      public void repeat(Laps laps) throws Exception {
        while (!laps.done()) {
          once();
          laps.lap();
        }
      }

      private void once() throws Exception {
        List<Future<?>> running = new ArrayList<>();
        for (Crew.Worker product : products) {
          running.add(
              pool.submit(
                  () -> {
                    for (int i = 0; i < REPEATS; i++) {
                      product.work();
                    }
                  }));
        }
        for (Future<?> thread : running) {
          thread.get();
        }
      }

      @Override
      public Cost cost() {
        double calls = (double) REPEATS * products.size();
        return Cost.arithmetic(2.0 * m * n * k * calls, calls);
      }

      @Override
      public void close() {
        pool.close();
        arena.close();
      }
    };
  }
}
