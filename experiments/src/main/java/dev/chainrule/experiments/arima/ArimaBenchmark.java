package dev.chainrule.experiments.arima;

import dev.chainrule.arima.Arima;
import dev.chainrule.arima.ArimaOrder;
import dev.chainrule.arima.ArimaSpec;
import dev.chainrule.arima.SeasonalOrder;
import dev.chainrule.arima.auto.AutoArima;
import dev.chainrule.arima.auto.AutoOptions;
import dev.chainrule.arima.statespace.ArmaProcess;
import dev.chainrule.arima.statespace.ChandrasekharFilter;
import dev.chainrule.arima.statespace.Moments;
import dev.chainrule.experiments.bench.Benchmark;
import dev.chainrule.experiments.bench.Laps;
import dev.chainrule.experiments.bench.Peer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;

/**
 * Speed of the ARIMA module on one thread: one likelihood, one initial covariance, one fit of a
 * given order, and automatic fits of competition series where the data folder has them.
 *
 * @param name the stable name
 */
public record ArimaBenchmark(String name) implements Benchmark {
  private static final String LIKELIHOOD = "arima.likelihood.211x011x12.N144";
  private static final String COVARIANCE = "arima.covariance.r54";
  private static final String AIRLINE = "arima.fit.airline";
  private static final String QUARTERLY = "arima.auto.m3_quarterly";
  private static final String HOURLY = "arima.auto.m4_hourly";
  private static final int EVALUATIONS = 1000;
  private static final int EVERY_QUARTERLY = 5;
  private static final int EVERY_HOURLY = 100;

  private interface Once {
    void run();
  }

  /** Work of one thread; a search over candidates would otherwise take all cores. */
  private record Repeated(Once once, double elements, @Nullable Peer other) implements Work {
    @Override
    public void repeat(Laps laps) throws Exception {
      try (ForkJoinPool one = new ForkJoinPool(1)) {
        one.submit(
                () -> {
                  while (!laps.done()) {
                    once.run();
                    laps.lap();
                  }
                })
            .get();
      }
    }

    @Override
    public Cost cost() {
      return Cost.arithmetic(0, elements);
    }

    @Override
    public @Nullable Peer peer() {
      return other;
    }
  }

  /** All of the module's; those of competition series only where their files are. */
  public static List<Benchmark> all() {
    List<Benchmark> all = new ArrayList<>();
    all.add(new ArimaBenchmark(LIKELIHOOD));
    all.add(new ArimaBenchmark(COVARIANCE));
    all.add(new ArimaBenchmark(AIRLINE));
    if (Files.exists(CompetitionSeries.quarterly())) {
      all.add(new ArimaBenchmark(QUARTERLY));
    }
    if (Files.exists(CompetitionSeries.hourly())) {
      all.add(new ArimaBenchmark(HOURLY));
    }
    return all;
  }

  @Override
  public Work prepare(Setup setup) throws Exception {
    return switch (name) {
      case LIKELIHOOD -> likelihood();
      case COVARIANCE -> covariance();
      case AIRLINE -> airline();
      case QUARTERLY -> automatic(CompetitionSeries.readQuarterly(EVERY_QUARTERLY), 4);
      default -> automatic(CompetitionSeries.readHourly(EVERY_HOURLY), 24);
    };
  }

  private static Work likelihood() throws IOException {
    double[] y = logPassengers();
    double[] w = new double[y.length - 13];
    for (int t = 0; t < w.length; t++) {
      w[t] = y[t + 13] - y[t + 12] - y[t + 1] + y[t];
    }
    ChandrasekharFilter filter = new ChandrasekharFilter(new double[][] {w});
    Moments moments = new Moments(1);
    double[] phi = {0.6, 0.2};
    double[] theta = new double[13];
    return new Repeated(
        () -> {
          for (int i = 0; i < EVALUATIONS; i++) {
            theta[0] = -0.9 + 1e-6 * i;
            theta[11] = -0.5;
            theta[12] = theta[0] * theta[11];
            filter.filter(phi, theta, moments);
          }
        },
        EVALUATIONS,
        null);
  }

  /** The column of the covariance that a filter of (1,0,1)(1,0,1)[52] starts from. */
  private static Work covariance() {
    double[] phi = new double[53];
    double[] theta = new double[53];
    double[] sink = new double[1];
    return new Repeated(
        () -> {
          for (int i = 0; i < EVALUATIONS; i++) {
            phi[0] = 0.5 + 1e-6 * i;
            phi[51] = 0.6;
            phi[52] = -phi[0] * phi[51];
            theta[0] = 0.3;
            theta[51] = -0.4;
            theta[52] = theta[0] * theta[51];
            sink[0] += new ArmaProcess(phi, theta).stateCovarianceColumn()[0];
          }
        },
        EVALUATIONS,
        null);
  }

  private static Work airline() throws IOException {
    double[] y = logPassengers();
    ArimaSpec spec = ArimaSpec.of(new ArimaOrder(0, 1, 1), new SeasonalOrder(0, 1, 1, 12));
    double[] passengers = CompetitionSeries.passengers();
    return new Repeated(
        () -> Arima.fit(y, spec).covariance(),
        1,
        peer("airline", List.of(passengers), 12, List.of("--repeats", "20")));
  }

  private static Work automatic(List<double[]> series, int period) {
    AutoOptions options = AutoOptions.forPeriod(period);
    return new Repeated(
        () -> series.forEach(y -> AutoArima.fit(y, options)),
        series.size(),
        // R takes half a minute for each of the long series.
        peer("auto", series, period, period > 12 ? List.of("--without-r") : List.of()));
  }

  private static Peer peer(String work, List<double[]> series, int period, List<String> more) {
    List<String> arguments = new ArrayList<>(List.of(work, "--season", Integer.toString(period)));
    arguments.addAll(more);
    double mean = series.stream().flatMapToDouble(Arrays::stream).average().orElse(Double.NaN);
    return new Peer("arima_auto.py", file -> write(file, series), arguments, mean);
  }

  private static void write(Path file, List<double[]> series) throws IOException {
    StringBuilder csv = new StringBuilder("unique_id,y\n");
    for (int i = 0; i < series.size(); i++) {
      for (double value : series.get(i)) {
        csv.append('s').append(i).append(',').append(value).append('\n');
      }
    }
    Files.writeString(file, csv);
  }

  private static double[] logPassengers() throws IOException {
    return Arrays.stream(CompetitionSeries.passengers()).map(Math::log).toArray();
  }
}
