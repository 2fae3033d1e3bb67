package dev.chainrule.timeseries.deepar;

import dev.chainrule.base.series.CovariateNames;
import dev.chainrule.base.series.Covariates;
import dev.chainrule.base.series.Series;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * What a {@link DeepAr} is told beside values and calendar.
 *
 * @param known numbers of each step that are known ahead
 * @param observed numbers of each step that are known once it has passed; a step sees the one that
 *     is older by the length of a forecast
 * @param reals numbers of a series
 * @param categories kinds of a series, each with vectors of its own
 * @param holidays dates, in order; steps see how many they hold
 */
public record DeepArInputs(
    List<Column> known,
    List<Column> observed,
    List<Column> reals,
    List<Kinds> categories,
    List<String> holidays) {
  /** Rejects what are no dates. */
  public DeepArInputs {
    for (String day : holidays) {
      try {
        LocalDate.parse(day);
      } catch (DateTimeParseException e) {
        throw new IllegalArgumentException(
            "holidays hold \"%s\", expected dates such as 2024-12-25".formatted(day), e);
      }
    }
  }

  /** Nothing. */
  public static final DeepArInputs NONE =
      new DeepArInputs(List.of(), List.of(), List.of(), List.of(), List.of());

  /**
   * A column of numbers, and what brings it to mean 0 and deviation 1.
   *
   * @param deviation above 0
   */
  public record Column(String name, double mean, double deviation) {
    /** Rejects what brings nothing to deviation 1. */
    public Column {
      if (!(deviation > 0 && Double.isFinite(deviation) && Double.isFinite(mean))) {
        throw new IllegalArgumentException(
            "column %s has mean %s and deviation %s, expected numbers, the deviation above 0"
                .formatted(name, mean, deviation));
      }
    }

    /** What the network sees; zero of a missing number. */
    float standard(double number) {
      return Double.isNaN(number) ? 0 : (float) ((number - mean) / deviation);
    }
  }

  /**
   * A column of words.
   *
   * @param values that occurred in training
   */
  public record Kinds(String name, List<String> values) {
    /** From 1; 0 for one that did not occur. */
    int number(String value) {
      return values.indexOf(value) + 1;
    }
  }

  /** Measured on the series of training. */
  public static DeepArInputs of(
      CovariateNames names, List<Series> series, List<LocalDate> holidays) {
    List<Covariates> all = series.stream().map(Series::covariates).toList();
    List<Column> columns = new ArrayList<>();
    for (int k = 0; k < names.columns().size(); k++) {
      int column = k;
      columns.add(
          column(names.columns().get(k), all.stream().map(c -> c.columns()[column]).toList()));
    }
    List<Column> reals = new ArrayList<>();
    for (int k = 0; k < names.reals().size(); k++) {
      int column = k;
      reals.add(
          column(
              names.reals().get(k),
              all.stream().map(c -> new double[] {c.reals()[column]}).toList()));
    }
    List<Kinds> categories = new ArrayList<>();
    for (int k = 0; k < names.categories().size(); k++) {
      TreeSet<String> values = new TreeSet<>();
      for (Covariates covariates : all) {
        values.add(covariates.categories().get(k));
      }
      categories.add(new Kinds(names.categories().get(k), List.copyOf(values)));
    }
    int known = names.known().size();
    return new DeepArInputs(
        columns.subList(0, known),
        columns.subList(known, columns.size()),
        reals,
        categories,
        holidays.stream().sorted().distinct().map(LocalDate::toString).toList());
  }

  private static Column column(String name, List<double[]> numbers) {
    double sum = 0;
    double squares = 0;
    long count = 0;
    for (double[] some : numbers) {
      for (double number : some) {
        if (!Double.isNaN(number)) {
          sum += number;
          count++;
        }
      }
    }
    double mean = count == 0 ? 0 : sum / count;
    for (double[] some : numbers) {
      for (double number : some) {
        squares += Double.isNaN(number) ? 0 : (number - mean) * (number - mean);
      }
    }
    double deviation = count == 0 ? 0 : Math.sqrt(squares / count);
    return new Column(name, mean, deviation > 0 ? deviation : 1);
  }

  /** The columns' names. */
  public CovariateNames names() {
    return new CovariateNames(
        known.stream().map(Column::name).toList(),
        observed.stream().map(Column::name).toList(),
        reals.stream().map(Column::name).toList(),
        categories.stream().map(Kinds::name).toList());
  }

  /** Numbers of each step that the network sees. */
  int width() {
    return known.size() + observed.size() + reals.size() + (holidays.isEmpty() ? 0 : 1);
  }
}
