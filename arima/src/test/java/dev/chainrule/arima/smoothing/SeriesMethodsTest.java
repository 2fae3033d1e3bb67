package dev.chainrule.arima.smoothing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.arima.ces.CesMethod;
import dev.chainrule.arima.combination.CombinationMethod;
import dev.chainrule.arima.ets.EtsMethod;
import dev.chainrule.arima.intermittent.CrostonMethod;
import dev.chainrule.arima.intermittent.CrostonMethod.Form;
import dev.chainrule.arima.mstl.MstlMethod;
import dev.chainrule.arima.theta.ThetaMethod;
import dev.chainrule.base.InputException;
import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.forecast.SeriesHistory;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What all methods of one series keep, and what each has of the literature or of a peer. */
class SeriesMethodsTest {
  private static final double[] DEMAND = {
    0, 0, 3, 0, 0, 0, 2, 0, 5, 0, 0, 1, 0, 0, 0, 0, 4, 0, 2, 0
  };

  /** R's USAccDeaths. */
  private static final double[] DEATHS = {
    9007, 8106, 8928, 9137, 10017, 10826, 11317, 10744, 9713, 9938, 9161, 8927, 7750, 6981, 8038,
    8422, 8714, 9512, 10120, 9823, 8743, 9129, 8710, 8680, 8162, 7306, 8124, 7870, 9387, 9556,
    10093, 9620, 8285, 8466, 8160, 8034, 7717, 7461, 7767, 7925, 8623, 8945, 10078, 9179, 8037,
    8488, 7874, 8647, 7792, 6957, 7726, 8106, 8890, 9299, 10625, 9302, 8314, 8850, 8265, 8796,
    7836, 6892, 7791, 8192, 9115, 9434, 10484, 9827, 9110, 9070, 8633, 9240
  };

  static Stream<SeriesMethod> methods() {
    return Stream.of(
        EtsMethod.defaults(),
        ThetaMethod.automatic(),
        CesMethod.automatic(),
        MstlMethod.defaults(),
        CombinationMethod.defaults(),
        CrostonMethod.of(Form.SBA),
        CrostonMethod.of(Form.TSB));
  }

  private static Forecast forecast(SeriesMethod method, double[] y, int period, int horizon) {
    SeriesForecaster forecaster = new SeriesForecaster(method, Intervals.CALIBRATED);
    return forecaster.forecast(List.of(SeriesHistory.of("x", y, period)), horizon, 1).getFirst();
  }

  @ParameterizedTest
  @MethodSource("methods")
  void intervalsHaveWidthAndOrder(SeriesMethod method) {
    double[] line = IntStream.range(0, 40).mapToDouble(t -> 5 + t).toArray();
    double[] tiny = {4, 5, 3, 6, 8, 2, 4};
    double[] holes = DEATHS.clone();
    holes[5] = Double.NaN;
    holes[40] = Double.NaN;
    holes[71] = Double.NaN;
    // A search for an ARIMA of a season with holes takes seconds.
    boolean slow = method instanceof CombinationMethod;
    for (double[] y : List.of(line, tiny, slow ? tiny : holes, DEATHS)) {
      Forecast forecast = forecast(method, y, 12, 5);
      assertThat(forecast.horizon()).isEqualTo(5);
      for (int h = 0; h < 5; h++) {
        double before = Double.NEGATIVE_INFINITY;
        for (double p : new double[] {0.025, 0.1, 0.5, 0.9, 0.975}) {
          double q = forecast.quantile(h, p);
          assertThat(q).as("%s of %d values, step %d", p, y.length, h).isGreaterThan(before);
          before = q;
        }
        assertThat(forecast.mean(h)).isFinite();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void whatCannotBeForecastIsSaidInOneSentence(SeriesMethod method) {
    double nan = Double.NaN;
    for (double[] y :
        new double[][] {{}, {3}, {nan, nan, nan}, {2, 2, 2, 2, 2, 2}, {nan, 4, nan}}) {
      assertThatThrownBy(() -> forecast(method, y, 4, 3))
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith("series x: ")
          .hasMessageContaining("expected")
          .hasMessageNotContaining("\n");
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void forecastsDoNotDependOnTheUnit(SeriesMethod method) {
    Forecast one = forecast(method, DEATHS, 12, 6);
    Forecast other = forecast(method, Arrays.stream(DEATHS).map(v -> v / 1024).toArray(), 12, 6);
    for (int h = 0; h < 6; h++) {
      assertThat(other.mean(h) * 1024).isCloseTo(one.mean(h), within(2e-3 * one.mean(h)));
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void aGapAtTheEndMovesTheForecast(SeriesMethod method) {
    double[] gap = Arrays.copyOf(DEATHS, 74);
    gap[72] = Double.NaN;
    gap[73] = Double.NaN;
    Forecast whole = forecast(method, DEATHS, 12, 5);
    Forecast later = forecast(method, gap, 12, 3);
    for (int h = 0; h < 3; h++) {
      assertThat(later.mean(h)).isCloseTo(whole.mean(h + 2), within(1e-6 * whole.mean(h + 2)));
    }
  }

  /** Hyndman and Billah 2003, equation 5: simple smoothing with half the slope of the line. */
  @Test
  void theStandardThetaIsSmoothingWithHalfTheSlope() {
    double[] y = DEATHS;
    SeriesModel model = new ThetaMethod(List.of(ThetaMethod.Form.STM)).fit(y, 1);
    double alpha = model.parameters().get("alpha");
    double level = model.parameters().get("l");
    for (double value : y) {
      level += alpha * (value - level);
    }
    double n = y.length;
    double mean = Arrays.stream(y).average().orElseThrow();
    double slope = 0;
    double squares = 0;
    for (int t = 0; t < n; t++) {
      slope += (t - (n - 1) / 2) * (y[t] - mean);
      squares += (t - (n - 1) / 2) * (t - (n - 1) / 2);
    }
    slope /= squares;
    // The line of theta = 0 through the origin of the smoothed one: A counts with (1 - alpha)^n.
    double intercept = mean - slope * (n + 1) / 2;
    Forecast forecast = model.forecast(4, 1);
    for (int h = 0; h < 4; h++) {
      double drift = slope / 2 * (h + (1 - Math.pow(1 - alpha, n + 1)) / alpha);
      double first = 0.5 * intercept * Math.pow(1 - alpha, n);
      assertThat(forecast.mean(h)).isCloseTo(level + drift + first, within(1e-9 * level));
    }
  }

  /** statsforecast 2.1.1 ends with squares of 537.3843 in units of the mean: ours are fewer. */
  @Test
  void thetaFitsNoWorseThanItsPeer() {
    SeriesModel model = ThetaMethod.automatic().fit(DEATHS, 12);
    double mean = 8788.79;
    assertThat(model.parameters().get("sigma2") * (72 - 3 - 3) / mean).isLessThan(537.3843 * 1.001);
    assertThat(model.name()).contains("season");
    double[] peer = {8260.98, 7497.59, 8306.76};
    for (int h = 0; h < 3; h++) {
      double mine = model.forecast(3, 1).mean(h);
      assertThat(mine).isCloseTo(peer[h], within(0.02 * peer[h]));
    }
  }

  /** statsforecast 2.1.1, in single precision: AICc 1114.36 (partial) and 1265.79 (none). */
  @Test
  void cesFitsNoWorseThanItsPeer() {
    SeriesModel partial = new CesMethod(List.of(CesMethod.Season.PARTIAL)).fit(DEATHS, 12);
    SeriesModel none = new CesMethod(List.of(CesMethod.Season.NONE)).fit(DEATHS, 12);
    assertThat(partial.parameters().get("aicc")).isBetween(1110.0, 1114.37);
    assertThat(none.parameters().get("aicc")).isBetween(1260.0, 1265.8);
    double[] peer = {8303.14, 7567.71, 8342.43};
    for (int h = 0; h < 3; h++) {
      double mine = partial.forecast(3, 1).mean(h);
      assertThat(mine).isCloseTo(peer[h], within(0.01 * peer[h]));
    }
  }

  /** R's croston and statsforecast's CrostonSBA. */
  @Test
  void sparseDemandIsThatOfTheOthers() {
    assertThat(rate(Form.CROSTON)).isCloseTo(0.9464576872, within(1e-9));
    assertThat(rate(Form.SBA)).isCloseTo(0.8991348, within(1e-6));
    // Teunter et al. 2011, equation 1: 1, 0.9, 0.81 and 0.829 of 2, 2, 2 and 2.2.
    double tsb =
        CrostonMethod.of(Form.TSB).fit(new double[] {2, 0, 0, 4}, 1).forecast(1, 1).mean(0);
    assertThat(tsb).isCloseTo(0.829 * 2.2, within(1e-12));
    assertThatThrownBy(() -> CrostonMethod.of(Form.TSB).fit(new double[] {1, -1, 2}, 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("-1.0");
  }

  private static double rate(Form form) {
    return CrostonMethod.of(form).fit(DEMAND, 1).forecast(1, 1).mean(0);
  }

  /** What was seen lies inside of what is forecast: nothing at all, and the largest size. */
  @Test
  void sparseDemandHoldsNothingAndTheLargestSize() {
    for (Form form : Form.values()) {
      Forecast forecast = CrostonMethod.of(form).fit(DEMAND, 1).forecast(1, 1);
      assertThat(forecast.quantile(0, 0.025)).isZero();
      assertThat(forecast.quantile(0, 0.975)).isBetween(5.0, 5.1);
      double mean =
          IntStream.range(0, 9999).mapToDouble(i -> forecast.quantile(0, (i + 0.5) / 9999)).sum()
              / 9999;
      assertThat(mean).isCloseTo(forecast.mean(0), within(0.02 * mean));
    }
  }

  @Test
  void smoothingTellsItsLikelihoodAndCriteria() {
    SeriesModel model = EtsMethod.defaults().fit(DEATHS, 12);
    assertThat(model.name()).isEqualTo("ETS(A,N,A)");
    double likelihood = model.criteria().get("log_likelihood");
    // R 4.2.2, forecast 8.20: logLik(ets(USAccDeaths)), to which ours is no lower.
    assertThat(likelihood).isBetween(-555.0723351, -550.0);
    int k = model.parameterCount();
    assertThat(model.criteria().get("aic")).isCloseTo(2 * k - 2 * likelihood, within(1e-9));
    assertThat(ThetaMethod.automatic().fit(DEATHS, 12).criteria()).isEmpty();
  }

  /** As many parameters as errors leave none to know a width by. */
  @Test
  void thetaRefusesWhatItWouldFitExactly() {
    double[] five = {4, 7, 3, 9, 8};
    assertThatThrownBy(() -> ThetaMethod.automatic().fit(five, 1))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("found 5 values, expected 6 at least");
    Forecast six = ThetaMethod.automatic().fit(new double[] {4, 7, 3, 9, 8, 5}, 1).forecast(1, 1);
    assertThat(six.quantile(0, 0.9) - six.quantile(0, 0.1)).isGreaterThan(0.05);
  }

  @Test
  void theLastDecimalIsFoundOfSmallValuesToo() {
    assertThat(Resolution.deviation(new double[] {3, 40}))
        .isCloseTo(1 / Math.sqrt(12), within(1e-12));
    assertThat(Resolution.deviation(new double[] {0.25, 3}))
        .isCloseTo(0.01 / Math.sqrt(12), within(1e-12));
    double tiny = Resolution.deviation(new double[] {3e-12, 4.5e-12});
    assertThat(tiny).isCloseTo(1e-13 / Math.sqrt(12), within(1e-20));
  }

  @Test
  void twoSeasonsAreTakenApart() {
    double[] y =
        IntStream.range(0, 24 * 7 * 4)
            .mapToDouble(
                t ->
                    100
                        + 20 * Math.sin(2 * Math.PI * t / 24)
                        + 10 * Math.sin(2 * Math.PI * t / 168)
                        + Math.cos(t * (double) t))
            .toArray();
    SeriesModel model = MstlMethod.defaults().fit(y, 24);
    assertThat(model.name()).startsWith("MSTL(24,168)");
    Forecast forecast = model.forecast(48, 1);
    for (int h = 0; h < 48; h++) {
      int t = y.length + h;
      double expected =
          100 + 20 * Math.sin(2 * Math.PI * t / 24) + 10 * Math.sin(2 * Math.PI * t / 168);
      assertThat(forecast.mean(h)).isCloseTo(expected, within(3.5));
    }
    assertThat(MstlMethod.defaults().fit(DEATHS, 24).note()).contains("[24]");
  }

  @Test
  void aCombinationLiesBetweenItsMembers() {
    SeriesModel model = CombinationMethod.defaults().fit(DEATHS, 12);
    assertThat(model.parameters().values().stream().mapToDouble(w -> w).sum())
        .isCloseTo(1, within(1e-12));
    assertThat(model.parameters()).hasSize(4);
    double lowest = Double.POSITIVE_INFINITY;
    double highest = Double.NEGATIVE_INFINITY;
    for (SeriesMethod member : CombinationMethod.defaults().members()) {
      double mean = member.fit(DEATHS, 12).forecast(1, 1).mean(0);
      lowest = Math.min(lowest, mean);
      highest = Math.max(highest, mean);
    }
    assertThat(model.forecast(1, 1).mean(0)).isBetween(lowest, highest);
  }
}
