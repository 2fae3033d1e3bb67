package dev.chainrule.spark.series;

import dev.chainrule.arima.forecast.Forecasting;
import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.series.ForecastFile;
import dev.chainrule.base.series.Series;
import dev.chainrule.experiments.forecast.CrossValidationRows;
import java.io.IOException;
import java.io.Serializable;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * What blocks write: as CSV the very lines that one machine writes, or as rows of a table.
 *
 * @param text whether it is CSV
 * @param probabilities of the quantiles
 * @param counts whether times count steps, and are no dates
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Output(boolean text, double[] probabilities, boolean counts) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Columns of forecasts. */
  StructType forecasts() {
    List<StructField> fields = new ArrayList<>();
    fields.add(field("unique_id", DataTypes.StringType));
    fields.add(field("ds", time()));
    addNumbers(fields);
    fields.add(field("model", DataTypes.StringType));
    return DataTypes.createStructType(fields);
  }

  /** Columns of the forecasts of a comparison. */
  StructType validation() {
    List<StructField> fields = new ArrayList<>();
    fields.add(field("unique_id", DataTypes.StringType));
    fields.add(field("cutoff", time()));
    fields.add(field("ds", time()));
    fields.add(field("model", DataTypes.StringType));
    fields.add(DataTypes.createStructField("y", DataTypes.DoubleType, true));
    addNumbers(fields);
    return DataTypes.createStructType(fields);
  }

  private void addNumbers(List<StructField> fields) {
    fields.add(field("mean", DataTypes.DoubleType));
    for (double p : probabilities) {
      fields.add(field("q" + p, DataTypes.DoubleType));
    }
  }

  private static StructField field(String name, DataType type) {
    return DataTypes.createStructField(name, type, false);
  }

  private DataType time() {
    return counts ? DataTypes.LongType : DataTypes.TimestampNTZType;
  }

  private Object time(Series series, long i) {
    return counts ? (Object) Long.valueOf(series.label(i)) : series.time(i);
  }

  /** Rows or lines of one block. */
  interface Sheet {
    /** As one text with a header, without its last line end; empty for rows. */
    String text();

    /** None for a text. */
    List<Row> rows();
  }

  /** Forecasts of one block. */
  final class Forecasts implements Sheet {
    private final StringWriter lines = new StringWriter();
    private final ForecastFile.Writer writer = new ForecastFile.Writer(lines, probabilities);
    private final ArrayList<Row> rows = new ArrayList<>();
    private int count;

    void add(Series series, Forecast forecast, String model) throws IOException {
      count++;
      if (text) {
        writer.add(series, forecast, model);
        return;
      }
      for (int h = 0; h < forecast.horizon(); h++) {
        List<Object> cells = new ArrayList<>();
        cells.add(series.id());
        cells.add(time(series, series.length() + (long) h));
        addNumbers(cells, forecast, h);
        cells.add(model);
        rows.add(RowFactory.create(cells.toArray()));
      }
    }

    /** How many there are. */
    int count() {
      return count;
    }

    @Override
    public String text() {
      return lines.toString().stripTrailing();
    }

    @Override
    public List<Row> rows() {
      return rows;
    }
  }

  /** Forecasts of a comparison, of one block. */
  final class Validation implements Sheet {
    private final StringWriter lines = new StringWriter();
    private final CrossValidationRows writer = new CrossValidationRows(lines, probabilities);
    private final ArrayList<Row> rows = new ArrayList<>();

    void add(Forecasting.Window window) throws IOException {
      if (text) {
        writer.add(window);
        return;
      }
      Series series = window.series();
      for (int h = 0; h < window.steps(); h++) {
        int at = window.origin() + h;
        double y = series.values()[at];
        List<Object> cells = new ArrayList<>();
        cells.add(series.id());
        cells.add(time(series, window.origin() - 1L));
        cells.add(time(series, at));
        cells.add(window.model());
        cells.add(Double.isNaN(y) ? null : (Double) y);
        addNumbers(cells, window.forecast(), h);
        rows.add(RowFactory.create(cells.toArray()));
      }
    }

    @Override
    public String text() {
      return lines.toString().stripTrailing();
    }

    @Override
    public List<Row> rows() {
      return rows;
    }
  }

  private void addNumbers(List<Object> cells, Forecast forecast, int h) {
    cells.add(forecast.mean(h));
    for (double p : probabilities) {
      cells.add(forecast.quantile(h, p));
    }
  }
}
