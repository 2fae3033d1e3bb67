package dev.chainrule.text.run;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.gguf.Rounding;
import dev.chainrule.core.gguf.TensorFormats;
import dev.chainrule.core.kernel.ArrayKernels;
import dev.chainrule.core.quant.BlockFormat;
import dev.chainrule.core.quant.CalibratedRounding;
import dev.chainrule.core.quant.InputMoments;
import dev.chainrule.core.quant.RoundTrip;
import dev.chainrule.text.architecture.GgufExport;
import dev.chainrule.text.decoder.DecoderModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A model that learns while its weights are rounded: exact weights are kept beside those that the
 * model has, and what an optimiser adds to these is added to the exact ones.
 */
final class RoundedWeights {
  /** Numbers that a worker rounds at once, or one row. */
  private static final int PART = 1 << 16;

  /** A matrix that is rounded. */
  private record Matrix(Parameter parameter, BlockFormat format, @Nullable InputMoments moments) {}

  private final Engine engine;
  private final Parameters parameters;
  private final List<Matrix> matrices = new ArrayList<>();
  private final Tensor exact;
  private final Tensor rounded;

  /** Rounds a model's weights by what is known of their inputs: these are the first exact ones. */
  RoundedWeights(DecoderModel model, Rounding rounding, Engine engine) {
    this.engine = engine;
    parameters = model.parameters();
    TensorFormats formats =
        new TensorFormats(
            rounding.type(),
            rounding.pure(),
            model.config().tiedEmbeddings(),
            model.config().numLayers());
    for (Parameter parameter : parameters.all()) {
      String tensor = GgufExport.tensor(model.config(), parameter.name());
      long[] shape = Arrays.stream(parameter.shape()).asLongStream().toArray();
      BlockFormat format = formats.of(tensor, shape);
      if (format != BlockFormat.F32) {
        matrices.add(new Matrix(parameter, format, rounding.calibration().get(tensor)));
      }
    }
    exact = parameters.vector(engine.memory());
    rounded = parameters.vector(engine.memory());
    round(true);
    arrays().copy(exact, parameters.values());
    arrays().copy(rounded, parameters.values());
  }

  private ArrayKernels arrays() {
    return engine.kernels(0).arrays();
  }

  /** After a step of the optimiser. */
  void stepped() {
    arrays().addScaled(exact, parameters.values(), 1);
    arrays().addScaled(exact, rounded, -1);
    arrays().copy(parameters.values(), exact);
    round(false);
    arrays().copy(rounded, parameters.values());
  }

  /** Gives the model the exact weights, which become the rounded ones when they are rounded. */
  void restore() {
    arrays().copy(parameters.values(), exact);
  }

  private void round(boolean calibrated) {
    Tensor values = parameters.values().host();
    Map<String, Tensor> views = parameters.views(values);
    for (Matrix matrix : matrices) {
      InputMoments moments = calibrated ? matrix.moments() : null;
      BlockFormat format = matrix.format();
      round(
          Objects.requireNonNull(views.get(matrix.parameter().name())),
          moments != null && CalibratedRounding.isFor(format)
              ? RoundTrip.calibrated(format, moments)
              : RoundTrip.closest(format));
    }
    if (!parameters.values().onHost()) {
      parameters.values().copyFrom(values);
    }
  }

  private void round(Tensor value, RoundTrip rounding) {
    int columns = value.dim(-1);
    int rows = value.rows();
    int most = Math.max(1, PART / columns);
    engine.run(
        worker -> {
          int to = (int) engine.from(rows, worker + 1);
          float[] numbers = new float[Math.min(most, rows) * columns];
          for (int r = (int) engine.from(rows, worker); r < to; r += most) {
            int n = Math.min(most, to - r) * columns;
            value.read((long) r * columns, numbers, 0, n);
            rounding.apply(numbers, n);
            value.write((long) r * columns, numbers, 0, n);
          }
        });
  }
}
