package dev.chainrule.spark.series;

import dev.chainrule.base.InputException;
import dev.chainrule.base.series.CovariateNames;
import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.SeriesChunk;
import dev.chainrule.base.series.SeriesFile;
import dev.chainrule.base.series.SeriesRows;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.Partition;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.PartitionCoalescer;
import org.apache.spark.rdd.PartitionGroup;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.jspecify.annotations.Nullable;
import scala.Option;

/**
 * A table in the long format, partition by partition: columns {@code y}, and as they are needed
 * {@code unique_id} and {@code ds}, of any type that can be a text.
 */
final class TableInput extends Input {
  private final String source;
  private final Reading reading;
  private final CovariateNames names;
  private final boolean dated;
  private final JavaRDD<Row> rows;

  /**
   * Takes the columns of a table.
   *
   * @param source as messages shall name it
   * @throws InputException if one is missing
   */
  TableInput(String source, Dataset<Row> table, Reading reading) {
    this.source = source;
    this.reading = reading;
    SeriesFile file = reading.file(Path.of(source));
    this.names = file.covariates();
    List<String> found = Arrays.asList(table.columns());
    this.dated = found.contains("ds");
    List<Column> columns = new ArrayList<>();
    columns.add(
        found.contains("unique_id") ? table.col("unique_id").cast("string") : functions.lit("y"));
    columns.add(dated ? table.col("ds").cast("string") : functions.lit(""));
    columns.add(number(table, found, "y"));
    for (String name : names.columns()) {
      columns.add(number(table, found, name));
    }
    for (String name : names.reals()) {
      columns.add(number(table, found, name));
    }
    for (String name : names.categories()) {
      columns.add(column(table, found, name).cast("string"));
    }
    Dataset<Row> taken = table;
    if (file.where() != null) {
      taken =
          table.filter(
              column(table, found, file.where().column())
                  .cast("string")
                  .equalTo(file.where().value()));
    }
    this.rows = taken.select(columns.toArray(Column[]::new)).javaRDD();
  }

  private Column column(Dataset<Row> table, List<String> found, String name) {
    if (!found.contains(name)) {
      throw new InputException(
          "%s: has no column %s, found %s.".formatted(source, name, String.join(", ", found)));
    }
    return table.col("`" + name + "`");
  }

  private Column number(Dataset<Row> table, List<String> found, String name) {
    Column column = column(table, found, name);
    String type = table.schema().apply(name).dataType().typeName();
    if (type.equals("string") || type.equals("date") || type.startsWith("timestamp")) {
      throw new InputException(
          "%s: column %s is of type %s, expected numbers.".formatted(source, name, type));
    }
    return column.cast("double");
  }

  @Override
  String source() {
    return source;
  }

  @Override
  Reading reading() {
    return reading;
  }

  @Override
  <R extends Serializable> JavaRDD<R> parts(@Nullable Frequency frequency, PartWork<R> work) {
    return rows.mapPartitionsWithIndex(each(frequency, work), true);
  }

  private <R extends Serializable>
      org.apache.spark.api.java.function.Function2<Integer, Iterator<Row>, Iterator<R>> each(
          @Nullable Frequency frequency, PartWork<R> work) {
    String name = source;
    CovariateNames columns = names;
    boolean times = dated;
    Reading how = reading;
    return (part, some) -> {
      Frequency known = how.file(Path.of(name)).frequency();
      SeriesRows read =
          frequency == null || known != null
              ? new SeriesRows(name, known, columns)
              : SeriesRows.part(name, frequency, columns);
      int line = 0;
      while (some.hasNext()) {
        add(some.next(), ++line, times, columns, read, name);
      }
      return List.of(work.of(part, read)).iterator();
    };
  }

  private static void add(
      Row row, int line, boolean dated, CovariateNames names, SeriesRows rows, String source) {
    String id = row.getString(0);
    String time = row.getString(1);
    if (id == null || time == null) {
      throw new InputException(
          "%s: row %d of a partition has no %s, expected one in every row."
              .formatted(source, line, id == null ? "unique_id" : "ds"));
    }
    int at = 2;
    double value = number(row, at++);
    double[] columns = new double[names.columns().size()];
    for (int k = 0; k < columns.length; k++) {
      columns[k] = number(row, at++);
    }
    double[] reals = new double[names.reals().size()];
    for (int k = 0; k < reals.length; k++) {
      reals[k] = number(row, at++);
    }
    List<String> categories = new ArrayList<>();
    for (int k = 0; k < names.categories().size(); k++) {
      categories.add(String.valueOf(row.getString(at++)));
    }
    SeriesRows.Row made = new SeriesRows.Row(line, id, value, columns, reals, categories);
    if (dated) {
      rows.add(time, made);
    } else {
      rows.add(made);
    }
  }

  private static double number(Row row, int at) {
    return row.isNullAt(at) ? Double.NaN : row.getDouble(at);
  }

  @Override
  JavaRDD<BlockSource> together(List<List<Integer>> blocks, Frequency frequency) {
    String name = source;
    Reading how = reading;
    boolean inferred = known() == null;
    PartWork<ArrayList<SeriesChunk>> chunks = (part, read) -> new ArrayList<>(read.chunks());
    // Each part is read by itself, before parts come together: rows without times are counted
    // there.
    JavaRDD<ArrayList<SeriesChunk>> read = parts(frequency, chunks);
    return read.rdd()
        .coalesce(
            blocks.size(),
            false,
            Option.apply(new Together(blocks)),
            read.rdd().coalesce$default$4(blocks.size(), false, Option.empty()))
        .toJavaRDD()
        .mapPartitions(
            found -> {
              List<SeriesChunk> all = new ArrayList<>();
              found.forEachRemaining(all::addAll);
              BlockSource block = new ChunkBlock(name, how, frequency, inferred, all);
              return List.of(block).iterator();
            });
  }

  /** Brings partitions together that follow each other, where they lie. */
  private static final class Together implements PartitionCoalescer, Serializable {
    private static final long serialVersionUID = 1L;
    private final ArrayList<ArrayList<Integer>> blocks = new ArrayList<>();

    Together(List<List<Integer>> blocks) {
      blocks.forEach(block -> this.blocks.add(new ArrayList<>(block)));
    }

    @Override
    public PartitionGroup[] coalesce(int most, RDD<?> parent) {
      Partition[] partitions = parent.partitions();
      PartitionGroup[] groups = new PartitionGroup[blocks.size()];
      for (int b = 0; b < groups.length; b++) {
        groups[b] = new PartitionGroup(Option.empty());
        for (int part : blocks.get(b)) {
          groups[b].partitions().append(partitions[part]);
        }
      }
      return groups;
    }
  }
}
