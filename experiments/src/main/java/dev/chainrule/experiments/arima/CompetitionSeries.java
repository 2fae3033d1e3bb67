package dev.chainrule.experiments.arima;

import dev.chainrule.base.series.RowFilter;
import dev.chainrule.base.series.Series;
import dev.chainrule.base.series.SeriesFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** The series that the benchmarks run on: a shipped one, and those of the data folder. */
final class CompetitionSeries {
  private CompetitionSeries() {}

  private static Path data() {
    String folder = System.getenv("CHAINRULE_DATA");
    return Path.of(folder == null ? "data" : folder);
  }

  /** Where the M3 competition's quarterly series would be. */
  static Path quarterly() {
    return data().resolve("m3/quarterly.csv.gz");
  }

  /** Where the M4 competition's hourly series would be. */
  static Path hourly() {
    return data().resolve("m4/Hourly-train.csv.gz");
  }

  /** Monthly airline passengers from 1949 to 1960, in thousands [144]. */
  static double[] passengers() throws IOException {
    Path home = Path.of(System.getProperty("chainrule.home", "."));
    Path shipped = home.resolve("timeseries/examples/monthly.csv");
    return read(shipped, "unique_id=air_passengers", 1).get(0);
  }

  /** Every n-th quarterly series of M3, its training part. */
  static List<double[]> readQuarterly(int every) throws IOException {
    return read(quarterly(), "split=train", every);
  }

  private static List<double[]> read(Path file, String where, int every) throws IOException {
    return every(SeriesFile.of(file).where(RowFilter.of(where)), every);
  }

  private static List<double[]> every(SeriesFile file, int every) throws IOException {
    List<Series> series = file.read().series();
    return IntStream.range(0, (series.size() + every - 1) / every)
        .mapToObj(i -> series.get(i * every).values())
        .toList();
  }

  /** Every n-th hourly series of M4, its training part. */
  static List<double[]> readHourly(int every) throws IOException {
    return every(SeriesFile.of(hourly()).in(SeriesFile.Layout.M4), every);
  }
}
