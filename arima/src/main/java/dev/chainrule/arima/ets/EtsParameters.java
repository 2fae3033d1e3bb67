package dev.chainrule.arima.ets;

/**
 * What a model smooths by and starts from.
 *
 * @param alpha of the level
 * @param beta of the growth; 0 without
 * @param gamma of the season; 0 without
 * @param phi damping of the growth; 1 without
 * @param level before the first value
 * @param growth before the first value; 0 without
 * @param seasons before the first value [period], first that of the first value; empty without
 */
@SuppressWarnings("ArrayRecordComponent")
public record EtsParameters(
    double alpha,
    double beta,
    double gamma,
    double phi,
    double level,
    double growth,
    double[] seasons) {}
