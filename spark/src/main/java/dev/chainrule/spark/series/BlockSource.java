package dev.chainrule.spark.series;

import dev.chainrule.base.series.SeriesData;
import java.io.IOException;
import java.io.Serializable;

/** The series of one task, to be read where it is done. */
interface BlockSource extends Serializable {
  /** Reads them; the same ones each time. */
  SeriesData read() throws IOException;
}
