package dev.chainrule.spark.series;

import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.SeriesChunk;
import dev.chainrule.base.series.SeriesData;
import dev.chainrule.base.series.SeriesFile;
import dev.chainrule.base.series.SeriesRows;
import java.nio.file.Path;
import java.util.List;

/**
 * A block whose rows came to it.
 *
 * @param inferred whether the frequency is what the times tell
 */
record ChunkBlock(
    String source, Reading reading, Frequency frequency, boolean inferred, List<SeriesChunk> chunks)
    implements BlockSource {
  private static final long serialVersionUID = 1L;

  @Override
  public SeriesData read() {
    SeriesFile file = reading.file(Path.of(source));
    SeriesRows rows =
        inferred
            ? SeriesRows.part(source, frequency, file.covariates())
            : new SeriesRows(source, frequency, file.covariates());
    chunks.forEach(rows::add);
    return reading.selected(rows.data());
  }
}
