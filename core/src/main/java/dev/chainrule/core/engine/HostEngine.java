package dev.chainrule.core.engine;

import dev.chainrule.base.parallel.Workers;
import dev.chainrule.core.array.TensorMemory;
import dev.chainrule.core.kernel.Kernels;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** An engine on the processor's memory: a team of threads, each with kernels of its own. */
public final class HostEngine implements Engine {
  private final Workers workers;
  private final List<Kernels> kernels;

  private HostEngine(Workers workers, List<Kernels> kernels) {
    this.workers = workers;
    this.kernels = kernels;
  }

  /** An engine of so many threads, the caller's among them. */
  public static HostEngine of(Supplier<? extends Kernels> kernels, int threads) {
    List<Kernels> each = new ArrayList<>();
    Workers workers = new Workers(threads);
    for (int worker = 0; worker < threads; worker++) {
      each.add(kernels.get());
    }
    return new HostEngine(workers, List.copyOf(each));
  }

  @Override
  public String name() {
    return kernels.getFirst().name();
  }

  @Override
  public TensorMemory memory() {
    return TensorMemory.HOST;
  }

  @Override
  public int workers() {
    return workers.count();
  }

  @Override
  public Kernels kernels(int worker) {
    return kernels.get(worker);
  }

  @Override
  public void run(Workers.Task task) {
    workers.run(task);
  }

  @Override
  public Engine worker(int worker) {
    return workers() == 1 ? this : new HostEngine(new Workers(1), List.of(kernels.get(worker)));
  }

  @Override
  public void close() {
    workers.close();
  }
}
