package dev.chainrule.arima;

import java.util.Locale;
import java.util.Map;

/** A fit as R prints it. */
final class FitSummary {
  private FitSummary() {}

  static String of(ArimaFit fit) {
    StringBuilder text = new StringBuilder();
    text.append(fit.spec());
    if (fit.regressors().count() > 0) {
      text.append(" errors, regression on ").append(fit.regressors().names());
    }
    text.append('\n');
    BoxCox boxCox = fit.options().boxCox();
    if (boxCox != null) {
      text.append(
          String.format(Locale.ROOT, "Box-Cox transformation: lambda = %.4f\n", boxCox.lambda()));
    }
    coefficients(fit, text);
    text.append(
        String.format(
            Locale.ROOT,
            "\nsigma^2 = %.6g:  log likelihood = %.2f\n",
            fit.sigma2(),
            fit.logLikelihood()));
    if (Double.isFinite(fit.aic())) {
      text.append(
          String.format(
              Locale.ROOT, "AIC=%.2f   AICc=%.2f   BIC=%.2f\n", fit.aic(), fit.aicc(), fit.bic()));
    }
    if (!fit.converged()) {
      text.append("Note: the search for the optimum ended before it converged.\n");
    }
    return text.toString();
  }

  private static void coefficients(ArimaFit fit, StringBuilder text) {
    Map<String, Double> coefficients = fit.coefficients();
    if (coefficients.isEmpty()) {
      return;
    }
    Map<String, Double> errors = fit.standardErrors();
    StringBuilder names = new StringBuilder("      ");
    StringBuilder values = new StringBuilder("      ");
    StringBuilder deviations = new StringBuilder("s.e.  ");
    coefficients.forEach(
        (name, value) -> {
          double error = errors.getOrDefault(name, 0.0);
          String shown = number(value, error);
          String deviation = number(error, error);
          int width =
              2
                  + Math.max(
                      Math.max(7, name.length()), Math.max(shown.length(), deviation.length()));
          names.append(String.format(Locale.ROOT, "%" + width + "s", name));
          values.append(String.format(Locale.ROOT, "%" + width + "s", shown));
          deviations.append(String.format(Locale.ROOT, "%" + width + "s", deviation));
        });
    text.append("\nCoefficients:\n");
    text.append(names).append('\n').append(values).append('\n').append(deviations).append('\n');
  }

  /** Four decimals, as R, or as many as a smaller standard error needs to be seen. */
  private static String number(double value, double error) {
    int needed = error > 0 && error < 0.001 ? 1 - (int) Math.floor(Math.log10(error)) : 4;
    return String.format(Locale.ROOT, "%." + Math.min(needed, 12) + "f", value);
  }
}
