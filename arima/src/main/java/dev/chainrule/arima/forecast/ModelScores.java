package dev.chainrule.arima.forecast;

/**
 * What a model's forecasts from rolling origins were worth.
 *
 * @param name of the model
 * @param mase mean absolute scaled error of medians, a mean over forecasts
 * @param weightedQuantileLoss mean over the probabilities 0.1 to 0.9 of the quantile losses of all
 *     values, by the sum of their sizes
 * @param coverage share of values inside the central intervals of 95 %
 * @param forecasts how many there were
 * @param chosen series that are forecast by it
 */
public record ModelScores(
    String name,
    double mase,
    double weightedQuantileLoss,
    double coverage,
    int forecasts,
    int chosen) {}
