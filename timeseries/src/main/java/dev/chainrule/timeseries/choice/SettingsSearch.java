package dev.chainrule.timeseries.choice;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;

import dev.chainrule.base.series.Frequency;
import dev.chainrule.base.series.Series;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.run.Recipe;
import dev.chainrule.core.run.TrainingRun;
import dev.chainrule.core.train.DivergenceException;
import dev.chainrule.core.train.TrainConfig;
import dev.chainrule.core.train.Trainer;
import dev.chainrule.core.train.TrainingListener;
import dev.chainrule.timeseries.deepar.DeepAr;
import dev.chainrule.timeseries.deepar.DeepArConfig;
import dev.chainrule.timeseries.deepar.DeepArForecaster;
import dev.chainrule.timeseries.deepar.WindowSampling;
import dev.chainrule.timeseries.feature.Lags;
import dev.chainrule.timeseries.run.FurtherNetwork;
import dev.chainrule.timeseries.run.SeriesTraining;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Chooses a network's settings from the series that it is to learn. The family of the values
 * follows from what they are. Whether windows are standardised, whether each series has a vector of
 * its own, and how long to train is tried: candidates learn the series without their ends and
 * forecast these. All are trained for a quarter of the longest training, the best two, or the one
 * that is far ahead, for all of it, each to the end of its learning rates, and the lowest {@link
 * HeldOutEnds#loss loss} of these trials says which settings and how many steps. What the budget
 * has left trains further networks, in turn of all settings that trials cannot tell from the best:
 * an equal mixture evens out what one network owes to chance. All of it happens within a budget
 * that is counted ({@link TrainingCost}), so that the same series and seed give the same choice.
 *
 * @param horizon steps of a forecast
 * @param given changes settings that are not to be chosen; asked for each candidate
 * @param recipe batches and rates, and where steps are not to be chosen, their number
 * @param choosesSteps whether to
 * @param windows which windows are learned from
 * @param networks to train in the end; null for as many as the budget has room for, at most {@link
 *     #MOST_NETWORKS}
 * @param budget seconds of two quiet cores for the choice and the training after it
 */
public record SettingsSearch(
    int horizon,
    UnaryOperator<DeepArConfig> given,
    Recipe recipe,
    boolean choosesSteps,
    WindowSampling windows,
    @Nullable Integer networks,
    double budget) {
  /** Seconds for a thousand series. */
  public static final double USUAL_BUDGET = 60;

  /** The gain of the next one is small. */
  public static final int MOST_NETWORKS = 5;

  /** Of the frequency's lags. */
  public static final int LONGEST_LAG = 400;

  /** Of a series, by which settings are told apart. */
  private static final int PATHS = 100;

  private static final long LONGEST = 2000;
  private static final long SHORTEST = 100;
  private static final int SHORT_SHARE = 4;
  private static final int FINALISTS = 2;

  /** Loss by which the second is too far behind the first to come up to it. */
  private static final double FAR_BEHIND = 1.1;

  /** Loss up to which settings are as good as the best, for all that trials can tell. */
  private static final double LEVEL = 1.05;

  /** Checks horizon and budget. */
  public SettingsSearch {
    if (horizon < 1) {
      throw new IllegalArgumentException("horizon %d, expected 1 or more".formatted(horizon));
    }
    if (networks != null && networks < 1) {
      throw new IllegalArgumentException("networks %d, expected 1 or more".formatted(networks));
    }
    if (!(budget > 0)) {
      throw new IllegalArgumentException(
          "budget %s, expected a number of seconds above 0".formatted(budget));
    }
  }

  /** With nothing given but the horizon and the seed. */
  public static SettingsSearch of(int horizon, long seed) {
    return new SettingsSearch(
        horizon,
        config -> config,
        SeriesTraining.usualRecipe().withSeed(seed),
        true,
        WindowSampling.usual(),
        null,
        USUAL_BUDGET);
  }

  /**
   * Chooses.
   *
   * @param series to learn, of one frequency
   * @param listener hears of the steps of all candidates as if they were one training
   * @param stop asked before each step; true ends the search with what it found so far
   * @throws dev.chainrule.base.InputException for a series that cannot be learned from
   */
  public SettingsChoice choose(
      List<Series> series, Engine engine, TrainingListener listener, BooleanSupplier stop)
      throws IOException {
    List<String> reasons = new ArrayList<>();
    List<DeepArConfig> configs = configs(series, reasons);
    Frequency frequency = series.getFirst().frequency();
    HeldOutEnds ends = HeldOutEnds.of(series, horizon, frequency.season());
    if (ends.isEmpty()) {
      reasons.add(
          "%s, %,d steps: no series has values for two forecasts of %d, so that nothing was tried"
              .formatted(Trial.words(configs.getFirst()), steps(), horizon));
      return choice(untried(configs.getFirst()), 0, reasons);
    }
    if (configs.size() == 1 && !choosesSteps) {
      return choice(untried(configs.getFirst()), 0, reasons);
    }
    long most = longest(configs, ends.histories().size());
    long few = Math.max(1, most / SHORT_SHARE);
    int all = configs.size();
    listener.started(0, TrainConfig.Limits.steps(all * few + Math.min(FINALISTS, all) * most));
    Trials trials = new Trials(ends, engine, new Forwarded(listener), stop);
    for (DeepArConfig config : configs) {
      trials.add(config, few);
    }
    List<DeepArConfig> best = trials.finalists();
    for (DeepArConfig config : best) {
      trials.add(config, most);
    }
    return chosen(trials, ends, reasons);
  }

  /** What was tried so far. */
  private final class Trials {
    private final HeldOutEnds ends;
    private final Engine engine;
    private final TrainingListener listener;
    private final BooleanSupplier stop;
    private final List<Trial> done = new ArrayList<>();

    Trials(HeldOutEnds ends, Engine engine, TrainingListener listener, BooleanSupplier stop) {
      this.ends = ends;
      this.engine = engine;
      this.listener = listener;
      this.stop = stop;
    }

    /** The best first, of equals the earlier. */
    List<Trial> inOrder() {
      return done.stream().sorted(Comparator.comparingDouble(Trial::order)).toList();
    }

    /** The best so far, and the second if it is near. */
    List<DeepArConfig> finalists() {
      return best(FAR_BEHIND).stream().map(Trial::config).limit(FINALISTS).toList();
    }

    /** The best trial, and the best of each other settings that is not so far behind it. */
    List<Trial> best(double behind) {
      List<Trial> ordered = inOrder();
      double most = behind * ordered.getFirst().order();
      Map<DeepArConfig, Trial> firsts = new LinkedHashMap<>();
      ordered.stream()
          .filter(trial -> trial.order() <= most)
          .forEach(trial -> firsts.putIfAbsent(trial.config(), trial));
      return List.copyOf(firsts.values());
    }

    void add(DeepArConfig config, long steps) throws IOException {
      HeldOutEnds.Loss loss;
      try {
        // A time limit would make the choice hang on the machine.
        TrainConfig training = recipe.training().withLimits(TrainConfig.Limits.steps(steps));
        loss = loss(config, recipe.with(training));
      } catch (DivergenceException e) {
        loss = HeldOutEnds.Loss.UNKNOWN;
      }
      done.add(new Trial(config, steps, loss));
    }

    private HeldOutEnds.Loss loss(DeepArConfig config, Recipe limited) throws IOException {
      DeepAr model = new DeepAr(config);
      Trainer.Result result =
          TrainingRun.fit(
              model,
              limited,
              windows.windows(model, engine, ends.training(), limited),
              engine,
              List.of(listener),
              stop);
      if (result.stopped()) {
        return HeldOutEnds.Loss.UNKNOWN;
      }
      DeepArForecaster forecaster = new DeepArForecaster(model, ends.training(), PATHS, engine);
      long seed = limited.training().seed();
      return ends.loss(forecaster.forecast(ends.histories(), horizon, seed, more -> {}));
    }
  }

  /** The shapes to try, the usual one first. */
  private List<DeepArConfig> configs(List<Series> series, List<String> reasons) {
    Frequency frequency = series.getFirst().frequency();
    DeepArConfig usual =
        DeepArConfig.of(frequency, 2 * horizon, horizon)
            .withLags(Lags.of(frequency, longestLag(series)), 1);
    // What is given stays whatever is proposed.
    DeepArConfig asked = given.apply(usual);
    boolean isFree =
        !given.apply(usual.withLikelihood("gaussian")).likelihood().equals(asked.likelihood());
    DeepArConfig base = usual;
    if (isFree && !asked.standardized()) {
      ValueKind kind = ValueKind.of(series);
      base = usual.withLikelihood(kind.likelihood());
      reasons.add("likelihood %s: %s".formatted(kind.likelihood(), kind.reason()));
    }
    List<DeepArConfig> proposals = new ArrayList<>(List.of(base));
    if (base.canBeStandardized()) {
      proposals.add(base.withStandardizing(true));
    }
    if (series.size() > 1) {
      proposals.add(base.withCategories(series.size()));
    }
    Map<String, DeepArConfig> distinct = new TreeMap<>();
    List<DeepArConfig> result = new ArrayList<>();
    for (DeepArConfig proposal : proposals) {
      DeepArConfig config = given.apply(proposal);
      if (distinct.putIfAbsent(Trial.words(config), config) == null) {
        result.add(config);
      }
    }
    return result;
  }

  /**
   * The longest lag that most windows can look back to. One that only the ends of series have is
   * not learned, and disturbs their forecasts.
   */
  private static int longestLag(List<Series> series) {
    int[] lengths = series.stream().mapToInt(Series::length).sorted().toArray();
    return Math.clamp(lengths[lengths.length / 2] / 2, 1, LONGEST_LAG);
  }

  /** Steps where they are not to be chosen. */
  private long steps() {
    return recipe.training().limits().steps();
  }

  /** The longest training of a candidate that the budget has room for. */
  private long longest(List<DeepArConfig> configs, int forecasts) {
    double step = 0;
    double measured = 0;
    for (DeepArConfig config : configs) {
      step = Math.max(step, TrainingCost.step(config, recipe.batchSize()));
      measured = Math.max(measured, TrainingCost.forecasts(config, forecasts, PATHS));
    }
    int finalists = Math.min(FINALISTS, configs.size());
    double measurements = (configs.size() + finalists) * measured;
    // A quarter of it by all, all of it by the finalists and by the training after the choice.
    double trainings = (double) configs.size() / SHORT_SHARE + finalists + 1;
    long room = Math.round(Math.max(0, budget - measurements) / (trainings * step));
    long most = choosesSteps ? LONGEST : Math.min(LONGEST, steps());
    return Math.clamp(room, Math.min(SHORTEST, most), most);
  }

  /** Whether there is another network beside so many, all at that cost. */
  private boolean hasRoom(int others, double cost) {
    return networks == null ? others < MOST_NETWORKS && cost <= budget : others < networks;
  }

  private SettingsChoice chosen(Trials done, HeldOutEnds ends, List<String> reasons) {
    List<Trial> trials = done.inOrder();
    Trial best = trials.getFirst();
    double spent = 0;
    for (Trial trial : trials) {
      spent += trial.steps() * TrainingCost.step(trial.config(), recipe.batchSize());
      spent += TrainingCost.forecasts(trial.config(), ends.histories().size(), PATHS);
    }
    if (Double.isNaN(best.loss().both())) {
      reasons.add(
          "%s, %,d steps: no trial came to its end".formatted(Trial.words(best.config()), steps()));
      return choice(untried(best.config()), spent, reasons);
    }
    reasons.add(
        String.format(
            Locale.ROOT,
            "quantile losses, weighted and scaled, of the last %d values of %,d series:",
            horizon * ends.windows(),
            ends.histories().size() / ends.windows()));
    for (int i = 0; i < trials.size(); i++) {
      reasons.add("  " + trials.get(i) + (i == 0 ? ", chosen" : ""));
    }
    return choice(done.best(LEVEL), spent, reasons);
  }

  private List<Trial> untried(DeepArConfig config) {
    return List.of(new Trial(config, steps(), HeldOutEnds.Loss.UNKNOWN));
  }

  /**
   * Networks of these settings in turn, the first one at least.
   *
   * @param spent of the budget before
   */
  private SettingsChoice choice(List<Trial> best, double spent, List<String> reasons) {
    List<FurtherNetwork> all = new ArrayList<>();
    double cost = spent;
    while (true) {
      Trial trial = best.get(all.size() % best.size());
      long steps = choosesSteps ? trial.steps() : steps();
      cost += steps * TrainingCost.step(trial.config(), recipe.batchSize());
      if (!all.isEmpty() && !hasRoom(all.size(), cost)) {
        break;
      }
      all.add(new FurtherNetwork(trial.config(), steps));
    }
    FurtherNetwork first = all.getFirst();
    SeriesTraining training =
        SeriesTraining.usual(horizon)
            .withNetwork(any -> first.config())
            .withNames(first.config().numCategories() > 0)
            .withWindows(windows)
            .withRecipe(recipe.withSteps(first.steps()))
            .withFurther(all.subList(1, all.size()));
    reasons.add(
        all.size() == 1
            ? "1 network"
            : "%d networks, whose forecasts are mixed: %s".formatted(all.size(), counted(all)));
    return new SettingsChoice(training, first.config(), reasons);
  }

  /** How many there are of each. */
  private static String counted(List<FurtherNetwork> networks) {
    return networks.stream()
        .collect(groupingBy(n -> Trial.words(n.config()), LinkedHashMap::new, counting()))
        .entrySet()
        .stream()
        .map(kind -> kind.getValue() + " " + kind.getKey())
        .collect(joining("; "));
  }

  /** Tells one listener of the steps of all candidates. */
  private static final class Forwarded implements TrainingListener {
    private final TrainingListener listener;
    private long steps;

    Forwarded(TrainingListener listener) {
      this.listener = listener;
    }

    @Override
    public void stepDone(long step, double nll, double gradientNorm, double learningRate) {
      steps++;
      listener.stepDone(steps, nll, gradientNorm, learningRate);
    }

    @Override
    public void warned(String sentence) {
      listener.warned(sentence);
    }
  }
}
