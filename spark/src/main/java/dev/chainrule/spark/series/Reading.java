package dev.chainrule.spark.series;

import dev.chainrule.base.series.SeriesData;
import dev.chainrule.base.series.SeriesFile;
import java.io.Serializable;
import java.nio.file.Path;

/** How series are read, wherever that is done. */
interface Reading extends Serializable {
  /** How a file of them is read, or a table's rows as if they were in one. */
  SeriesFile file(Path path);

  /** Those that are used, without values that are held out. */
  SeriesData selected(SeriesData read);
}
