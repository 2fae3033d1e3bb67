package dev.chainrule.timeseries.deepar;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.AtomicFolder;
import dev.chainrule.base.io.Excerpt;
import dev.chainrule.base.io.Json;
import dev.chainrule.base.io.Utf8File;
import dev.chainrule.base.series.CovariateNames;
import dev.chainrule.base.series.Covariates;
import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.Series;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.train.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A trained model on disk, with the names and starts of the series it was trained on. Further
 * networks of it are folders of the same kind within.
 *
 * @param networks one or more
 * @param known those series, without values
 */
public record DeepArFolder(List<DeepAr> networks, List<Series> known) {
  private static final String SERIES = "series.json";

  /** The kind of its checkpoint. */
  public static final String KIND = "timeseries.deepar";

  /** Files that it has beside those of every checkpoint. */
  public static final Set<String> FILES = Set.of(SERIES);

  /** What {@code series.json} says. */
  private record Known(
      List<String> ids, List<String> starts, List<double[]> reals, List<List<String>> categories) {
    /** Checks that there is as much of each, and that starts are times. */
    Known {
      for (@Nullable List<?> list :
          Arrays.<@Nullable List<?>>asList(ids, starts, reals, categories)) {
        if (list == null || list.stream().anyMatch(Objects::isNull)) {
          throw new IllegalArgumentException("found null, expected lists of ids, starts and so on");
        }
      }
      int count = ids.size();
      if (starts.size() != count || reals.size() != count || categories.size() != count) {
        throw new IllegalArgumentException(
            "found %d ids, %d starts, %d reals and %d categories, expected as many of each"
                .formatted(count, starts.size(), reals.size(), categories.size()));
      }
      for (String start : starts) {
        try {
          LocalDateTime.parse(start);
        } catch (DateTimeParseException e) {
          throw new IllegalArgumentException(
              "starts: found \"%s\", expected a time like 2020-01-31T00:00"
                  .formatted(Excerpt.of(start)),
              e);
        }
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

  public DeepArFolder {
    networks = List.copyOf(networks);
  }

  /** The first network. */
  public DeepAr model() {
    return networks.getFirst();
  }

  /** Where a further network of a model is, numbered from 2. */
  public static Path further(Path folder, int number) {
    return folder.resolve("networks").resolve(Integer.toString(number));
  }

  /**
   * Reads a model, with as many of its networks as there are: the rest are not trained yet.
   *
   * @throws InputException if it is damaged, or its networks are no parts of one model
   */
  public static DeepArFolder read(Path folder) throws IOException {
    DeepArConfig config = config(folder);
    List<Series> known = known(folder, config);
    List<String> ids = ids(known);
    List<DeepAr> networks = new ArrayList<>(List.of(network(folder, config)));
    for (int number = 2; exists(further(folder, number)); number++) {
      Path other = further(folder, number);
      DeepArConfig its = config(other);
      if (!its.forecastsAs(config) || !ids(known(other, its)).equals(ids)) {
        throw new InputException(
            "%s: forecasts %d steps of %s, expected %d of %s of the same series and columns, as %s does"
                .formatted(
                    other,
                    its.predictionLength(),
                    its.frequency(),
                    config.predictionLength(),
                    config.frequency(),
                    folder));
      }
      networks.add(network(other, its));
    }
    return new DeepArFolder(networks, known);
  }

  private static DeepAr network(Path folder, DeepArConfig config) throws IOException {
    Checkpoint checkpoint = checkpoint(folder);
    DeepAr model = checkpoint.construct(() -> new DeepAr(config));
    model.parameters().allocate(DType.FLOAT32, 0);
    checkpoint.readModel(model.parameters());
    return model;
  }

  private static List<String> ids(List<Series> series) {
    return series.stream().map(Series::id).toList();
  }

  /** The model's shape, without its weights. */
  public static DeepArConfig config(Path folder) throws IOException {
    return Json.parse(
        checkpoint(folder).config().model().toString(),
        folder.resolve("config.json").toString(),
        DeepArConfig.class);
  }

  /** The series that a model of this shape was trained on, without values. */
  public static List<Series> known(Path folder, DeepArConfig config) throws IOException {
    return checkpoint(folder)
        .read(
            from -> {
              Path file = from.resolve(SERIES);
              return series(Utf8File.read(file, "JSON"), file.toString(), config);
            });
  }

  /** The series of a {@code series.json}. */
  static List<Series> series(String json, String origin, DeepArConfig config) {
    Known known = Json.parse(json, origin, Known.class);
    Frequency frequency = Frequency.of(config.frequency());
    List<Series> series = new ArrayList<>();
    for (int i = 0; i < known.ids().size(); i++) {
      LocalDateTime start = LocalDateTime.parse(known.starts().get(i));
      CovariateNames names = config.inputs().names();
      if (known.reals().get(i).length != names.reals().size()
          || known.categories().get(i).size() != names.categories().size()) {
        throw new InputException(
            "%s: series %s has %d reals and %d categories, expected %d and %d as in config.json"
                .formatted(
                    origin,
                    Excerpt.of(known.ids().get(i)),
                    known.reals().get(i).length,
                    known.categories().get(i).size(),
                    names.reals().size(),
                    names.categories().size()));
      }
      Covariates covariates =
          new Covariates(new double[0][], known.reals().get(i), known.categories().get(i));
      series.add(
          new Series(known.ids().get(i), start, frequency, new double[0])
              .withCovariates(covariates));
    }
    return series;
  }

  private static Checkpoint checkpoint(Path folder) {
    return new Checkpoint(folder, KIND, FILES);
  }
}
