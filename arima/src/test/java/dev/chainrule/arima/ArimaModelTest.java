package dev.chainrule.arima;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.sampling.Generation;
import dev.chainrule.core.sampling.GenerationConfig;
import dev.chainrule.core.sampling.Generator;
import dev.chainrule.core.sampling.Sampler;
import dev.chainrule.core.testkit.ModelContract;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** ARIMA as a model of core: the contract, and its agreement with the fits it comes from. */
class ArimaModelTest {
  private static final Engine REFERENCE = Engines.open("reference", 1);

  private static final ArimaSpec[] SPECS = {
    ArimaSpec.of(2, 0, 1),
    new ArimaSpec(new ArimaOrder(0, 1, 2), SeasonalOrder.NONE, false, true),
    ArimaSpec.of(new ArimaOrder(1, 0, 1), new SeasonalOrder(0, 1, 1, 3))
  };

  @TestFactory
  Stream<DynamicTest> keepsTheContract() {
    return Arrays.stream(SPECS)
        .flatMap(
            spec -> {
              int given = spec.lostToDifferences();
              int length = given + 6;
              var subject =
                  new ModelContract.Subject<ArimaModel.Values>(
                      () -> new ArimaModel(spec, length),
                      (rng, sequences, n) -> {
                        Tensor values = Tensor.zeros(DType.FLOAT32, sequences, n);
                        for (long i = 0; i < values.size(); i++) {
                          values.set(i, rng.nextGaussian());
                        }
                        return new ArimaModel.Values(values);
                      },
                      length,
                      0,
                      0,
                      // What is given is seen through the differences that it takes part in.
                      (s, t) -> s >= given || s + given <= t,
                      // The filter runs on the host: coefficients and gradients come down.
                      5);
              return ModelContract.of(subject)
                  .tests()
                  .map(t -> DynamicTest.dynamicTest(spec + ": " + t.getDisplayName(), run(t)));
            });
  }

  private static org.junit.jupiter.api.function.Executable run(DynamicTest test) {
    return test.getExecutable();
  }

  private static Tensor row(double[] values) {
    Tensor row = Tensor.zeros(DType.FLOAT64, 1, values.length);
    IntStream.range(0, values.length).forEach(t -> row.set(t, values[t]));
    return row;
  }

  private static double[] evaluate(ArimaModel model, double[] y, boolean likelihood) {
    Tape tape = Tape.evaluation(REFERENCE, model.parameters());
    tape.begin();
    ArimaModel.Values batch = new ArimaModel.Values(row(y));
    return (likelihood ? model.nll(tape, batch) : model.conditionals(tape, batch))
        .value()
        .toDoubles();
  }

  @Test
  void conditionalsSumToTheLogLikelihood() {
    double[] y = ArimaTest.logPassengers();
    ArimaSpec drift = new ArimaSpec(new ArimaOrder(1, 1, 1), SeasonalOrder.NONE, false, true);
    for (ArimaSpec spec : new ArimaSpec[] {ArimaTest.AIRLINE, ArimaSpec.of(2, 0, 1), drift}) {
      ArimaFit fit = Arima.fit(y, spec);
      double[] nll = evaluate(ArimaModel.of(fit, y.length), y, true);
      assertThat(Arrays.stream(nll).sum()).isCloseTo(-fit.logLikelihood(), within(1e-6));
      double[] terms = fit.logDensities();
      int given = spec.lostToDifferences();
      for (int t = given; t < y.length; t++) {
        assertThat(nll[t - given]).isCloseTo(-terms[t], within(1e-6));
      }
    }
  }

  @Test
  void everyConditionalIntegratesToOne() {
    double[] y = ArimaTest.logPassengers();
    double[] rows = evaluate(ArimaModel.of(Arima.fit(y, ArimaTest.AIRLINE), y.length), y, false);
    for (int i = 0; i < rows.length; i += 20) {
      float[] row = {(float) rows[i], (float) rows[i + 1]};
      double step = row[1] / 50;
      double sum = 0;
      for (int k = -500; k <= 500; k++) {
        sum += step * Math.exp(ArimaModel.distribution(row).logProb(row[0] + k * step));
      }
      assertThat(sum).isCloseTo(1, within(1e-6));
    }
  }

  @Test
  void generatedPathsHaveTheForecastsDistribution() {
    double[] y = ArimaTest.logPassengers();
    ArimaFit fit = Arima.fit(y, ArimaTest.AIRLINE);
    ArimaModel model = ArimaModel.of(fit, y.length + 6);
    int streams = 4000;
    Generation drawn;
    ArimaModel.Values room =
        new ArimaModel.Values(Tensor.zeros(DType.FLOAT64, streams, y.length + 6));
    try (Decoder decoder = model.decoder(REFERENCE, room)) {
      drawn =
          new Generator(decoder, Sampler.of(ArimaModel::distribution), DType.FLOAT64, 1)
              .generate(row(y), GenerationConfig.of(6, 1));
    }
    ArimaForecast forecast = Forecasts.of(fit, 6);
    double[] variance = fit.state().forecastVariance(6);
    for (int h = 0; h < 6; h++) {
      int step = h;
      double[] values =
          drawn.sequences().stream().mapToDouble(s -> s.elements().get(step)).toArray();
      double se = Math.sqrt(variance[h] * fit.sigma2Ml());
      double mean = Arrays.stream(values).average().orElseThrow();
      double square = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / streams;
      assertThat(mean).isCloseTo(forecast.mean(h), within(4 * se / Math.sqrt(streams)));
      assertThat(Math.sqrt(square)).isCloseTo(se, within(0.05 * se));
    }
  }

  @Test
  void regressorsAreRefused() {
    double[] y = ArimaTest.logPassengers();
    double[] x = new double[y.length];
    Arrays.setAll(x, t -> Math.sin(t));
    Regressors one = new Regressors(java.util.List.of("x"), new double[][] {x});
    ArimaFit fit = Arima.fit(y, ArimaSpec.of(1, 1, 0), one, FitOptions.defaults());
    assertThatThrownBy(() -> ArimaModel.of(fit, 200)).hasMessageContaining("found [x]");
  }
}
