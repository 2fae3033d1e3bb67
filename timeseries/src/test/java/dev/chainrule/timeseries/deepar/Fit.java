package dev.chainrule.timeseries.deepar;

import dev.chainrule.base.series.Series;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.optim.AdamW;
import dev.chainrule.core.run.Recipe;
import dev.chainrule.core.run.ScheduleConfig;
import dev.chainrule.core.run.TrainingRun;
import dev.chainrule.core.train.TrainConfig;
import java.io.IOException;
import java.util.List;

/** Trains small models in tests. */
record Fit(int steps, int batchSize, double rate, double averageDecay, WindowSampling windows) {
  static Fit of(int steps, int batchSize, double rate) {
    return new Fit(steps, batchSize, rate, 0, WindowSampling.usual());
  }

  Fit with(WindowSampling other) {
    return new Fit(steps, batchSize, rate, averageDecay, other);
  }

  Fit withAverageDecay(double decay) {
    return new Fit(steps, batchSize, rate, decay, windows);
  }

  void train(DeepAr model, List<Series> series, Engine engine) throws IOException {
    Recipe recipe =
        new Recipe(
            batchSize,
            new ScheduleConfig(ScheduleConfig.Kind.COSINE, rate, rate / 100, 100),
            new AdamW.Config(0.9, 0.999, 1e-8, 0),
            new TrainConfig(
                1,
                TrainConfig.Limits.steps(steps),
                new TrainConfig.Cadence(steps, steps, steps),
                1,
                4,
                10,
                averageDecay));
    TrainingRun.fit(
        model,
        recipe,
        windows.windows(model, engine, series, recipe),
        engine,
        List.of(),
        () -> false);
  }
}
