package dev.chainrule.spark.bench;

import dev.chainrule.arima.forecast.Forecasting;
import dev.chainrule.arima.forecast.Run;
import dev.chainrule.arima.forecast.Watch;
import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.base.series.Series;
import dev.chainrule.base.series.SeriesData;
import dev.chainrule.base.series.SeriesFile;
import dev.chainrule.spark.Cluster;
import dev.chainrule.spark.ClusterSettings;
import dev.chainrule.spark.series.SparkForecasts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Series a second on one machine and on executors of one processor each, JVMs of their own on it,
 * and where the executors' time goes. The session's start and the class path are not in it.
 *
 * <pre>./chainrule -Pspark java dev.chainrule.spark.bench.SeriesBench 2000 2</pre>
 */
public final class SeriesBench {
  private static final int HORIZON = 12;
  private static final int PERIOD = 12;
  private static final int SHORTEST = 60;
  private static final int SPREAD = 60;
  private static final double NANOS = 1e-9;
  private static final double MILLIS = 1e-3;
  private static final List<String> MODELS = List.of("seasonal_naive", "ets", "theta");

  private SeriesBench() {}

  /** Adds up where tasks spend their time. */
  private static final class Shares extends SparkListener {
    private final LongAdder run = new LongAdder();
    private final LongAdder deserialize = new LongAdder();
    private final LongAdder serialize = new LongAdder();
    private final LongAdder collect = new LongAdder();
    private final LongAdder tasks = new LongAdder();
    private final LongAdder bytes = new LongAdder();

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      TaskMetrics metrics = end.taskMetrics();
      run.add(metrics.executorRunTime());
      deserialize.add(metrics.executorDeserializeTime());
      serialize.add(metrics.resultSerializationTime());
      collect.add(metrics.jvmGCTime());
      bytes.add(metrics.resultSize());
      tasks.increment();
    }

    String told() {
      double all = Math.max(1, run.sum() + deserialize.sum() + serialize.sum());
      return String.format(
          Locale.ROOT,
          "%d tasks, %.1f s: serialisation %.1f %%, collection of garbage %.1f %%, results %.2f MB",
          tasks.sum(),
          all * MILLIS,
          100 * (deserialize.sum() + serialize.sum()) / all,
          100 * collect.sum() / all,
          bytes.sum() / 1e6);
    }
  }

  /**
   * Measures.
   *
   * @param args how many series, and executors at most
   */
  public static void main(String[] args) throws Exception {
    int series = args.length > 0 ? Integer.parseInt(args[0]) : 2000;
    int most = args.length > 1 ? Integer.parseInt(args[1]) : 2;
    Path file = Files.createTempFile("series", ".csv");
    try {
      write(file, series);
      Forecasting settings = Forecasting.of(HORIZON).withModels(MODELS).withThreads(1);
      one(file, series, settings);
      for (int executors = 1; executors <= most; executors++) {
        many(file, series, executors, settings);
      }
    } finally {
      Files.delete(file);
    }
  }

  /** Monthly series of 60 to 119 values. */
  private static void write(Path file, int series) throws IOException {
    StringBuilder text = new StringBuilder("unique_id,ds,y\n");
    for (int i = 0; i < series; i++) {
      CounterRandom random = CounterRandom.of(1, i);
      int length = SHORTEST + random.nextInt(SPREAD);
      for (int t = 0; t < length; t++) {
        double season = 10 * Math.sin(2 * Math.PI * t / PERIOD);
        double y = 100 + 0.2 * t + season + 5 * random.nextGaussian();
        text.append("s%d,%d-%02d-01,%s\n".formatted(i, 2010 + t / 12, 1 + t % 12, y));
      }
    }
    Files.writeString(file, text);
  }

  private static void one(Path file, int series, Forecasting settings) throws Exception {
    SeriesData data = SeriesFile.of(file).read();
    List<Series> some = data.usable();
    for (boolean warm : new boolean[] {false, true}) {
      List<Series> now = warm ? some : some.subList(0, Math.min(200, some.size()));
      long begun = System.nanoTime();
      Run run = settings.run(now, List.of(), Watch.NONE);
      run.compare();
      run.forecast(entry -> {}, (id, problem) -> {});
      if (warm) {
        told("one thread", series, System.nanoTime() - begun, "");
      }
    }
  }

  private static void many(Path file, int series, int executors, Forecasting settings) {
    ClusterSettings where = ClusterSettings.of("local-cluster[%d,1,1024]".formatted(executors));
    try (Cluster cluster = Cluster.open(where)) {
      Dataset<Row> table =
          cluster
              .session()
              .read()
              .option("header", true)
              .schema("unique_id string, ds string, y double")
              .csv(file.toString());
      SparkForecasts spark = SparkForecasts.of(cluster);
      spark.forecast(table.limit(10_000), settings).forecasts().count();
      Shares shares = new Shares();
      cluster.session().sparkContext().addSparkListener(shares);
      long begun = System.nanoTime();
      spark.forecast(table, settings).forecasts().count();
      long nanos = System.nanoTime() - begun;
      String name = executors == 1 ? "1 executor" : executors + " executors";
      told(name, series, nanos, ", " + shares.told());
    }
  }

  private static void told(String name, int series, long nanos, String more) {
    double seconds = nanos * NANOS;
    System.out.printf(
        Locale.ROOT,
        "%-12s %.1f series a second, %.1f s%s%n",
        name,
        series / seconds,
        seconds,
        more);
  }
}
