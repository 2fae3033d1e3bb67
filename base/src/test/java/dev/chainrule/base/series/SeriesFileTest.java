package dev.chainrule.base.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeriesFileTest {
  @TempDir Path folder;

  private Path file(String content) throws IOException {
    return Files.writeString(folder.resolve("a.csv"), content);
  }

  private static List<Series> in(SeriesFile.Layout layout, Path file, String frequency)
      throws IOException {
    return SeriesFile.of(file).in(layout).by(Frequency.of(frequency)).read().series();
  }

  /** What is inferred: frequency, then the only series' label after its end. */
  private String inferred(String times) throws IOException {
    StringBuilder csv = new StringBuilder("ds,y\n");
    for (String time : times.split(" ")) {
      csv.append(time.replace('_', ' ')).append(",1\n");
    }
    SeriesData data = SeriesFile.of(file(csv.toString())).read();
    Series series = data.series().getFirst();
    return data.frequency() + " " + series.length() + " " + series.label(series.length());
  }

  @Test
  void readsSeriesAndKeepsGapsAsMissing() throws IOException {
    Path file =
        file(
            "unique_id,ds,y\n"
                + "a,2020-01-01,1\n"
                + "b,2020-02-03T05:00,7\n"
                + "a,2020-01-03,3\n"
                + "a,2020-01-04,\n");
    List<Series> series = SeriesFile.read(file, Frequency.of("D"));
    assertThat(series).hasSize(2);
    assertThat(series.getFirst().values()).containsExactly(1, Double.NaN, 3, Double.NaN);
    assertThat(series.get(1).start()).isEqualTo(LocalDateTime.of(2020, 2, 3, 5, 0));
  }

  @ParameterizedTest
  @CsvSource({
    "D, 2020-01-01 2020-02-01 2020-03-01 2020-05-01, 'expected M: the dates are a month apart'",
    "D, 2020-01-06 2020-01-13 2020-01-20 2020-01-27, 'expected W: the dates are a week apart'",
    "H, 2020-01-01 2020-01-02 2020-01-03 2020-01-04, 'expected D: the dates are a day apart'",
    "M, 2020-01-01 2020-07-01 2021-01-01 2021-07-01, 'expected 2Q: the dates are 2 quarters apart'"
  })
  void stepsByWhichAFileIsMostlyGapsAreRefused(String step, String times, String message)
      throws IOException {
    Path file = file("ds,y\n" + times.replace(" ", ",1\n") + ",1\n");
    assertThatThrownBy(() -> SeriesFile.read(file, Frequency.of(step)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("found steps of " + step + " by --freq, " + message);
  }

  @ParameterizedTest
  @CsvSource({
    // Every other day, days that have no step of their own, and too few to tell.
    "D, 2020-01-01 2020-01-03 2020-01-05 2020-01-07, 7",
    "D, 2020-01-01 2020-01-02 2020-01-31 2020-03-05, 65",
    "D, 2020-01-01 2020-02-01 2020-03-01, 61",
    "D, 2020-01-03 2020-01-06 2020-01-07 2020-01-08, 6"
  })
  void stepsThatDatesDoNotContradictAreTaken(String step, String times, int length)
      throws IOException {
    Path file = file("ds,y\n" + times.replace(" ", ",1\n") + ",1\n");
    assertThat(SeriesFile.read(file, Frequency.of(step)).getFirst().length()).isEqualTo(length);
  }

  @Test
  void acceptsMonths() throws IOException {
    Path file = file("unique_id,ds,y\na,2020-01,1\na,2020-03,3\n");
    Series series = SeriesFile.read(file, Frequency.of("M")).getFirst();
    assertThat(series.start()).isEqualTo(LocalDateTime.of(2020, 1, 1, 0, 0));
    assertThat(series.values()).containsExactly(1, Double.NaN, 3);
  }

  @Test
  void acceptsOtherColumnsAndCountedSteps() throws IOException {
    Path file = file("x,y,ds,unique_id\n9,1.5,1,a\n9,2.5,2,a\n");
    Series series = SeriesFile.read(file, Frequency.of("M")).getFirst();
    assertThat(series.values()).containsExactly(1.5, 2.5);
  }

  @Test
  void acceptsWhatSpreadsheetsWrite() throws IOException {
    Path file =
        file(
            "\uFEFFunique_id, ds, y\r\n"
                + "\"a, b\",\"2020-01-01\",\"1\"\r\n"
                + "\"a, b\",2020-01-02,NA\r\n");
    Series series = SeriesFile.read(file, Frequency.of("D")).getFirst();
    assertThat(series.id()).isEqualTo("a, b");
    assertThat(series.values()).containsExactly(1, Double.NaN);
  }

  @Test
  void acceptsLastDaysOfMonthsFromAShortOneOn() throws IOException {
    Path file =
        file("unique_id,ds,y\na,2019-11-30,1\na,2019-12-31,2\na,2020-01-31,3\na,2020-02-29,4\n");
    Series series = SeriesFile.read(file, Frequency.of("ME")).getFirst();
    assertThat(series.values()).containsExactly(1, 2, 3, 4);
    assertThat(series.time(4)).isEqualTo(LocalDateTime.of(2020, 3, 31, 0, 0));
  }

  @Test
  void readsFourDigitsAsAYearWhereStepsAreYears() throws IOException {
    Path file = file("unique_id,ds,y\na,1949,1\na,1951,2\n");
    Series series = SeriesFile.read(file, Frequency.of("Y")).getFirst();
    assertThat(series.start()).isEqualTo(LocalDateTime.of(1949, 1, 1, 0, 0));
    assertThat(series.values()).containsExactly(1, Double.NaN, 2);
    Path wide = file("ds,a\n7,1\n8,2\n");
    assertThat(in(SeriesFile.Layout.WIDE, wide, "D").getFirst().values()).containsExactly(1, 2);
  }

  @Test
  void businessDaysBeginOnOne() throws IOException {
    Path file = file("unique_id,ds,y\na,2020-01-04,1\na,2020-01-06,2\n");
    assertThatThrownBy(() -> SeriesFile.read(file, Frequency.of("B")))
        .hasMessageEndingWith(
            "a.csv:2: series a begins on a Saturday, expected a day from Monday to Friday for"
                + " steps of B.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "unique_id,ds,value\\na,2020-01-01,1 | :1: has no column y, found unique_id, ds, value",
        "unique_id,ds,y\\na,2020-01-01,one | :2: found \"one\" in column y, expected a number",
        "unique_id,ds,y\\n"
            + "a,2020-01-01,1e31 | :2: found \"1e31\" in column y, expected a number of at most"
            + " 1e30",
        "unique_id,ds,y\\na,1.1.2020,1 | :2: found \"1.1.2020\" in column ds, expected a time",
        "unique_id,ds,y\\n"
            + "a,2020-01-02,1\\n"
            + "a,2020-01-02,1 | a.csv:3: time 2020-01-02T00:00 of series a occurs a second time,"
            + " after line 2",
        "unique_id,ds,y\\na,2020-01-02,1\\na,2020-01-03T05:00,1 | does not follow from",
        "unique_id,ds,y\\na,2020-01-02 | :2: found 2 cells, expected 3 as in the header",
        "unique_id,ds,y | has no rows, expected series",
      })
  void saysWhereBadInputIs(String content, String message) throws IOException {
    Path file = file(content.replace("\\n", "\n"));
    assertThatThrownBy(() -> SeriesFile.read(file, Frequency.of("D")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(message);
  }

  @Test
  void readsMatricesAndRaggedRows() throws IOException {
    List<Series> columns = in(SeriesFile.Layout.MATRIX, file("1,2\n3,4\n5,\n"), "B");
    assertThat(columns.get(1).values()).containsExactly(2, 4, Double.NaN);
    List<Series> rows = in(SeriesFile.Layout.M4, file("V1,V2,V3\nH1,5,6\nH2,7,\n"), "H");
    assertThat(rows.get(0).values()).containsExactly(5, 6);
    assertThat(rows.get(1).values()).containsExactly(7);
    assertThatThrownBy(() -> in(SeriesFile.Layout.MATRIX, file("1,2\n3\n"), "B"))
        .hasMessageContaining(":2: found 1 cells, expected 2 as in the first line");
  }

  @Test
  void filesThatAreNoWholeGzipAreNamed() throws IOException {
    Path file = folder.resolve("cut.csv.gz");
    for (byte[] bytes : new byte[][] {new byte[3], {31, (byte) 139, 8, 0, 0, 0, 0, 0, 0, 0, 1}}) {
      Files.write(file, bytes);
      assertThatThrownBy(() -> SeriesFile.read(file, Frequency.of("D")))
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith(file + ": cannot be read: ");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2020-01-01 2020-02-01 2020-04-01 | M 4 2020-05-01",
        "2020-03 2020-01 2020-02 | M 3 2020-04-01",
        "2019-11-30 2019-12-31 2020-01-31 | M 3 2020-02-29",
        "202011 202012 202101 | M 3 2021-02-01",
        "2020Q1 2020Q2 2020Q4 | Q 4 2021-01-01",
        "1999 2000 2002 | Y 4 2003-01-01",
        "2020-02-29 2021-02-28 2022-02-28 | Y 3 2023-02-28",
        "2020-01-01 2020-01-02 2020-01-03 2020-01-04 | D 4 2020-01-05",
        "20200131 20200201 20200202 | D 3 2020-02-03",
        "2020-01-02 2020-01-03 2020-01-06 2020-01-07 | B 4 2020-01-08",
        "2020-01-05 2020-01-12 2020-01-19 | W 3 2020-01-26",
        "2020-01-01T00:00 2020-01-01T01:00 2020-01-01T03:00 | H 4 2020-01-01T04:00",
        "2020-01-01_00:00:00 2020-01-01_00:30:00 | 30min 2 2020-01-01T01:00",
        "7 8 11 | step 5 12",
        "1 2 3 4 | step 4 5",
      })
  void theTimesTellTheStep(String times, String expected) throws IOException {
    assertThat(inferred(times)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2020-01-01 2020-02-01 2020-03-02 | :4: the dates do not tell the step",
        "2020-01-01 | do not tell the step between values; expected --freq",
        "0001-01-01T00:00:00 2020-01-01T00:00:01 | seconds apart, more than 999999; expected"
            + " --freq",
        "202001 202002 202013 | :4: found \"202013\" in column ds, expected a month like 202001",
        "1951 Dec-1972 | :3: found \"Dec-1972\" in column ds, expected a year like 2020, as in",
        "1951 1952-01 | :3: found \"1952-01\" in column ds, expected a year",
        "2020-01 17 | :3: found \"17\" in column ds, expected a time like",
        "17 2020-01 | :3: found \"2020-01\" in column ds, expected a whole number",
        "2020-01-01T00:00:00.5 | :2: found \"2020-01-01T00:00:00.5\" in column ds",
        "+99999-01-01 | :2: found \"+99999-01-01\" in column ds",
        "0000-01-01 | :2: found \"0000-01-01\" in column ds",
        "0 1100000 | :3: time 1100000 of series y is too far after 0 in line 2",
        "0001-01-01 0001-01-02 0001-01-03 9999-01-01 | :5: time 9999-01-01T00:00 of series y is too"
            + " far after 0001-01-03T00:00 in line 4",
      })
  void timesThatWouldHaveToBeGuessedAreRefused(String times, String message) {
    assertThatThrownBy(() -> inferred(times))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(message);
  }

  @Test
  void gapsHaveABoundOverTheWholeFile() throws IOException {
    StringBuilder csv = new StringBuilder("unique_id,ds,y\n");
    for (int i = 0; i < 700; i++) {
      csv.append("s%d,0,1\ns%d,99999,1\n".formatted(i, i));
    }
    Path file = file(csv.toString());
    assertThatThrownBy(() -> SeriesFile.of(file).read())
        .hasMessageContaining("a.csv:25: time 99999 of series s11 is too far after 0 in line 24");
    csv.setLength(csv.indexOf("s5,"));
    assertThat(SeriesFile.of(file(csv.toString())).read().series()).hasSize(5);
  }

  @Test
  void rowsMayStandInAnyOrder() throws IOException {
    Path file =
        file(
            "unique_id,ds,y\na,2020-03-01,3\nb,2020-02-01,20\na,2020-01-01,1\n"
                + "b,2020-01-01,10\na,2020-02-01,\n");
    List<Series> series = SeriesFile.of(file).read().series();
    assertThat(series.getFirst().values()).containsExactly(1, Double.NaN, 3);
    assertThat(series.getFirst().place(2)).isEqualTo(file + ":2: series a, 2020-03-01");
    assertThat(series.get(1).values()).containsExactly(10, 20);
  }

  @Test
  void rowsWithoutTimesCountFromOneAlsoInterleaved() throws IOException {
    SeriesData data = SeriesFile.of(file("unique_id,y\na,1\nb,5\na,2\nb,6\n")).read();
    assertThat(data.series().get(1).values()).containsExactly(5, 6);
    assertThat(data.series().get(1).label(2)).isEqualTo("3");
    assertThat(data.counts()).isTrue();
  }

  @Test
  void anEmptyCellOfALoneColumnIsMissingAndABlankLineIsRefused() throws IOException {
    Series series = SeriesFile.of(file("y\n1\n\"\"\n3\nNA\nnull\n6\n\n\n")).read().series().get(0);
    assertThat(series.values()).containsExactly(1, Double.NaN, 3, Double.NaN, Double.NaN, 6);
    Path blank = file("y\n1\n\n3\n");
    assertThatThrownBy(() -> SeriesFile.of(blank).read())
        .hasMessageContaining("a.csv:3: is blank, expected a number, or NA where it is missing");
  }

  @Test
  void aProblemOfOneSeriesLeavesTheOthersUsable() throws IOException {
    String rows = "unique_id,ds,y\na,1,1\nb,1,two\nc,1,1\nc,1,2\na,2,2\nb,2,3\nd,1,1e31\n";
    SeriesData data = SeriesFile.of(file(rows)).read();
    assertThat(data.usable()).extracting(Series::id).containsExactly("a");
    assertThat(data.problems()).containsOnlyKeys("b", "c", "d");
    assertThat(data.problems().get("b")).contains("a.csv:3: found \"two\" in column y");
    assertThatThrownBy(data::series).hasMessageContaining("a.csv:3: found \"two\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "unique_id,ds,y\\n"
            + "a,2020-01-01,107,50 | a.csv:2: found 4 cells, expected 3 as in the header",
        "ds,a,b\\n2020-01-01,1,2,3 | a.csv:1: has no column y",
        "unique_id,y,y\\na,1,2 | a.csv:1: has column y twice",
        "unique_id,y\\na,\"2\"x | a.csv:1: cannot be read as CSV after this line",
        "unique_id,y\\na,\"2 | a.csv:1: cannot be read as CSV after this line",
        "unique_id,y\\na,1f | a.csv:2: found \"1f\" in column y",
        "unique_id,y\\na,0x1p3 | a.csv:2: found \"0x1p3\" in column y",
        "unique_id,y\\na,Infinity | a.csv:2: found \"Infinity\" in column y",
      })
  void cellsThatWouldBeLostAreRefused(String content, String message) throws IOException {
    Path file = file(content.replace("\\n", "\n"));
    assertThatThrownBy(() -> SeriesFile.of(file).read().series())
        .isInstanceOf(InputException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aFileOfAnotherEncodingIsRefusedWithTheByte() throws IOException {
    byte[] bytes = "unique_id,y\nZürich,1\nZörich,2\n".getBytes(StandardCharsets.ISO_8859_1);
    Path file = Files.write(folder.resolve("latin.csv"), bytes);
    assertThatThrownBy(() -> SeriesFile.of(file).read())
        .hasMessage(file + ":2: byte 14 (0xFC) is no UTF-8; expected UTF-8 text.");
    Path cut = Files.write(folder.resolve("cut.csv"), new byte[] {'y', '\n', '1', (byte) 0xC3});
    assertThatThrownBy(() -> SeriesFile.of(cut).read()).hasMessageContaining("cut.csv:2: byte 4");
  }

  @Test
  void aFilterThatFindsNothingListsWhatThereIs() throws IOException {
    Path file = file("unique_id,split,y\na,train,1\na,test,2\n");
    SeriesFile all = SeriesFile.of(file);
    assertThat(all.where(RowFilter.of("split=test")).read().series().getFirst().values())
        .containsExactly(2);
    assertThatThrownBy(() -> all.where(RowFilter.of("split=trian")).read())
        .hasMessageEndingWith("a.csv: has no row whose split is trian, found test, train.");
    assertThatThrownBy(() -> all.where(RowFilter.of("part=test")).read())
        .hasMessageEndingWith("a.csv:1: has no column part, found unique_id, split, y.");
    assertThatThrownBy(() -> RowFilter.of("train")).hasMessageContaining("expected COLUMN=VALUE");
  }

  @Test
  void messagesStayOnOneShortLine() throws IOException {
    Path file = file("unique_id,ds,y\na,1,\"" + "x\n".repeat(5000) + "\"\n");
    assertThatThrownBy(() -> SeriesFile.of(file).read().series())
        .message()
        .hasSizeLessThan(300)
        .doesNotContain("\n");
  }

  @Test
  void aFileThatExpandsBeyondReasonIsRefused() throws IOException {
    Path file = folder.resolve("bomb.csv.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write("y\n".getBytes(StandardCharsets.UTF_8));
      byte[] rows = "1\n".repeat(1 << 19).getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i < 24; i++) {
        out.write(rows);
      }
    }
    assertThatThrownBy(() -> SeriesFile.of(file).read())
        .hasMessageContaining("bomb.csv.gz: expands to more than 200 times its size");
  }
}
