package dev.chainrule.experiments.arima;

import dev.chainrule.arima.BoxCox;
import dev.chainrule.arima.BoxCoxSelection;
import dev.chainrule.arima.FitOptions;
import dev.chainrule.arima.statespace.DiffuseStart;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;

/** How models are estimated. */
final class EstimationOptions {
  private static final double SMALLEST_LAMBDA = -0.9;
  private static final double LARGEST_LAMBDA = 2;

  @Option(
      names = "--lambda",
      paramLabel = "L",
      description = "Box-Cox power, 0 for the logarithm, auto (Guerrero), or none.")
  String lambda = "none";

  @Option(
      names = "--bias-adjust",
      description = "Make back-transformed forecasts means, not medians.")
  boolean biasAdjust;

  @Option(
      names = "--method",
      paramLabel = "METHOD",
      description = "css-ml, ml or css (conditional sum of squares alone).")
  String method = "css-ml";

  @Option(
      names = "--likelihood",
      paramLabel = "MODE",
      description = "exact, or r for R's with its large prior variance.")
  String likelihood = "exact";

  /** Checks what can be checked without data; a wrong value is an IllegalArgumentException. */
  FitOptions fitOptions() {
    if (biasAdjust && lambda.equals("none")) {
      throw new IllegalArgumentException(
          "--bias-adjust: expected --lambda, whose transformation it is of.");
    }
    if (!List.of("none", "auto").contains(lambda)) {
      number("--lambda", lambda);
    }
    FitOptions options = FitOptions.defaults().withLikelihood(mode());
    return options.withMethod(choice("--method", method, FitOptions.Method.class));
  }

  private DiffuseStart mode() {
    return choice("--likelihood", likelihood, DiffuseStart.class);
  }

  static double number(String option, String text) {
    double number;
    try {
      number = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      number = Double.NaN;
    }
    if (!Double.isFinite(number)) {
      throw new IllegalArgumentException(
          option + ": found " + text + ", expected a number, auto or none.");
    }
    return number;
  }

  /** The constant of an enum that a user means, whose names are written in small letters. */
  static <E extends Enum<E>> E choice(String option, String text, Class<E> type) {
    String wanted = text.toUpperCase(Locale.ROOT).replace('-', '_');
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(wanted)) {
        return constant;
      }
    }
    List<String> known =
        Arrays.stream(type.getEnumConstants())
            .map(c -> c.name().toLowerCase(Locale.ROOT).replace('_', '-'))
            .toList();
    throw new IllegalArgumentException(
        option + ": found " + text + ", expected one of " + known + ".");
  }

  /** The options with the transformation for one series. */
  FitOptions forSeries(FitOptions options, double[] y, int season) {
    if (lambda.equals("none")) {
      return options;
    }
    double power =
        lambda.equals("auto")
            ? BoxCoxSelection.guerrero(y, season, SMALLEST_LAMBDA, LARGEST_LAMBDA)
            : number("--lambda", lambda);
    return options.withBoxCox(new BoxCox(power, biasAdjust));
  }
}
