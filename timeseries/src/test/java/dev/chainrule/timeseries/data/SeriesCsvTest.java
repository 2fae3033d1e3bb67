package dev.chainrule.timeseries.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeriesCsvTest {
  @TempDir Path folder;

  private Path file(String content) throws IOException {
    return Files.writeString(folder.resolve("a.csv"), content);
  }

  @Test
  void readsSeriesAndKeepsGapsAsMissing() throws IOException {
    Path file =
        file(
            "unique_id,ds,y\na,2020-01-01,1\nb,2020-02-03T05:00,7\na,2020-01-03,3\na,2020-01-04,\n");
    List<Series> series = SeriesCsv.read(file, Frequency.of("D"));
    assertThat(series).hasSize(2);
    assertThat(series.getFirst().values()).containsExactly(1, Double.NaN, 3, Double.NaN);
    assertThat(series.get(1).start()).isEqualTo(LocalDateTime.of(2020, 2, 3, 5, 0));
  }

  @Test
  void acceptsMonths() throws IOException {
    Path file = file("unique_id,ds,y\na,2020-01,1\na,2020-03,3\n");
    Series series = SeriesCsv.read(file, Frequency.of("M")).getFirst();
    assertThat(series.start()).isEqualTo(LocalDateTime.of(2020, 1, 1, 0, 0));
    assertThat(series.values()).containsExactly(1, Double.NaN, 3);
  }

  @Test
  void acceptsOtherColumnsAndCountedSteps() throws IOException {
    Path file = file("x,y,ds,unique_id\n9,1.5,1,a\n9,2.5,2,a\n");
    Series series = SeriesCsv.read(file, Frequency.of("M")).getFirst();
    assertThat(series.values()).containsExactly(1.5, 2.5);
  }

  @Test
  void acceptsWhatSpreadsheetsWrite() throws IOException {
    Path file =
        file(
            "\uFEFFunique_id, ds, y\r\n\"a, b\",\"2020-01-01\",\"1\"\r\n\"a, b\",2020-01-02,NA\r\n");
    Series series = SeriesCsv.read(file, Frequency.of("D")).getFirst();
    assertThat(series.id()).isEqualTo("a, b");
    assertThat(series.values()).containsExactly(1, Double.NaN);
  }

  @Test
  void acceptsLastDaysOfMonthsFromAShortOneOn() throws IOException {
    Path file =
        file("unique_id,ds,y\na,2019-11-30,1\na,2019-12-31,2\na,2020-01-31,3\na,2020-02-29,4\n");
    Series series = SeriesCsv.read(file, Frequency.of("ME")).getFirst();
    assertThat(series.values()).containsExactly(1, 2, 3, 4);
    assertThat(series.time(4)).isEqualTo(LocalDateTime.of(2020, 3, 31, 0, 0));
  }

  @Test
  void readsFourDigitsAsAYearWhereStepsAreYears() throws IOException {
    Path file = file("unique_id,ds,y\na,1949,1\na,1951,2\n");
    Series series = SeriesCsv.read(file, Frequency.of("Y")).getFirst();
    assertThat(series.start()).isEqualTo(LocalDateTime.of(1949, 1, 1, 0, 0));
    assertThat(series.values()).containsExactly(1, Double.NaN, 2);
    Path wide = file("ds,a\n7,1\n8,2\n");
    assertThat(SeriesFiles.wide(wide, Frequency.of("D")).getFirst().values()).containsExactly(1, 2);
  }

  @Test
  void businessDaysBeginOnOne() throws IOException {
    Path file = file("unique_id,ds,y\na,2020-01-04,1\na,2020-01-06,2\n");
    assertThatThrownBy(() -> SeriesCsv.read(file, Frequency.of("B")))
        .hasMessageEndingWith(
            "a.csv:2: series a begins on a Saturday, expected a day from Monday to Friday for"
                + " steps of B");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "unique_id,ds,value\\na,2020-01-01,1 | :1: has no column y, found unique_id, ds, value",
        "unique_id,ds,y\\na,2020-01-01,one | :2: found \"one\" in column 3, expected a number",
        "unique_id,ds,y\\na,2020-01-01,1e31 | :2: found \"1e31\" in column 3, expected a number of at"
            + " most 1e30",
        "unique_id,ds,y\\na,1.1.2020,1 | :2: found \"1.1.2020\" in column ds, expected a time",
        "unique_id,ds,y\\na,2020-01-02,1\\na,2020-01-02,1 | :3: time 2020-01-02T00:00 of series a"
            + " occurs a second time, after line 2",
        "unique_id,ds,y\\na,2020-01-02,1\\na,2020-01-01,1 | is not after the one before",
        "unique_id,ds,y\\na,2020-01-02,1\\na,2020-01-03T05:00,1 | does not follow from",
        "unique_id,ds,y\\na,2020-01-02 | :2: found 2 cells, expected at least 3",
        "unique_id,ds,y | has no rows, expected columns unique_id, ds and y",
      })
  void saysWhereBadInputIs(String content, String message) throws IOException {
    Path file = file(content.replace("\\n", "\n"));
    assertThatThrownBy(() -> SeriesCsv.read(file, Frequency.of("D")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(message);
  }

  @Test
  void readsMatricesAndRaggedRows() throws IOException {
    List<Series> columns = SeriesFiles.matrix(file("1,2\n3,4\n5,\n"), Frequency.of("B"));
    assertThat(columns.get(1).values()).containsExactly(2, 4, Double.NaN);
    List<Series> rows = SeriesFiles.m4(file("V1,V2,V3\nH1,5,6\nH2,7,\n"), Frequency.of("H"));
    assertThat(rows.get(0).values()).containsExactly(5, 6);
    assertThat(rows.get(1).values()).containsExactly(7);
    assertThatThrownBy(() -> SeriesFiles.matrix(file("1,2\n3\n"), Frequency.of("B")))
        .hasMessageContaining(":2: found 1 columns, expected 2 as in the first line");
  }

  @Test
  void filesThatAreNoWholeGzipAreNamed() throws IOException {
    Path file = folder.resolve("cut.csv.gz");
    for (byte[] bytes : new byte[][] {new byte[3], {31, (byte) 139, 8, 0, 0, 0, 0, 0, 0, 0, 1}}) {
      Files.write(file, bytes);
      assertThatThrownBy(() -> SeriesCsv.read(file, Frequency.of("D")))
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith(file + ": cannot be read as CSV: ");
    }
  }
}
