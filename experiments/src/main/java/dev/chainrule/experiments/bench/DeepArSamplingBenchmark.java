package dev.chainrule.experiments.bench;

import dev.chainrule.base.forecast.SeriesHistory;
import dev.chainrule.base.series.Frequency;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.timeseries.deepar.DeepAr;
import dev.chainrule.timeseries.deepar.DeepArConfig;
import dev.chainrule.timeseries.deepar.DeepArForecaster;
import java.util.ArrayList;
import java.util.List;

/**
 * Forecasts of 1,000 series by 100 sample paths of 24 hours, from a DeepAR of 2 layers of 40 units
 * with Student's t distributions that reads 168 hours first.
 */
record DeepArSamplingBenchmark() implements Benchmark {
  private static final int SERIES = 1000;
  private static final int PATHS = 100;
  private static final int HORIZON = 24;
  private static final DeepArConfig CONFIG =
      DeepArConfig.of(Frequency.of("H"), 168, HORIZON)
          .withLags(new int[] {1, 2, 3, 4, 5, 6, 7, 23, 24, 25}, 1)
          .withNetwork(2, 40, 0);

  @Override
  public String name() {
    return "timeseries.sample.lstm2x40.S1000P100H24";
  }

  @Override
  public Work prepare(Setup setup) {
    DeepAr model = new DeepAr(CONFIG);
    model.parameters().allocate(DType.FLOAT32, setup.seed());
    return new Sampling(model, setup.seed(), setup.open());
  }

  private static List<SeriesHistory> histories() {
    List<SeriesHistory> histories = new ArrayList<>();
    for (int number = 0; number < SERIES; number++) {
      double[] values = new double[240];
      for (int i = 0; i < values.length; i++) {
        values[i] = 10 + number % 7 + Math.sin(2 * Math.PI * (i + number) / 24);
      }
      histories.add(SeriesHistory.of("series" + number, values, 24));
    }
    return histories;
  }

  private static final class Sampling implements Work {
    private final DeepAr model;
    private final long seed;
    private final Engine engine;
    private final List<SeriesHistory> histories = histories();

    Sampling(DeepAr model, long seed, Engine engine) {
      this.model = model;
      this.seed = seed;
      this.engine = engine;
    }

    @Override
    public void repeat(Laps laps) {
      DeepArForecaster forecaster = new DeepArForecaster(model, List.of(), PATHS, engine);
      while (!laps.done()) {
        forecaster.forecast(histories, HORIZON, seed);
        laps.lap();
      }
    }

    @Override
    public Peer peer() {
      List<String> arguments =
          List.of("--series=" + SERIES, "--paths=" + PATHS, "--horizon=" + HORIZON);
      return new Peer("deepar_sample.py", Peer.Weights.none(), arguments, null);
    }

    /** 2 operations for each weight: of each series at its past, of each path at its future. */
    @Override
    public Cost cost() {
      double draws = (double) SERIES * PATHS * HORIZON;
      double steps = draws + (double) SERIES * CONFIG.contextLength();
      return Cost.arithmetic(2 * model.parameters().count() * steps, draws);
    }

    @Override
    public void close() {
      engine.close();
    }
  }
}
