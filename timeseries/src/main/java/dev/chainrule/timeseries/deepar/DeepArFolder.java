package dev.chainrule.timeseries.deepar;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.DType;
import dev.chainrule.base.io.AtomicFolder;
import dev.chainrule.base.io.Json;
import dev.chainrule.base.io.Utf8File;
import dev.chainrule.core.train.Checkpoint;
import dev.chainrule.timeseries.data.Covariates;
import dev.chainrule.timeseries.data.Frequency;
import dev.chainrule.timeseries.data.Series;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A trained network on disk, with the names and starts of the series it was trained on.
 *
 * @param known those series, without values
 */
public record DeepArFolder(DeepAr model, List<Series> known) {
  private static final String SERIES = "series.json";

  /** The kind of its checkpoint. */
  public static final String KIND = "timeseries.deepar";

  /** Files that it has beside those of every checkpoint. */
  public static final Set<String> FILES = Set.of(SERIES);

  /** What {@code series.json} says. */
  private record Known(
      List<String> ids, List<String> starts, List<double[]> reals, List<List<String>> categories) {
    Known {
      int count = ids.size();
      if (starts.size() != count || reals.size() != count || categories.size() != count) {
        throw new IllegalArgumentException(
            "%d ids, %d starts, %d reals and %d categories, expected as many of each"
                .formatted(count, starts.size(), reals.size(), categories.size()));
      }
    }
  }

  /** Whether the folder holds a model. */
  public static boolean exists(Path folder) {
    return checkpoint(folder).exists();
  }

  /** Writes names and starts of series. */
  public static AtomicFolder.Writer writer(List<Series> known) {
    List<String> ids = new ArrayList<>();
    List<String> starts = new ArrayList<>();
    List<double[]> reals = new ArrayList<>();
    List<List<String>> categories = new ArrayList<>();
    for (Series s : known) {
      reals.add(s.covariates().reals());
      categories.add(s.covariates().categories());
      ids.add(s.id());
      starts.add(s.start().toString());
    }
    return empty -> Json.write(empty.resolve(SERIES), new Known(ids, starts, reals, categories));
  }

  /** Reads a model. */
  public static DeepArFolder read(Path folder) throws IOException {
    Checkpoint checkpoint = checkpoint(folder);
    DeepArConfig config =
        Json.parse(
            checkpoint.config().model().toString(),
            folder.resolve("config.json").toString(),
            DeepArConfig.class);
    DeepAr model = checkpoint.construct(() -> new DeepAr(config));
    model.parameters().allocate(DType.FLOAT32, 0);
    checkpoint.readModel(model.parameters());
    List<Series> known =
        checkpoint.read(
            from -> {
              Path file = from.resolve(SERIES);
              return series(Utf8File.read(file, "JSON"), file.toString(), config);
            });
    return new DeepArFolder(model, known);
  }

  /** The series of a {@code series.json}. */
  static List<Series> series(String json, String origin, DeepArConfig config) {
    Known known = Json.parse(json, origin, Known.class);
    Frequency frequency = Frequency.of(config.frequency());
    List<Series> series = new ArrayList<>();
    for (int i = 0; i < known.ids().size(); i++) {
      double[] reals = known.reals().get(i);
      List<String> categories = known.categories().get(i);
      if (reals.length != config.inputs().reals().size()
          || categories.size() != config.inputs().categories().size()) {
        throw new InputException(
            "%s: series %s has %d reals and %d categories, expected the model's %d and %d"
                .formatted(
                    origin,
                    known.ids().get(i),
                    reals.length,
                    categories.size(),
                    config.inputs().reals().size(),
                    config.inputs().categories().size()));
      }
      series.add(
          new Series(known.ids().get(i), start(known, i, origin), frequency, new double[0])
              .withCovariates(new Covariates(new double[0][], reals, categories)));
    }
    return series;
  }

  private static LocalDateTime start(Known known, int i, String origin) {
    try {
      return LocalDateTime.parse(known.starts().get(i));
    } catch (DateTimeParseException e) {
      throw new InputException(
          "%s: series %s starts at \"%s\", expected a time such as 2024-01-31T00:00"
              .formatted(origin, known.ids().get(i), known.starts().get(i)),
          e);
    }
  }

  private static Checkpoint checkpoint(Path folder) {
    return new Checkpoint(folder, KIND, FILES);
  }
}
