package dev.chainrule.spark.series;

import dev.chainrule.arima.forecast.ComparisonTotals;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * What a block came to.
 *
 * @param forecasts how many series were forecast
 * @param text their forecasts as CSV, where that is asked for
 * @param rows their forecasts as rows, where that is asked for
 * @param problems why others were not, by id
 * @param totals of the comparison, with the choice among models; null where there was none
 */
record BlockResult(
    int forecasts,
    String text,
    ArrayList<Row> rows,
    LinkedHashMap<String, String> problems,
    @Nullable ComparisonTotals totals)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  static BlockResult of(
      Output.Forecasts made,
      LinkedHashMap<String, String> problems,
      @Nullable ComparisonTotals totals) {
    return new BlockResult(
        made.count(), made.text(), new ArrayList<>(made.rows()), problems, totals);
  }

  /** Problems as rows. */
  List<Row> refusals() {
    List<Row> rows = new ArrayList<>();
    problems.forEach(
        (id, problem) -> rows.add(org.apache.spark.sql.RowFactory.create(id, problem)));
    return rows;
  }
}
