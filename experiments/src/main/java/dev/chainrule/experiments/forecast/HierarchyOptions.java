package dev.chainrule.experiments.forecast;

import dev.chainrule.base.InputException;
import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.hierarchy.CoherentForecasts;
import dev.chainrule.base.hierarchy.ErrorCovariance;
import dev.chainrule.base.hierarchy.Hierarchy;
import dev.chainrule.base.hierarchy.Reconciler;
import dev.chainrule.base.hierarchy.Reconciliation;
import dev.chainrule.base.io.Excerpt;
import dev.chainrule.base.series.Covariates;
import dev.chainrule.base.series.Outlook;
import dev.chainrule.base.series.Series;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Sums of series that are forecast too, so that all forecasts add up. */
final class HierarchyOptions {
  private static final String NONE = "none";

  /** Draws of a step by which distributions are told. */
  private static final int DRAWS = 1000;

  @Option(
      names = "--hierarchy",
      paramLabel = "COLUMNS",
      description =
          "Also forecast sums of the series: a total and groups by columns, nested by / and crossed"
              + " by *, such as state/region*purpose; all forecasts add up.")
  @Nullable String columns;

  @Option(
      names = "--reconcile",
      paramLabel = "HOW",
      description =
          "How they are made to: mint, variance, structural, ols, bottom_up, top_down_average,"
              + " top_down_mean, top_down_forecast; or none.")
  String how = "mint";

  /** Whether there is one. */
  boolean given() {
    return columns != null;
  }

  /** The columns that it is made of. */
  List<String> names() {
    return columns == null ? List.of() : Hierarchy.attributes(columns);
  }

  /** Checks the options; a wrong one is an IllegalArgumentException. */
  void check(boolean others) {
    Reconciliation unused = method();
    if (!given()) {
      if (!how.equals("mint")) {
        throw new IllegalArgumentException(
            "--reconcile: found " + unused + ", expected --hierarchy with the columns of groups.");
      }
      return;
    }
    names();
    if (others) {
      throw new IllegalArgumentException(
          "--hierarchy: found "
              + columns
              + " beside --known, deepar or zeroshot, expected models of single series alone.");
    }
  }

  private @Nullable Reconciliation method() {
    for (Reconciliation method : Reconciliation.values()) {
      if (method.toString().equals(how)) {
        return method;
      }
    }
    if (how.equals(NONE)) {
      return null;
    }
    throw new IllegalArgumentException(
        "--reconcile: found %s, expected none or one of %s."
            .formatted(how, Arrays.toString(Reconciliation.values())));
  }

  /**
   * The hierarchy over series.
   *
   * @throws InputException for series that are not of the same times, which have no sums
   */
  Hierarchy over(List<Series> bottoms) {
    Series first = bottoms.getFirst();
    for (Series s : bottoms) {
      if (!s.start().equals(first.start()) || s.length() != first.length()) {
        throw new InputException(
            "--hierarchy: series %s has values from %s to %s, expected %s to %s as series %s has."
                .formatted(
                    Excerpt.of(s.id()),
                    s.label(0),
                    s.label(s.length() - 1L),
                    first.label(0),
                    first.label(first.length() - 1L),
                    Excerpt.of(first.id())));
      }
    }
    List<String> names = names();
    Map<String, List<String>> attributes = new HashMap<>();
    for (int k = 0; k < names.size(); k++) {
      int column = k;
      attributes.put(
          names.get(k),
          bottoms.stream().map(s -> s.covariates().categories().get(column)).toList());
    }
    return Hierarchy.of(
        String.valueOf(columns), bottoms.stream().map(Series::id).toList(), attributes);
  }

  /** Series of all nodes; a sum is missing where one of its parts is. */
  static List<Series> nodes(Hierarchy hierarchy, List<Series> bottoms) {
    Series like = bottoms.getFirst();
    int groups = hierarchy.groups().size();
    double[][] values = new double[groups][like.length()];
    double[] column = new double[bottoms.size()];
    for (int t = 0; t < like.length(); t++) {
      for (int i = 0; i < column.length; i++) {
        column[i] = bottoms.get(i).values()[t];
      }
      double[] all = hierarchy.sums(column);
      for (int g = 0; g < groups; g++) {
        values[g][t] = all[g];
      }
    }
    List<Series> nodes = new ArrayList<>();
    for (int g = 0; g < groups; g++) {
      nodes.add(
          new Series(
              hierarchy.groups().get(g).id(),
              like.start(),
              like.frequency(),
              values[g],
              Covariates.NONE,
              like.origin()));
    }
    nodes.addAll(bottoms);
    return nodes;
  }

  /** The same forecasts, made to add up. */
  List<Outlook.Entry> reconciled(Hierarchy hierarchy, List<Outlook.Entry> base, long seed) {
    Reconciliation method = method();
    if (method == null) {
      return base;
    }
    double[][] history = rows(base, false);
    double[][] errors = rows(base, true);
    ErrorCovariance covariance = ErrorCovariance.shrunk(errors);
    Reconciler reconciler = method.of(hierarchy, history, errors);
    List<Forecast> forecasts =
        CoherentForecasts.of(
            reconciler,
            base.stream().map(Outlook.Entry::forecast).toList(),
            covariance,
            DRAWS,
            seed);
    List<Outlook.Entry> result = new ArrayList<>();
    for (int i = 0; i < base.size(); i++) {
      Outlook.Entry entry = base.get(i);
      result.add(
          new Outlook.Entry(
              entry.series(), forecasts.get(i), entry.model() + ", " + method, entry.errors()));
    }
    return result;
  }

  private static double[][] rows(List<Outlook.Entry> base, boolean errors) {
    int steps = base.getFirst().series().length();
    double[][] rows = new double[steps][base.size()];
    for (int i = 0; i < base.size(); i++) {
      double[] column = errors ? base.get(i).errors() : base.get(i).series().values();
      for (int t = 0; t < steps; t++) {
        rows[t][i] = column[t];
      }
    }
    return rows;
  }
}
