package dev.chainrule.timeseries.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.forecast.SamplePaths;
import dev.chainrule.base.series.CovariateNames;
import dev.chainrule.base.series.Covariates;
import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.FutureFile;
import dev.chainrule.base.series.Series;
import dev.chainrule.base.series.SeriesFile;
import dev.chainrule.base.series.SeriesTables;
import dev.chainrule.timeseries.feature.Holidays;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tech.tablesaw.api.DateColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

class CovariatesTest {
  private static final Frequency DAYS = Frequency.of("D");
  private static final CovariateNames NAMES =
      new CovariateNames(List.of("price"), List.of("rain"), List.of("size"), List.of("town"));
  private static final String DATA =
      "unique_id,ds,y,price,rain,size,town\n"
          + "a,2020-01-01,1,10,0.5,7,Ulm\na,2020-01-03,3,12,,7,Ulm\nb,2020-01-02,4,9,0,8,Bonn\n";

  @TempDir Path folder;

  private Path file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  private static List<Series> read(Path file) throws IOException {
    return SeriesFile.of(file).by(DAYS).with(NAMES).read().series();
  }

  private static List<Series> wide(Path file) throws IOException {
    return SeriesFile.of(file).by(DAYS).in(SeriesFile.Layout.WIDE).read().series();
  }

  @Test
  void readsColumnsOfStepsAndOfSeries() throws IOException {
    List<Series> series = read(file("data.csv", DATA));
    Covariates a = series.getFirst().covariates();
    assertThat(a.columns()[0]).containsExactly(10, Double.NaN, 12);
    assertThat(a.columns()[1]).containsExactly(0.5, Double.NaN, Double.NaN);
    assertThat(a.reals()).containsExactly(7);
    assertThat(series.get(1).covariates().categories()).containsExactly("Bonn");
    assertThat(series.getFirst().place(2)).endsWith("data.csv:3: series a, 2020-01-03");
    assertThat(series.getFirst().first(1).covariates().columns()[0]).containsExactly(10);
  }

  @Test
  void readsWhatIsKnownOfTheFuture() throws IOException {
    List<Series> series = read(file("data.csv", DATA));
    Path future =
        file(
            "future.csv",
            "ds,unique_id,price\n2020-01-03,b,1\n2020-01-04,b,2\n2020-01-01,a,0\n"
                + "2020-01-05,a,4\n2020-01-04,a,3\n2020-01-06,a,5\n2020-01-01,c,0\n");
    List<Series> extended = FutureFile.extend(series, future, NAMES, 2);
    assertThat(extended.getFirst().covariates().columns()[0])
        .containsExactly(10, Double.NaN, 12, 3, 4);
    assertThat(extended.get(1).covariates().columns()[0]).containsExactly(9, 1, 2);
    assertThat(extended.get(1).covariates().columns()[1]).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "unique_id,ds,cost\\na,2020-01-04,1 | :1: has no column price, found unique_id, ds, cost",
        "unique_id,ds,price\\na,2020-01-04,x | :2: found \"x\" in column price, expected a number",
        "unique_id,ds,price\\na,2020-01-04,1\\nb,2020-01-03,1"
            + " | future.csv: column price of series a has no value at 2020-01-05",
        "unique_id,ds,price\\na,2020-01-04,1\\na,2020-01-05,1\\na,2020-01-04,2 | future.csv:4: time"
            + " 2020-01-04 of series a occurs a second time, after line 2",
        "unique_id,ds,price\\na,7,1 | future.csv:2: found 7 in column ds, expected a time like"
            + " 2020-01-04",
        "unique_id,ds,price\\na,2020-01-04,1,2 | future.csv:2: found 4 cells, expected 3",
        "unique_id,ds,price\\na,2020-01-04T07:00,1 | future.csv:2: time 2020-01-04T07:00 of series",
      })
  void saysWhatTheFutureLacks(String content, String message) throws IOException {
    List<Series> series = read(file("data.csv", DATA));
    Path future = file("future.csv", content.replace("\\n", "\n"));
    assertThatThrownBy(() -> FutureFile.extend(series, future, NAMES, 2))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aSeriesIsOneThingThroughout() throws IOException {
    Path data = file("data.csv", DATA.replace("12,,7,Ulm", "12,,7,Bonn"));
    assertThatThrownBy(() -> read(data))
        .hasMessageEndingWith(
            "data.csv:3: column town of series a is Bonn, expected Ulm as in its first row.");
    assertThatThrownBy(() -> read(file("d.csv", DATA.replace("rain", "sun"))))
        .hasMessageContaining("d.csv:1: has no column rain, found unique_id, ds, y, price, sun");
  }

  @Test
  void readsTablesWithAColumnASeries() throws IOException {
    Path wide = file("wide.csv", "ds,a,b\n2020-01-01,1,\n2020-01-03,3,5\n2020-01-04,,6\n");
    List<Series> series = wide(wide);
    assertThat(series.getFirst().values()).containsExactly(1, Double.NaN, 3, Double.NaN);
    assertThat(series.get(1).values()).containsExactly(5, 6);
    assertThat(series.get(1).start()).isEqualTo(LocalDateTime.of(2020, 1, 3, 0, 0));
    assertThatThrownBy(() -> wide(file("w.csv", "ds,a,a\n")))
        .hasMessageContaining("w.csv:1: found columns ds, a, a, expected each name once");
    assertThatThrownBy(() -> wide(file("w.csv", "ds,a\n2020-01-01\n")))
        .hasMessageContaining("w.csv:2: found 1 cells, expected 2 as in the header");
  }

  @Test
  void takesAndGivesTables() {
    Table table =
        Table.create(
            "sales",
            StringColumn.create("unique_id", "a", "a"),
            DateColumn.create("ds", LocalDate.of(2020, 1, 1), LocalDate.of(2020, 1, 3)),
            DoubleColumn.create("y", 1, 3));
    List<Series> series = SeriesTables.series(table, DAYS, CovariateNames.NONE);
    assertThat(series.getFirst().values()).containsExactly(1, Double.NaN, 3);
    Forecast forecast = new SamplePaths(new double[][] {{1, 2}, {3, 6}});
    Table result = SeriesTables.forecasts(series, List.of(forecast), new double[] {0.5});
    assertThat(result.columnNames()).containsExactly("unique_id", "ds", "mean", "q0.5");
    assertThat(result.dateTimeColumn("ds").get(1)).isEqualTo(LocalDateTime.of(2020, 1, 5, 0, 0));
    assertThat(result.doubleColumn("q0.5").asDoubleArray()).containsExactly(2, 4);
    table.replaceColumn("y", StringColumn.create("y", "x", "y"));
    assertThatThrownBy(() -> SeriesTables.series(table, DAYS, CovariateNames.NONE))
        .hasMessage("sales: column y is of type STRING, expected numbers");
  }

  @Test
  void countsHolidaysInSteps() throws IOException {
    Path file = file("holidays.csv", "ds,name\n2020-12-25,Christmas\n2020-12-26\n\n");
    Holidays holidays = new Holidays(Holidays.read(file));
    LocalDateTime christmas = LocalDateTime.of(2020, 12, 25, 13, 0);
    assertThat(holidays.count(Frequency.of("H"), christmas)).isEqualTo(1);
    assertThat(holidays.count(DAYS, LocalDateTime.of(2020, 12, 24, 0, 0))).isZero();
    assertThat(holidays.count(Frequency.of("M"), LocalDateTime.of(2020, 12, 1, 0, 0))).isEqualTo(2);
    assertThatThrownBy(() -> Holidays.read(file("h.csv", "2020-12-25\n26.12.2020\n")))
        .hasMessageEndingWith("h.csv:2: found \"26.12.2020\", expected a date like 2020-12-25");
  }

  @Test
  void holidaysOfAnotherEncodingAreRefused() throws IOException {
    Path file = Files.write(folder.resolve("h.txt"), new byte[] {'2', '0', (byte) 0xE9});
    assertThatThrownBy(() -> Holidays.read(file))
        .hasMessage(file + ":1: byte 3 (0xE9) is no UTF-8; expected UTF-8 text.");
  }
}
