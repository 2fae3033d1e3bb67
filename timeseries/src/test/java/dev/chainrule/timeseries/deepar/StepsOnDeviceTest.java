package dev.chainrule.timeseries.deepar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.core.engine.Nd4jEngine;
import dev.chainrule.core.kernel.cuda.CudaUnderTest;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.model.LockstepDecoder;
import dev.chainrule.core.model.RecomputingDecoder;
import dev.chainrule.core.testkit.FarEngine;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A recurrent state in a device's memory gives what recomputing gives. */
class StepsOnDeviceTest {
  private static final int LENGTH = 9;

  private final CounterRandom rng = CounterRandom.of(4);

  private WindowBatch windows(DeepAr model) {
    WindowBatch batch = WindowBatch.zeros(DType.FLOAT32, 2, LENGTH, model.config());
    for (Tensor numbers : new Tensor[] {batch.elements(), batch.history(), batch.covariates()}) {
      for (long i = 0; i < numbers.size(); i++) {
        numbers.set(i, rng.nextDouble(0.5, 2));
      }
    }
    return batch;
  }

  private void decodes(DeepAr model, Engine engine) {
    WindowBatch batch = windows(model);
    try (Engine cpu = Engines.open("reference", 1);
        Decoder cached = model.decoder(engine, batch);
        Decoder plain = new RecomputingDecoder<>(model, cpu, batch)) {
      assertThat(cached).isInstanceOf(LockstepDecoder.class);
      for (int t = 0; t < LENGTH - 1; t++) {
        if (t == 5) {
          cached.reset(1);
          plain.reset(1);
        }
        double[] a = cached.conditional().toDoubles();
        double[] e = plain.conditional().toDoubles();
        for (int i = 0; i < e.length; i++) {
          assertThat(a[i]).as("step %d, output %d", t, i).isCloseTo(e[i], within(1e-5));
        }
        Tensor next = Tensor.of(new float[] {rng.nextFloat(), rng.nextFloat()}, 2);
        cached.feed(next);
        plain.feed(next);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"LSTM", "GRU"})
  void onTheStandInForAGpu(DeepArNetwork.Kind kind) {
    try (Engine engine = CudaUnderTest.engineOnStandIn()) {
      decodes(ForecastEnginesTest.model(kind, "gaussian"), engine);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"LSTM", "GRU"})
  void inNd4jsOwnMemory(DeepArNetwork.Kind kind) {
    try (Engine engine = new Nd4jEngine()) {
      decodes(ForecastEnginesTest.model(kind, "gaussian"), engine);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"LSTM", "GRU"})
  void transfersOfAStepDoNotGrow(DeepArNetwork.Kind kind) {
    DeepAr model = ForecastEnginesTest.model(kind, "gaussian");
    FarEngine far = new FarEngine();
    decodes(model, far);
    try (Decoder cached = model.decoder(far, windows(model))) {
      for (int t = 0; t < LENGTH - 1; t++) {
        far.resetCounts();
        cached.feed(Tensor.of(new float[] {1, 2}, 2));
        cached.conditional();
        assertThat(far.uploads()).isEqualTo(1);
        assertThat(far.uploadedElements()).isEqualTo(2L * model.numFeatures());
        assertThat(far.downloads()).isEqualTo(1);
      }
    }
  }
}
