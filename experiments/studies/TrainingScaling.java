import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.optim.AdamW;
import dev.chainrule.core.optim.LearningRateSchedule;
import dev.chainrule.core.train.TrainConfig;
import dev.chainrule.core.train.Trainer;
import dev.chainrule.core.train.TrainingListener;
import dev.chainrule.plot.Chart;
import dev.chainrule.text.gpt.Gpt;
import dev.chainrule.text.gpt.GptConfig;
import dev.chainrule.text.model.TokenBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How many tokens a second a GPT learns from, by the texts in a batch, on one thread and on all.
 * The weights are random and the texts too, since they cost what others do.
 */
public final class TrainingScaling {
  private static final int CONTEXT = 64;
  private static final int[] BATCHES = {1, 2, 4, 8, 16, 32, 64};

  /** So long the compiler needs until a step is as fast as it will be. */
  private static final double WARM_SECONDS = 3;

  private static final double MEASURED_SECONDS = 4;

  public static void main(String[] args) throws Exception {
    if (args.length != 1) {
      System.err.println("usage: TrainingScaling OUT");
      System.exit(2);
    }
    int all = Runtime.getRuntime().availableProcessors();
    StudyTable table =
        new StudyTable(
            Path.of(args[0]),
            "training-scaling",
            "threads",
            "texts in a batch",
            "ms a step",
            "tokens a second");
    List<Double> sizes = new ArrayList<>();
    for (int batch : BATCHES) {
      sizes.add((double) batch);
    }
    List<Chart.Mark> marks = new ArrayList<>();
    for (int threads : all == 1 ? new int[] {1} : new int[] {1, all}) {
      try (Engine engine = new Compute("auto", threads).open()) {
        for (int batch : BATCHES) {
          double seconds = step(engine, batch);
          table.add(threads, batch, 1e3 * seconds, batch * CONTEXT / seconds);
        }
      }
      List<Double> speeds = table.numbers("tokens a second", threads);
      int colour = threads == 1 ? 0 : 1;
      String name = threads == 1 ? "1 thread" : threads + " threads";
      marks.add(new Chart.Line(name, colour, Chart.Style.PLAIN, sizes, speeds));
      marks.add(new Chart.Dots("", colour, sizes, speeds));
    }
    table.finish();
    table.figure(
        "training-scaling",
        new Chart(
            "Training by the size of a batch",
            Chart.Axis.of("texts in a batch").log(),
            Chart.Axis.of("tokens a second"),
            marks));
  }

  /** Seconds of a step: forward, backward, clipping, AdamW; the median of those measured. */
  private static double step(Engine engine, int size) throws IOException {
    Gpt model = new Gpt(new GptConfig(65, CONTEXT, 4, 4, 128, 0, false, true));
    model.parameters().allocate(DType.FLOAT32, 1);
    int[] ids = new int[size * (CONTEXT + 1)];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (int) ((i * 2_654_435_761L & 0xFFFF_FFFFL) >>> 16) % 65;
    }
    TokenBatch batch = new TokenBatch(Tensor.of(ids, size, CONTEXT + 1));
    long never = Long.MAX_VALUE;
    TrainConfig endless =
        TrainConfig.of(
            1, TrainConfig.Limits.steps(never), new TrainConfig.Cadence(never, never, never));
    List<Long> ends = new ArrayList<>();
    TrainingListener clock =
        new TrainingListener() {
          @Override
          public void stepDone(long step, double nll, double gradientNorm, double rate) {
            ends.add(System.nanoTime());
          }
        };
    long begin = System.nanoTime();
    long enough = begin + (long) (1e9 * (WARM_SECONDS + MEASURED_SECONDS));
    new Trainer<>(
            model,
            endless,
            new AdamW(AdamW.Config.defaults()),
            LearningRateSchedule.constant(1e-3),
            engine,
            List.of(clock))
        .run(
            step -> batch,
            List.of(),
            Trainer.Progress.start(),
            (at, best) -> {},
            () -> System.nanoTime() > enough);
    List<Double> seconds = new ArrayList<>();
    for (int i = 1; i < ends.size(); i++) {
      if (ends.get(i - 1) > begin + (long) (1e9 * WARM_SECONDS)) {
        seconds.add(1e-9 * (ends.get(i) - ends.get(i - 1)));
      }
    }
    seconds.sort(null);
    return seconds.get(seconds.size() / 2);
  }
}
