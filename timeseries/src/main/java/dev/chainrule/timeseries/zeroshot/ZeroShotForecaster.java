package dev.chainrule.timeseries.zeroshot;

import dev.chainrule.base.InputException;
import dev.chainrule.base.distribution.Distribution;
import dev.chainrule.base.forecast.Forecast;
import dev.chainrule.base.forecast.Forecaster;
import dev.chainrule.base.forecast.SeriesHistory;
import dev.chainrule.base.io.Excerpt;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.safetensors.SafetensorsFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntConsumer;

/**
 * Forecasts series that it has never learned from, each by its last values and its season alone.
 * One pass gives the distributions of all steps; nothing is drawn, so that seeds change nothing.
 * Where all values of a series are at least 0, so are its quantiles.
 */
public final class ZeroShotForecaster implements Forecaster {
  private static final String SHIPPED = "zeroshot.safetensors";
  private static final int BATCH = 16;

  private final ZeroShot model;
  private final Engine engine;

  /** For a model with parameters in the engine's memory. */
  public ZeroShotForecaster(ZeroShot model, Engine engine) {
    this.model = model;
    this.engine = engine;
  }

  /** With the weights that come with the library: 0.46 million, learned from made-up series. */
  public static ZeroShotForecaster shipped(Engine engine) throws IOException {
    Path copy = Files.createTempFile("chainrule", ".safetensors");
    try (InputStream in = ZeroShotForecaster.class.getResourceAsStream(SHIPPED)) {
      Files.copy(Objects.requireNonNull(in), copy, StandardCopyOption.REPLACE_EXISTING);
      return of(copy, ZeroShotConfig.shipped(), engine);
    } finally {
      Files.deleteIfExists(copy);
    }
  }

  /**
   * With the weights of a file.
   *
   * @throws dev.chainrule.base.InputException if the file does not hold those of this shape
   */
  public static ZeroShotForecaster of(Path file, ZeroShotConfig config, Engine engine)
      throws IOException {
    ZeroShot model = new ZeroShot(config);
    Parameters parameters = model.parameters();
    parameters.allocate(DType.FLOAT32);
    try (SafetensorsFile weights = SafetensorsFile.open(file)) {
      for (Map.Entry<String, Tensor> view : parameters.views(parameters.values()).entrySet()) {
        weights.tensor(view.getKey()).copyTo(view.getValue());
      }
    }
    return new ZeroShotForecaster(model, engine);
  }

  @Override
  public String name() {
    return "zeroshot";
  }

  @Override
  public List<Forecast> forecast(
      List<SeriesHistory> histories, int horizon, long seed, IntConsumer done) {
    model.config().requireHorizon(horizon);
    histories.forEach(ZeroShotForecaster::requireSome);
    Integer[] order = new Integer[histories.size()];
    Arrays.setAll(order, i -> i);
    // Series of as many patches beside each other.
    Arrays.sort(order, (a, b) -> patches(histories.get(a)) - patches(histories.get(b)));
    int groups = (order.length + BATCH - 1) / BATCH;
    Parameters kept = model.parameters().snapshot(engine);
    Forecast[] forecasts = new Forecast[order.length];
    engine.run(
        worker -> {
          Tape tape = Tape.evaluation(engine, worker, kept);
          for (int g = (int) engine.from(groups, worker);
              g < engine.from(groups, worker + 1);
              g++) {
            int to = Math.min(order.length, (g + 1) * BATCH);
            for (int from = g * BATCH; from < to; ) {
              int end = from + 1;
              while (end < to
                  && patches(histories.get(order[end])) == patches(histories.get(order[from]))) {
                end++;
              }
              forecast(tape, histories, Arrays.copyOfRange(order, from, end), horizon, forecasts);
              from = end;
            }
            done.accept(to - g * BATCH);
          }
        });
    return List.of(forecasts);
  }

  private static void requireSome(SeriesHistory history) {
    if (Arrays.stream(history.values()).allMatch(Double::isNaN)) {
      throw new InputException(
          "series %s: all %d values are missing, expected one at least"
              .formatted(Excerpt.of(history.id()), history.values().length));
    }
  }

  private int patches(SeriesHistory history) {
    int patch = model.config().patchLength();
    int length = Math.max(1, history.values().length);
    return Math.min(model.config().contextPatches(), (length + patch - 1) / patch);
  }

  private void forecast(
      Tape tape, List<SeriesHistory> histories, Integer[] which, int horizon, Forecast[] out) {
    int patch = model.config().patchLength();
    int past = patches(histories.get(which[0])) * patch;
    int time = past + (horizon + patch - 1) / patch * patch;
    PatchBatch batch = PatchBatch.zeros(which.length, time);
    for (int row = 0; row < which.length; row++) {
      SeriesHistory history = histories.get(which[row]);
      batch.write(row, aligned(history.values(), past, time), past, history.period(), patch);
    }
    tape.begin();
    Tensor raw = model.conditionals(tape, batch).value().host();
    int width = model.likelihood().numParameters();
    float[] outputs = new float[width];
    for (int row = 0; row < which.length; row++) {
      double centre = batch.centres().get(row);
      double scale = batch.scales().get(row);
      Distribution[] steps = new Distribution[horizon];
      for (int h = 0; h < horizon; h++) {
        raw.read(((long) row * time + past + h) * width, outputs, 0, width);
        requireFinite(outputs);
        steps[h] = model.likelihood().distribution(outputs, scale);
      }
      double[] values = histories.get(which[row]).values();
      boolean negative = Arrays.stream(values).anyMatch(v -> v < 0);
      double floor = negative ? Double.NEGATIVE_INFINITY : 0;
      out[which[row]] = new StepDistributions(steps, centre, floor);
    }
  }

  private static void requireFinite(float[] outputs) {
    for (float output : outputs) {
      if (!Float.isFinite(output)) {
        throw new InputException(
            "the zero-shot model puts out %s, expected a finite number: its weights are damaged"
                .formatted(output));
      }
    }
  }

  /** The last values at the end of {@code past} places, and nothing after them. */
  private static double[] aligned(double[] values, int past, int time) {
    double[] aligned = new double[time];
    Arrays.fill(aligned, Double.NaN);
    int count = Math.min(past, values.length);
    System.arraycopy(values, values.length - count, aligned, past - count, count);
    return aligned;
  }
}
