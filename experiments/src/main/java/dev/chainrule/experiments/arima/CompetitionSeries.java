package dev.chainrule.experiments.arima;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;

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
    List<double[]> series = new ArrayList<>();
    try (SeriesReader reader = new SeriesReader(file, List.of(), where)) {
      for (int i = 0; reader.hasNext(); i++) {
        double[] values = reader.next().values();
        if (i % every == 0) {
          series.add(values);
        }
      }
    }
    return series;
  }

  /** Every n-th hourly series of M4, its training part; a row a series, quoted. */
  static List<double[]> readHourly(int every) throws IOException {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(hourly())), StandardCharsets.UTF_8))) {
      List<String> rows = reader.lines().skip(1).toList();
      List<double[]> series = new ArrayList<>();
      for (int i = 0; i < rows.size(); i += every) {
        series.add(
            Arrays.stream(rows.get(i).split(","))
                .skip(1)
                .map(cell -> cell.replace("\"", ""))
                .filter(cell -> !cell.isBlank() && !cell.equals("NA"))
                .mapToDouble(Double::parseDouble)
                .toArray());
      }
      return series;
    }
  }
}
