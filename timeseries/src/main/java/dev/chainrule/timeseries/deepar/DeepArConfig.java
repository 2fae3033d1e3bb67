package dev.chainrule.timeseries.deepar;

import dev.chainrule.base.series.Frequency;
import dev.chainrule.timeseries.feature.Lags;
import dev.chainrule.timeseries.feature.TimeFeatures;
import dev.chainrule.timeseries.likelihood.Likelihood;
import dev.chainrule.timeseries.likelihood.Scaling;
import java.util.Arrays;

/**
 * The shape of a {@link DeepAr}.
 *
 * @param frequency of the series
 * @param contextLength steps before the forecast that a window of training holds
 * @param predictionLength steps of a forecast
 * @param network the layers
 * @param likelihood name of the output's family
 * @param numCategories series that have a vector of their own; 0 for none
 * @param skipLag lag whose value the location begins as: 1 for a random walk, the season for a
 *     seasonal one; 0 for none
 * @param lags rising, from 1
 * @param standardized whether the mean of a window's context is subtracted, and its standard
 *     deviation is the scale; if not, the scale is the likelihood's
 * @param inputs what the network is told beside values and calendar
 */
@SuppressWarnings("ArrayRecordComponent")
public record DeepArConfig(
    String frequency,
    int contextLength,
    int predictionLength,
    DeepArNetwork network,
    String likelihood,
    int numCategories,
    int skipLag,
    int[] lags,
    boolean standardized,
    DeepArInputs inputs) {
  /** Steps of a window. */
  private static final int LONGEST = 1_000_000;

  /** Rejects what cannot be built, naming it. */
  public DeepArConfig {
    Frequency.of(frequency);
    Likelihood.of(likelihood);
    if (standardized && !movable(Likelihood.of(likelihood))) {
      throw new IllegalArgumentException(
          "standardized windows, expected others for the likelihood %s, whose values are %s"
              .formatted(likelihood, Likelihood.of(likelihood).support()));
    }
    if (predictionLength > LONGEST || contextLength > LONGEST) {
      throw new IllegalArgumentException(
          "prediction_length %d and context_length %d, expected at most %,d of each"
              .formatted(predictionLength, contextLength, LONGEST));
    }
    requirePositive("context_length", contextLength);
    requirePositive("prediction_length", predictionLength);
    if (numCategories < 0) {
      throw new IllegalArgumentException(
          "num_categories %d, expected 0 or more".formatted(numCategories));
    }
    if (lags.length == 0 || lags[0] != 1) {
      throw new IllegalArgumentException(
          "lags %s, expected rising numbers from 1".formatted(Arrays.toString(lags)));
    }
    for (int i = 1; i < lags.length; i++) {
      if (lags[i] <= lags[i - 1]) {
        throw new IllegalArgumentException(
            "lags %s, expected rising numbers from 1".formatted(Arrays.toString(lags)));
      }
    }
    if (skipLag != 0 && Arrays.binarySearch(lags, skipLag) < 0) {
      throw new IllegalArgumentException(
          "skip_lag %d, expected 0 or one of the lags %s"
              .formatted(skipLag, Arrays.toString(lags)));
    }
  }

  @Override
  public String toString() {
    return "DeepAR of %s: context %d, horizon %d, %s, %s, lags %s, skip lag %d%s"
        .formatted(
            frequency,
            contextLength,
            predictionLength,
            network,
            likelihood,
            Arrays.toString(lags),
            skipLag,
            standardized ? ", standardized" : "");
  }

  /** Whether it forecasts as far as another one, from series of the same steps and columns. */
  boolean forecastsAs(DeepArConfig other) {
    return frequency.equals(other.frequency)
        && predictionLength == other.predictionLength
        && inputs.names().equals(other.inputs.names());
  }

  /** The usual network for a frequency: 2 layers of 40 units, Student's t, its own lags. */
  public static DeepArConfig of(Frequency frequency, int contextLength, int predictionLength) {
    return new DeepArConfig(
        frequency.toString(),
        contextLength,
        predictionLength,
        DeepArNetwork.defaults(),
        "student_t",
        0,
        1,
        Lags.of(frequency, 1200),
        false,
        DeepArInputs.NONE);
  }

  /** With another output family. */
  public DeepArConfig withLikelihood(String name) {
    int skip = Likelihood.of(name).hasLocation() ? skipLag : 0;
    return new DeepArConfig(
        frequency,
        contextLength,
        predictionLength,
        network,
        name,
        numCategories,
        skip,
        lags,
        standardized && movable(Likelihood.of(name)),
        inputs);
  }

  /** With other lags, and the one that the location begins as. */
  public DeepArConfig withLags(int[] others, int skip) {
    return new DeepArConfig(
        frequency,
        contextLength,
        predictionLength,
        network,
        likelihood,
        numCategories,
        skip,
        others,
        standardized,
        inputs);
  }

  /** With so many steps before the forecast. */
  public DeepArConfig withContext(int steps) {
    return new DeepArConfig(
        frequency,
        steps,
        predictionLength,
        network,
        likelihood,
        numCategories,
        skipLag,
        lags,
        standardized,
        inputs);
  }

  /** With other layers of the same kind. */
  public DeepArConfig withNetwork(int layers, int width, double dropoutProbability) {
    return withNetwork(
        new DeepArNetwork(
            network.kind(), layers, width, width, network.numHeads(), dropoutProbability));
  }

  /** With another network. */
  public DeepArConfig withNetwork(DeepArNetwork other) {
    return new DeepArConfig(
        frequency,
        contextLength,
        predictionLength,
        other,
        likelihood,
        numCategories,
        skipLag,
        lags,
        standardized,
        inputs);
  }

  /** With vectors for so many series. */
  public DeepArConfig withCategories(int count) {
    return new DeepArConfig(
        frequency,
        contextLength,
        predictionLength,
        network,
        likelihood,
        count,
        skipLag,
        lags,
        standardized,
        inputs);
  }

  /** With more to be told. */
  public DeepArConfig withInputs(DeepArInputs other) {
    return new DeepArConfig(
        frequency,
        contextLength,
        predictionLength,
        network,
        likelihood,
        numCategories,
        skipLag,
        lags,
        standardized,
        other);
  }

  /** With the mean of each window's context subtracted, and its deviation for the scale. */
  public DeepArConfig withStandardizing(boolean wanted) {
    return new DeepArConfig(
        frequency,
        contextLength,
        predictionLength,
        network,
        likelihood,
        numCategories,
        skipLag,
        lags,
        wanted,
        inputs);
  }

  /** Whether the family's values may be {@link #standardized}. */
  public boolean canBeStandardized() {
    return movable(Likelihood.of(likelihood));
  }

  /** The largest lag: values needed before a window. */
  public int historyLength() {
    return lags[lags.length - 1];
  }

  /** How long before a missing value the one stands that is fed in its place: a season, or 1. */
  int substituteLag() {
    return Math.max(1, skipLag);
  }

  /** Numbers of each step beside values: the calendar, age, scale and centre, and the inputs. */
  public int numCovariates() {
    return TimeFeatures.count(Frequency.of(frequency)) + 3 + inputs.width();
  }

  /** Whether values of the family less any number are values of it. */
  private static boolean movable(Likelihood family) {
    return family.scaling() == Scaling.MEAN && family.support().contains(-0.5);
  }

  /** Steps in a window of training. */
  public int windowLength() {
    return contextLength + predictionLength;
  }

  static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s %d, expected 1 or more".formatted(name, value));
    }
  }
}
