package dev.chainrule.arima;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.arima.auto.AutoArima;
import dev.chainrule.arima.auto.AutoOptions;
import dev.chainrule.arima.auto.AutoResult;
import dev.chainrule.arima.auto.Search;
import dev.chainrule.base.InputException;
import dev.chainrule.base.random.CounterRandom;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever a series looks like, it gets a forecast without NaN, or a sentence. */
class RandomSeriesTest {
  private static final int HORIZON = 5;

  @Test
  void everySeriesGetsFiniteIntervals() {
    forecastAll(0, 100);
  }

  @Test
  @Tag("slow")
  void manyMoreSeriesGetFiniteIntervals() {
    forecastAll(100, 3000);
  }

  private static void forecastAll(int from, int to) {
    for (int i = from; i < to; i++) {
      RandomGenerator rng = CounterRandom.of(11, i);
      int period = new int[] {1, 4, 12, 7}[rng.nextInt(4)];
      double[] y = series(rng, period);
      AutoOptions options = AutoOptions.forPeriod(period).withSearch(Search.STEPWISE);
      AutoResult result = AutoArima.fit(y, options);
      IntervalMethod[] methods = IntervalMethod.values();
      ArimaForecast forecast =
          Forecasts.of(
              result.fit(), HORIZON, Regressors.NONE, methods[rng.nextInt(methods.length)]);
      for (int h = 0; h < HORIZON; h++) {
        String about = "series " + i + " " + result.fit().spec() + " " + Arrays.toString(y);
        assertThat(forecast.mean(h)).as(about).isFinite();
        assertThat(forecast.quantile(h, 0.025)).as(about).isLessThanOrEqualTo(forecast.mean(h));
        assertThat(forecast.quantile(h, 0.975))
            .as(about)
            .isFinite()
            .isGreaterThanOrEqualTo(forecast.mean(h));
      }
    }
  }

  /** Between 1 and 80 values of some shape, level and scale, with gaps in every third. */
  private static double[] series(RandomGenerator rng, int period) {
    int n = rng.nextInt(4) == 0 ? 1 + rng.nextInt(8) : 8 + rng.nextInt(73);
    double scale = Math.pow(10, rng.nextInt(-9, 13));
    double level = rng.nextInt(3) == 0 ? 0 : 100 * scale;
    double[] season = rng.doubles(period).map(u -> 3 * u).toArray();
    int shape = rng.nextInt(9);
    double[] y = new double[n];
    double state = 0;
    for (int t = 0; t < n; t++) {
      double e = rng.nextGaussian();
      state = (shape == 1 ? 0.7 : 1) * state + e;
      y[t] =
          level
              + scale
                  * switch (shape) {
                    case 0 -> e;
                    case 1, 2 -> state;
                    case 3 -> 0.5 * t + 0.1 * e;
                    case 4 -> season[t % period];
                    case 5 -> season[t % period] * (1 + 0.1 * t) + 0.1 * e;
                    case 6 -> rng.nextInt(10) == 0 ? rng.nextInt(5) : 0;
                    case 7 -> t * t;
                    default -> t == n / 2 ? 1000 : 0;
                  };
    }
    if (rng.nextInt(3) == 0) {
      for (int t = 1; t < n; t++) {
        y[t] = rng.nextInt(5) == 0 ? Double.NaN : y[t];
      }
    }
    return y;
  }

  @Test
  void everyOrderIsFittedOrRefusedInASentence() {
    for (int i = 0; i < 100; i++) {
      RandomGenerator rng = CounterRandom.of(12, i);
      int period = 4;
      double[] y = series(rng, period);
      ArimaOrder order = new ArimaOrder(rng.nextInt(4), rng.nextInt(3), rng.nextInt(4));
      SeasonalOrder seasonal =
          rng.nextBoolean()
              ? new SeasonalOrder(rng.nextInt(3), rng.nextInt(2), 1 + rng.nextInt(2), period)
              : SeasonalOrder.NONE;
      FitOptions.Method[] methods = FitOptions.Method.values();
      FitOptions options = FitOptions.defaults().withMethod(methods[rng.nextInt(methods.length)]);
      try {
        ArimaFit fit = Arima.fit(y, ArimaSpec.of(order, seasonal), Regressors.NONE, options);
        double[] errors = Forecasts.of(fit, HORIZON).standardErrors();
        for (double error : errors) {
          assertThat(error).as(i + " " + fit.spec() + " " + Arrays.toString(y)).isFinite();
        }
      } catch (InputException e) {
        assertThat(e.getMessage()).endsWith(".").doesNotContain("null");
      }
    }
  }
}
