package dev.chainrule.experiments.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/** Threads that do the same kind of work at the same time, each on data of its own. */
final class Crew implements AutoCloseable {
  /** One thread's share of the work. */
  interface Worker {
    /** Does one portion of work and returns how much that was, in any unit. */
    double work();
  }

  private final ExecutorService threads;
  private final List<Worker> workers;

  Crew(List<Worker> workers) {
    this.workers = List.copyOf(workers);
    this.threads = Executors.newFixedThreadPool(workers.size());
  }

  /**
   * Lets all threads work for the given time.
   *
   * @param seconds how long; each thread finishes the portion that it has begun
   * @return amount of work per second, summed over the threads
   */
  double rate(double seconds) throws InterruptedException {
    AtomicLong start = new AtomicLong();
    CyclicBarrier ready = new CyclicBarrier(workers.size(), () -> start.set(System.nanoTime()));
    List<Future<Double>> rates = new ArrayList<>();
    for (Worker worker : workers) {
      rates.add(
          threads.submit(
              () -> {
                ready.await();
                return rateOf(worker, start.get(), seconds);
              }));
    }
    double sum = 0;
    for (Future<Double> rate : rates) {
      try {
        sum += rate.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("a measuring thread failed", e);
      }
    }
    return sum;
  }

  /** The highest rate of several rounds; the first, in which code is compiled, does not count. */
  double bestRate(int rounds, double secondsPerRound) throws InterruptedException {
    rate(secondsPerRound);
    double best = 0;
    for (int round = 0; round < rounds; round++) {
      best = Math.max(best, rate(secondsPerRound));
    }
    return best;
  }

  /**
   * Time counts from the common start, so that a thread that the system lets wait, while the others
   * have the machine to themselves, brings the sum down and not up.
   */
  private static double rateOf(Worker worker, long start, double seconds) {
    double done = 0;
    double elapsed;
    do {
      done += worker.work();
      elapsed = (System.nanoTime() - start) * 1e-9;
    } while (elapsed < seconds);
    return done / elapsed;
  }

  @Override
  public void close() {
    threads.close();
  }
}
