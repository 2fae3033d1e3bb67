package dev.chainrule.experiments.series;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.base.series.CovariateNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeriesSelectionTest {
  @TempDir Path folder;

  @Test
  void selectsSeriesByWhatTheyHold() throws IOException {
    Path file = folder.resolve("sparse.csv");
    StringBuilder csv = new StringBuilder("unique_id,ds,y\n");
    String[] rows = {"1 0 0 1 0 1", "1 0 0 1 0 ", "0 0 1 1 0 1", "1 0 0 0 0 1"};
    for (int id = 0; id < rows.length; id++) {
      String[] cells = rows[id].split(" ", -1);
      for (int i = 0; i < cells.length; i++) {
        csv.append("s%d,%d,%s%n".formatted(id, i, cells[i]));
      }
    }
    Files.writeString(file, csv);
    SeriesOptions options = new SeriesOptions();
    options.selection = new SeriesSelection();
    options.data = file;
    options.freq = "M";
    assertThat(options.read(CovariateNames.NONE)).hasSize(4);
    options.selection.complete = true;
    assertThat(options.read(CovariateNames.NONE)).hasSize(3);
    options.selection.leastPositive = 3;
    assertThat(options.read(CovariateNames.NONE)).hasSize(2);
    options.selection.active = 2;
    assertThat(options.read(CovariateNames.NONE)).extracting(s -> s.id()).containsExactly("s0");
  }
}
