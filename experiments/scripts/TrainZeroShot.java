//JAVA 25
//REPOS mavenlocal,mavencentral
//DEPS dev.chainrule:chainrule-timeseries:0.1.0-SNAPSHOT
//COMPILE_OPTIONS --add-modules jdk.incubator.vector
//RUNTIME_OPTIONS --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED
//RUNTIME_OPTIONS --sun-misc-unsafe-memory-access=allow
import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.optim.AdamW;
import dev.chainrule.core.run.Recipe;
import dev.chainrule.core.run.ScheduleConfig;
import dev.chainrule.core.run.TrainingBar;
import dev.chainrule.core.run.TrainingRun;
import dev.chainrule.core.safetensors.SafetensorsWriter;
import dev.chainrule.core.train.TrainConfig;
import dev.chainrule.timeseries.zeroshot.SyntheticPatches;
import dev.chainrule.timeseries.zeroshot.ZeroShot;
import dev.chainrule.timeseries.zeroshot.ZeroShotConfig;
import java.nio.file.Path;
import java.util.List;

/** Trains the zero-shot forecaster on made-up series: what made the weights that are shipped. */
public final class TrainZeroShot {
  /** Of the shipped weights. */
  private static final long STEPS = 40_000;

  public static void main(String[] args) throws Exception {
    if (args.length < 1 || args.length > 3) {
      System.err.println("usage: TrainZeroShot WEIGHTS.safetensors [STEPS [SEED]]");
      System.exit(2);
    }
    long steps = args.length > 1 ? Long.parseLong(args[1]) : STEPS;
    long seed = args.length > 2 ? Long.parseLong(args[2]) : 1;
    ZeroShot model = new ZeroShot(ZeroShotConfig.shipped());
    long warmUp = Math.min(500, steps / 10);
    Recipe recipe =
        new Recipe(
            64,
            new ScheduleConfig(ScheduleConfig.Kind.COSINE, 1e-3, 1e-5, warmUp),
            new AdamW.Config(0.9, 0.99, 1e-8, 0.01),
            new TrainConfig(
                seed,
                TrainConfig.Limits.steps(steps),
                new TrainConfig.Cadence(100, steps, steps),
                1,
                8,
                1,
                0.999));
    SyntheticPatches batches = new SyntheticPatches(model.config(), recipe.batchSize(), seed);
    try (Engine engine = Compute.automatic().open();
        TrainingBar bar = new TrainingBar(System.err)) {
      TrainingRun.fit(model, recipe, batches, engine, List.of(bar), () -> false);
    }
    SafetensorsWriter writer =
        new SafetensorsWriter()
            .metadata("steps", Long.toString(steps))
            .metadata("seed", Long.toString(seed));
    model.parameters().views(model.parameters().values()).forEach(writer::add);
    writer.write(Path.of(args[0]));
    System.out.println(model.parameters().count() + " weights in " + args[0]);
  }
}
