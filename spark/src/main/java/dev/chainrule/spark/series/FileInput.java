package dev.chainrule.spark.series;

import dev.chainrule.base.InputException;
import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.Series;
import dev.chainrule.base.series.SeriesData;
import dev.chainrule.base.series.SeriesFile;
import dev.chainrule.base.series.SeriesRows;
import dev.chainrule.spark.Cluster;
import dev.chainrule.spark.Folder;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.jspecify.annotations.Nullable;

/**
 * CSV files of a folder, in the order of their names, or a single one. Each is read by one task.
 */
final class FileInput extends Input {
  private final Cluster cluster;
  private final Folder folder;
  private final Reading reading;
  private final List<Folder.Entry> files;

  /**
   * Looks at a folder.
   *
   * @throws InputException if there is none, or no file in it
   */
  FileInput(Cluster cluster, Folder folder, Reading reading) throws IOException {
    this.cluster = cluster;
    this.folder = folder;
    this.reading = reading;
    this.files = folder.files();
  }

  @Override
  String source() {
    return folder.name();
  }

  @Override
  Reading reading() {
    return reading;
  }

  @Override
  <R extends Serializable> JavaRDD<R> parts(@Nullable Frequency frequency, PartWork<R> work) {
    Folder from = folder;
    Reading how = reading;
    List<Folder.Entry> all = files;
    return cluster
        .context()
        .parallelize(IntStream.range(0, all.size()).boxed().toList(), all.size())
        .map(i -> work.of(i, rows(from, all.get(i), how, frequency)));
  }

  @Override
  JavaRDD<BlockSource> together(List<List<Integer>> blocks, Frequency frequency) {
    List<BlockSource> sources = new ArrayList<>();
    for (List<Integer> block : blocks) {
      List<Folder.Entry> some = new ArrayList<>(block.stream().map(files::get).toList());
      sources.add(new FileBlock(folder, some, reading, frequency));
    }
    return cluster.context().parallelize(sources, sources.size());
  }

  private static SeriesRows rows(
      Folder folder, Folder.Entry entry, Reading reading, @Nullable Frequency frequency)
      throws IOException {
    SeriesFile file = reading.file(java.nio.file.Path.of(entry.name()));
    SeriesRows rows =
        frequency == null || file.frequency() != null
            ? file.rows()
            : SeriesRows.part(entry.name(), frequency, file.covariates());
    // Where nothing was written to a partition some writers leave a file without even a header.
    if (entry.size() > 0) {
      InputStream content = folder.open(entry);
      file.readPart(content, entry.size(), rows, id -> true);
    }
    return rows;
  }

  /** Whole files. */
  private record FileBlock(
      Folder folder, List<Folder.Entry> files, Reading reading, Frequency frequency)
      implements BlockSource {
    private static final long serialVersionUID = 1L;

    @Override
    public SeriesData read() throws IOException {
      List<Series> usable = new ArrayList<>();
      Map<String, String> problems = new LinkedHashMap<>();
      boolean counts = false;
      for (Folder.Entry entry : files) {
        SeriesData data = reading.selected(rows(folder, entry, reading, frequency).data());
        usable.addAll(data.usable());
        problems.putAll(data.problems());
        counts |= data.counts();
      }
      return new SeriesData(folder.name(), usable, problems, frequency, false, counts);
    }
  }
}
