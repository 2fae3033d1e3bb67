package dev.chainrule.arima.forecast;

import dev.chainrule.base.InputException;
import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.series.Outlook;
import dev.chainrule.base.series.Series;
import dev.chainrule.base.series.SeriesData;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Forecasts series of which nothing is known but how far: {@code
 * Forecasting.of(12).forecast(data)}. The season is found ({@link SeasonSearch}), models are
 * compared from rolling origins within the series, and each series is forecast by the one that
 * {@link Comparison} chooses.
 *
 * @param horizon steps ahead, at least 1
 * @param models names of those that are compared; {@code auto} stands for those that suit a series
 * @param windows rolling origins of a series at most: its last stretches of the horizon's length,
 *     as far as half of its values, and six, stay before them
 * @param season values in one, or null to find it
 * @param last values at the end of a series that models are fitted to
 * @param threads that compute
 * @param seed of simulations
 */
public record Forecasting(
    int horizon,
    List<String> models,
    int windows,
    @Nullable Integer season,
    int last,
    int threads,
    long seed)
    implements Serializable {
  /** Rolling origins by default. */
  public static final int USUAL_WINDOWS = 3;

  /** Values that models are fitted to by default: beyond them fits take minutes a series. */
  public static final int USUAL_LAST = 1000;

  /** Stands for the models that suit a series. */
  public static final String AUTO = "auto";

  private static final int FEWEST_LAST = 10;

  /** Checks all but what depends on the series. */
  public Forecasting {
    models = List.copyOf(models);
    require("horizon", horizon, 1);
    require("windows", windows, 1);
    require("last", last, FEWEST_LAST);
    require("threads", threads, 1);
    if (season != null) {
      require("season", season, 1);
    }
    if (models.stream().distinct().count() < models.size()) {
      throw new IllegalArgumentException(
          "models: found " + String.join(",", models) + ", expected each once.");
    }
    for (String model : models) {
      if (!model.equals(AUTO) && !Candidates.ALL.contains(model)) {
        throw new IllegalArgumentException(
            "models: found " + model + ", expected some of " + String.join(", ", names()) + ".");
      }
    }
  }

  private static void require(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(
          name + ": found " + value + ", expected a whole number from " + least + ".");
    }
  }

  /** The usual way, so many steps ahead. */
  public static Forecasting of(int horizon) {
    return new Forecasting(
        horizon,
        List.of(AUTO),
        USUAL_WINDOWS,
        null,
        USUAL_LAST,
        Runtime.getRuntime().availableProcessors(),
        1);
  }

  /** What can be named: {@link #AUTO} and all models. */
  public static List<String> names() {
    List<String> names = new ArrayList<>(List.of(AUTO));
    names.addAll(Candidates.ALL);
    return names;
  }

  /** The models to try, by name; those of {@link #AUTO} that are not named only where they suit. */
  List<String> tried() {
    List<String> names = new ArrayList<>();
    for (String model : models) {
      for (String each : model.equals(AUTO) ? Candidates.USUAL : List.of(model)) {
        if (!names.contains(each)) {
          names.add(each);
        }
      }
    }
    return names;
  }

  /** By these models. */
  public Forecasting withModels(List<String> names) {
    return new Forecasting(horizon, names, windows, season, last, threads, seed);
  }

  /** With so many values in a season, 1 for none. */
  public Forecasting withSeason(int values) {
    return new Forecasting(horizon, models, windows, values, last, threads, seed);
  }

  /** On so many threads, which change nothing but the time. */
  public Forecasting withThreads(int number) {
    return new Forecasting(horizon, models, windows, season, last, number, seed);
  }

  /** What is forecast of one series. */
  @FunctionalInterface
  public interface Sink {
    /**
     * Takes a forecast.
     *
     * @param entry the series and its forecast
     */
    void accept(Outlook.Entry entry) throws Exception;
  }

  /**
   * What a model forecast from within a series, for the comparison.
   *
   * @param series the whole of it
   * @param origin values that the model saw
   * @param model its name
   */
  public record Window(Series series, int origin, String model, Forecast forecast) {
    /** Steps of the forecast of which the series tells what came. */
    public int steps() {
      return Math.min(forecast.horizon(), series.length() - origin);
    }
  }

  /** Hears of the forecasts of a comparison. */
  @FunctionalInterface
  public interface Windows {
    /** Takes one. */
    void accept(Window window) throws Exception;
  }

  /** Hears of series that cannot be forecast. */
  @FunctionalInterface
  public interface Refusals {
    /** Why, in a sentence. */
    void accept(String id, String sentence);
  }

  /**
   * The values in a season of series.
   *
   * @throws IllegalArgumentException if the one that was asked for is longer than half of every
   *     series, or the horizon than all of them
   */
  public int season(List<Series> series) {
    int longest = series.stream().mapToInt(Series::length).max().orElse(0);
    Integer known = knownSeason(longest);
    return known == null ? SeasonSearch.of(series) : known;
  }

  /**
   * The season that was asked for, or null if it is to be found.
   *
   * @param longest values of the longest series
   * @throws IllegalArgumentException as {@link #season(List)}
   */
  public @Nullable Integer knownSeason(int longest) {
    if (horizon > longest) {
      throw new IllegalArgumentException(
          "horizon: found %d, expected at most %d, the values of the longest series."
              .formatted(horizon, longest));
    }
    if (season != null && season > 1 && 2L * season > longest) {
      throw new IllegalArgumentException(
          "season: found %d, expected at most %d, which is in the longest series twice."
              .formatted(season, longest / 2));
    }
    return season;
  }

  /**
   * Forecasts all series of a file or a table.
   *
   * @throws InputException if none of them can be
   */
  public Outlook forecast(SeriesData data) {
    List<Outlook.Entry> entries = new ArrayList<>();
    Map<String, String> problems = new LinkedHashMap<>(data.problems());
    String table = "";
    try {
      if (!data.usable().isEmpty()) {
        Run run = run(data.usable(), List.of(), Watch.NONE);
        run.compare();
        run.forecast(entries::add, problems::put);
        table = run.comparison().toString();
      }
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    if (entries.isEmpty()) {
      Map.Entry<String, String> first = problems.entrySet().iterator().next();
      throw new InputException("series " + first.getKey() + ": " + first.getValue());
    }
    return new Outlook(entries, problems, table);
  }

  /**
   * The same in steps, for series that are not all to be kept in memory with their forecasts.
   *
   * @param joint models beside those of single series
   */
  public Run run(List<Series> series, List<JointMethod> joint, Watch watch) {
    return new Run(this, series, joint, watch);
  }

  /**
   * The same of a part of the series, the others being elsewhere: what {@link Run#compare} comes to
   * is complete when {@link Run#after} is told the totals of all parts.
   *
   * @param season what {@link #season(List)} says of all series
   */
  public Run part(List<Series> series, int season, Watch watch) {
    return new Run(this, series, season, watch);
  }

  /** Forecasts that are no wider than they claim; for models from elsewhere. */
  static Forecast checked(String name, Forecast forecast) {
    Candidates.requireWidth(name, forecast);
    return forecast;
  }
}
