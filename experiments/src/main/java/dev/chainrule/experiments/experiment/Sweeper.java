package dev.chainrule.experiments.experiment;

import dev.chainrule.base.InputException;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.experiments.cluster.Trials;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Does an experiment's runs, some of them side by side, and gives up those that halving drops. */
final class Sweeper {
  private final ExperimentPlan plan;
  private final Experiment.Listener listener;
  private final Map<ExperimentPlan.Run, RunWork> works = new LinkedHashMap<>();

  /** Runs that have ended: before this command, or in it. */
  private final AtomicInteger ended = new AtomicInteger();

  /**
   * Set where one run cannot even say that it failed: the disk is full, and others would follow.
   */
  private final AtomicBoolean broken = new AtomicBoolean();

  private final BooleanSupplier stop;
  private final Path folder;

  /** Machines that do the runs; null where this JVM does. */
  private final @Nullable Trials trials;

  Sweeper(
      ExperimentPlan plan,
      Path folder,
      Compute compute,
      BooleanSupplier stop,
      Experiment.Listener listener,
      @Nullable Trials trials)
      throws IOException {
    this.plan = plan;
    this.listener = listener;
    this.folder = folder;
    this.trials = trials;
    this.stop = () -> broken.get() || stop.getAsBoolean();
    Machine machine = new Machine();
    DataFiles files = new DataFiles();
    for (ExperimentPlan.Run run : plan.runs()) {
      Path path = folder.resolve(RunFolder.RUNS).resolve(run.name());
      works.put(run, new RunWork(plan, run, path, compute, machine, files, this.stop));
    }
  }

  /** Looks at the folders of all runs before the first is begun. */
  void prepare(boolean triesFailed) throws IOException {
    for (RunWork work : works.values()) {
      work.requireSame();
      if (triesFailed) {
        work.forgetFailure();
      }
    }
  }

  void run(int jobs, MemoryGate gate) throws IOException {
    for (RunWork work : works.values()) {
      ended.addAndGet(work.ended() == null ? 0 : 1);
    }
    Halving halving = plan.halving();
    try (ExecutorService threads =
        Executors.newFixedThreadPool(
            jobs, Thread.ofPlatform().daemon().name("run-", 0).factory())) {
      if (halving == null) {
        go(plan.runs(), Long.MAX_VALUE, threads, gate);
      } else {
        halve(halving, threads, gate);
      }
    }
  }

  private void halve(Halving halving, ExecutorService threads, MemoryGate gate) throws IOException {
    List<Integer> settings =
        new ArrayList<>(
            new TreeSet<>(plan.runs().stream().map(ExperimentPlan.Run::setting).toList()));
    List<Halving.Rung> rungs = halving.rungs(settings.size());
    for (int i = 0; i < rungs.size() && !stop.getAsBoolean(); i++) {
      boolean last = i + 1 == rungs.size();
      long until = last ? Long.MAX_VALUE : rungs.get(i).steps();
      List<Integer> now = settings;
      List<ExperimentPlan.Run> runs =
          plan.runs().stream().filter(run -> now.contains(run.setting())).toList();
      go(runs, until, threads, gate);
      if (!last && !stop.getAsBoolean()) {
        settings = chosen(settings, rungs.get(i), rungs.get(i + 1).settings());
      }
    }
  }

  /** The best settings at the end of a round; the others' runs are given up. */
  private List<Integer> chosen(List<Integer> settings, Halving.Rung rung, int count)
      throws IOException {
    Map<Integer, Double> scores = new LinkedHashMap<>();
    for (int setting : settings) {
      scores.put(setting, score(setting, rung.steps()));
    }
    List<Integer> order = new ArrayList<>(settings);
    order.sort(Comparator.comparingDouble(setting -> scores.getOrDefault(setting, 0.0)));
    for (int place = count; place < order.size(); place++) {
      for (Map.Entry<ExperimentPlan.Run, RunWork> each : works.entrySet()) {
        if (each.getKey().setting() == order.get(place)) {
          cut(each.getKey(), each.getValue(), rung, place + 1);
        }
      }
    }
    return order.subList(0, count);
  }

  private void cut(ExperimentPlan.Run run, RunWork work, Halving.Rung rung, int place)
      throws IOException {
    if (work.ended() != null) {
      return; // It was cut before, or failed.
    }
    Double value = work.at(rung.steps(), plan.metric());
    RunResult result =
        work.cut(
            "given up after %d steps: place %d of %d settings"
                .formatted(rung.steps(), place, rung.settings()),
            value == null ? Map.of() : Map.of(plan.metric(), value));
    say(run, result);
  }

  /** Mean over seeds at a step; those that failed there are the worst there are. */
  private double score(int setting, long step) throws IOException {
    double sum = 0;
    int count = 0;
    for (Map.Entry<ExperimentPlan.Run, RunWork> each : works.entrySet()) {
      if (each.getKey().setting() == setting) {
        RunResult result = each.getValue().ended();
        boolean failed = result != null && result.state() == RunResult.State.FAILED;
        Double value = failed ? null : each.getValue().at(step, plan.metric());
        if (value == null && !failed) {
          throw new InputException(
              "%s: has no %s after %d steps, expected validation_nll where data are held out, else metric: train_nll"
                  .formatted(each.getKey().name(), plan.metric(), step));
        }
        sum += value == null ? Double.POSITIVE_INFINITY : value;
        count++;
      }
    }
    return sum / count;
  }

  private void go(
      List<ExperimentPlan.Run> runs, long until, ExecutorService threads, MemoryGate gate)
      throws IOException {
    List<Future<?>> all = new ArrayList<>();
    for (ExperimentPlan.Run run : runs) {
      all.add(
          threads.submit(
              () -> {
                go(run, until, gate);
                return null;
              }));
    }
    IOException first = null;
    for (Future<?> one : all) {
      try {
        one.get();
      } catch (ExecutionException e) {
        first = first == null ? failure(e.getCause()) : first;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        broken.set(true);
      }
    }
    if (first != null) {
      throw first;
    }
  }

  private static IOException failure(@Nullable Throwable cause) {
    if (cause instanceof RuntimeException refusal) {
      throw refusal;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof IOException io ? io : new IOException(cause);
  }

  private void go(ExperimentPlan.Run run, long until, MemoryGate gate)
      throws IOException, InterruptedException {
    RunWork work = work(run);
    if (stop.getAsBoolean() || work.ended() != null || work.steps() >= until) {
      return;
    }
    try (MemoryGate.Pass pass = gate.enter()) {
      RunResult result;
      if (trials == null) {
        result = work.go(until, pass);
      } else {
        trials.go(folder, run.name(), until, stop);
        result = work.ended();
      }
      if (result != null) {
        say(run, result);
      }
    } catch (IOException | RuntimeException e) {
      broken.set(true);
      throw e;
    }
  }

  private RunWork work(ExperimentPlan.Run run) {
    RunWork work = works.get(run);
    if (work == null) {
      throw new IllegalArgumentException(run.name() + " is no run of the experiment");
    }
    return work;
  }

  private void say(ExperimentPlan.Run run, RunResult result) {
    int count = ended.incrementAndGet();
    Double value = result.metrics().get(plan.metric());
    String measured =
        value == null ? "" : String.format(Locale.ROOT, ", %s %.4f", plan.metric(), value);
    String reason = result.reason();
    synchronized (this) {
      listener.said(
          String.format(
              Locale.ROOT,
              "%-6s %s: %,d steps, %.1f s%s%s (%d of %d)",
              result.state(),
              run.name(),
              result.steps(),
              result.seconds(),
              measured,
              reason == null ? "" : "; " + reason,
              count,
              works.size()));
    }
  }
}
