package dev.chainrule.experiments.timeseries;

import dev.chainrule.arima.ces.CesMethod;
import dev.chainrule.arima.combination.ArimaMethod;
import dev.chainrule.arima.ets.EtsMethod;
import dev.chainrule.arima.mstl.MstlMethod;
import dev.chainrule.arima.smoothing.SeriesMethod;
import dev.chainrule.arima.theta.ThetaMethod;

/** Models of single series that expect something of each value. */
final class AnomalyMethods {
  private AnomalyMethods() {}

  /** By its name; another is an IllegalArgumentException. */
  static SeriesMethod of(String name) {
    return switch (name) {
      case "ets" -> EtsMethod.defaults();
      case "theta" -> ThetaMethod.automatic();
      case "ces" -> CesMethod.automatic();
      case "arima" -> new ArimaMethod();
      case "mstl" -> MstlMethod.defaults();
      default ->
          throw new IllegalArgumentException(
              "--method: found " + name + ", expected ets, theta, ces, arima or mstl.");
    };
  }
}
