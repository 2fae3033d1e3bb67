package dev.chainrule.arima;

import dev.chainrule.arima.statespace.DiffuseStart;
import dev.chainrule.arima.statespace.KalmanFilter;
import dev.chainrule.base.distribution.Gaussian;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Initializer;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.model.AutoregressiveModel;
import dev.chainrule.core.model.Batch;
import dev.chainrule.core.model.Decoder;
import java.util.Arrays;
import java.util.function.Function;

/**
 * An ARIMA model in core's contract: the one-step predictive densities of the Kalman filter are the
 * conditionals of the chain rule, and core's generator draws from them element by element.
 *
 * <p>Its one parameter holds, in this order, the ARMA coefficients as the search sees them (partial
 * autocorrelations as atanh, moving averages as they are), the mean or the drift where the model
 * has one, and the logarithm of the innovations' standard deviation. Sequences are complete and
 * without regressors. The first d + D m elements are given.
 *
 * <p>Everything is computed in double precision. Gradients are central differences of step 1e-5
 * relative to the coordinate: a few numbers describe the model, and a pass costs microseconds.
 * {@link Arima#fit} estimates far better than gradient steps do.
 */
public final class ArimaModel implements AutoregressiveModel<ArimaModel.Values> {
  private static final double STEP = 1e-5;
  private static final double HALF_LOG_2_PI = 0.5 * Math.log(2 * Math.PI);

  private final ArimaSpec spec;
  private final ArmaLayout layout;
  private final int capacity;
  private final Parameters parameters = new Parameters();
  private final Parameter coefficients;

  /**
   * Series of equal length.
   *
   * @param elements [B, T], floating point
   */
  public record Values(Tensor elements) implements Batch {
    @Override
    public Values slice(int from, int to) {
      return new Values(elements.slice(from, to));
    }

    @Override
    public Values withElements(Tensor other) {
      return new Values(other);
    }
  }

  /**
   * A model whose parameters begin at zero: noise of variance 1 once it is differenced.
   *
   * @param capacity the most elements that a decoder can be fed
   */
  public ArimaModel(ArimaSpec spec, int capacity) {
    this.spec = spec;
    this.layout = ArmaLayout.of(spec);
    this.capacity = capacity;
    this.coefficients =
        parameters.add("coefficients", Initializer.constant(0), layout.count() + constants() + 1);
  }

  /**
   * The model at a fit's coefficients and maximum-likelihood variance, on the scale of the
   * transformed series. Its log-likelihood of that series is the fit's {@code exact} one.
   *
   * @param capacity the most elements that a decoder can be fed
   * @throws IllegalArgumentException if the fit has regressors
   */
  public static ArimaModel of(ArimaFit fit, int capacity) {
    if (fit.regressors().count() > 0) {
      throw new IllegalArgumentException(
          "regressors: found " + fit.regressors().names() + ", expected a model without");
    }
    ArimaModel model = new ArimaModel(fit.spec(), capacity);
    model.parameters.allocate(DType.FLOAT64, 0);
    Tensor values = model.parameters.value(model.coefficients);
    double[] all = fit.coefficients().values().stream().mapToDouble(v -> v).toArray();
    int arma = model.layout.count();
    double[] raw = model.layout.unconstrain(Arrays.copyOf(all, arma));
    for (int i = 0; i < all.length; i++) {
      values.set(i, i < arma ? raw[i] : all[i]);
    }
    values.set(all.length, 0.5 * Math.log(fit.sigma2Ml()));
    return model;
  }

  private int constants() {
    return (spec.mean() ? 1 : 0) + (spec.drift() ? 1 : 0);
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  @Override
  public int givenElements() {
    return spec.lostToDifferences();
  }

  /** Means and standard deviations [B, T - givenElements, 2]; see {@link #distribution}. */
  @Override
  public Variable conditionals(Tape tape, Values batch) {
    return differentiable(
        tape,
        raw -> conditionals(raw, batch.elements()),
        batch.size(),
        batch.length() - givenElements(),
        2);
  }

  /**
   * What a row of {@link #conditionals} stands for.
   *
   * @param row mean and standard deviation, which is above 0
   */
  public static Gaussian distribution(float[] row) {
    return new Gaussian(row[0], row[1]);
  }

  @Override
  public Variable nll(Tape tape, Values batch) {
    return differentiable(
        tape, raw -> nll(raw, batch.elements()), batch.size() * (batch.length() - givenElements()));
  }

  private double[] nll(double[] raw, Tensor elements) {
    double[] rows = conditionals(raw, elements);
    int length = elements.dim(1);
    int predicted = length - givenElements();
    double[] result = new double[rows.length / 2];
    for (int i = 0; i < result.length; i++) {
      int at = i / predicted * length + givenElements() + i % predicted;
      double deviation = rows[2 * i + 1];
      double z = (elements.get(at) - rows[2 * i]) / deviation;
      result[i] = HALF_LOG_2_PI + Math.log(deviation) + 0.5 * z * z;
    }
    return result;
  }

  private double[] conditionals(double[] raw, Tensor elements) {
    int streams = elements.dim(0);
    int length = elements.dim(1);
    Predictor predictor = new Predictor(raw, streams, length);
    int given = givenElements();
    double[] result = new double[streams * (length - given) * 2];
    for (int t = 0; t < length; t++) {
      predictor.predict(t);
      for (int s = 0; s < streams; s++) {
        if (t >= given) {
          int at = (s * (length - given) + t - given) * 2;
          result[at] = predictor.mean(s, t);
          result[at + 1] = predictor.deviation();
        }
        predictor.observe(s, t, elements.get((long) s * length + t));
      }
      predictor.update(t);
    }
    return result;
  }

  /** A function of the coefficients as an operation on the tape. */
  private Variable differentiable(Tape tape, Function<double[], double[]> function, int... shape) {
    Variable input = tape.parameter(coefficients);
    Variable output = tape.variable(input.needsGradient(), shape);
    output.value().copyFrom(tensor(function.apply(input.value().toDoubles()), output.value()));
    tape.record(
        "arima",
        output,
        input,
        () -> {
          double[] weights = tape.gradient(output).toDoubles();
          Tensor gradient = tape.gradient(input).host();
          double[] x = input.value().toDoubles();
          for (int i = 0; i < x.length; i++) {
            double step = STEP * Math.max(1, Math.abs(x[i]));
            double[] up = function.apply(moved(x, i, step));
            double[] down = function.apply(moved(x, i, -step));
            double sum = 0;
            for (int j = 0; j < weights.length; j++) {
              sum += weights[j] * (up[j] - down[j]);
            }
            gradient.set(i, gradient.get(i) + sum / (2 * step));
          }
          tape.gradient(input).copyFrom(gradient);
        });
    return output;
  }

  private static double[] moved(double[] x, int i, double by) {
    double[] result = x.clone();
    result[i] += by;
    return result;
  }

  /** The host's array of these values, of the type and shape of another. */
  private static Tensor tensor(double[] values, Tensor like) {
    Tensor tensor = Tensor.zeros(like.dtype(), like.shape());
    for (int i = 0; i < values.length; i++) {
      tensor.set(i, values[i]);
    }
    return tensor;
  }

  @Override
  public Decoder decoder(Engine engine, Values streams) {
    return new Steps(parameters.value(coefficients).toDoubles(), streams.size());
  }

  /** The filter at some coefficients, with the constant taken off and put back. */
  private final class Predictor {
    private final double[][] columns;
    private final KalmanFilter filter;
    private final double[] phi;
    private final double[] theta;
    private final double constant;
    private final double sigma;

    Predictor(double[] raw, int streams, int length) {
      int arma = layout.count();
      double[] constrained = layout.constrain(Arrays.copyOf(raw, arma));
      this.phi = layout.phi(constrained);
      this.theta = layout.theta(constrained);
      this.constant = constants() > 0 ? raw[arma] : 0;
      this.sigma = Math.exp(raw[arma + constants()]);
      this.columns = new double[streams][length];
      this.filter = new KalmanFilter(columns, spec.delta(), DiffuseStart.EXACT);
      begin();
    }

    void begin() {
      if (!filter.begin(phi, theta)) {
        throw new IllegalStateException(
            spec + ": the coefficients are at the border of stationarity, expected them inside");
      }
    }

    private double regression(int t) {
      return spec.drift() ? constant * (t + 1) : constant;
    }

    void predict(int t) {
      filter.predict(t);
    }

    double mean(int stream, int t) {
      return filter.prediction(stream) + regression(t);
    }

    double deviation() {
      return sigma * Math.sqrt(filter.predictionVariance());
    }

    void observe(int stream, int t, double value) {
      columns[stream][t] = value - regression(t);
    }

    void update(int t) {
      filter.update(t);
    }
  }

  /** Each stream has a filter of its own, since each may stand at another place. */
  private final class Steps implements Decoder {
    private final double[] raw;
    private final Predictor[] predictors;
    private final double[][] fed;
    private final int[] positions;
    private final Tensor conditional;

    Steps(double[] raw, int streams) {
      this.raw = raw;
      this.predictors = new Predictor[streams];
      this.fed = new double[streams][capacity];
      this.positions = new int[streams];
      this.conditional = Tensor.zeros(DType.FLOAT64, streams, 2);
      reset();
    }

    private void ahead(int stream) {
      int position = positions[stream];
      if (position < capacity) {
        Predictor predictor = predictors[stream];
        predictor.predict(position);
        conditional.set(2L * stream, predictor.mean(0, position));
        conditional.set(2L * stream + 1, predictor.deviation());
      }
    }

    @Override
    public int streams() {
      return predictors.length;
    }

    @Override
    public int position(int stream) {
      return positions[stream];
    }

    @Override
    public int capacity() {
      return capacity;
    }

    @Override
    public void reset(int stream) {
      predictors[stream] = new Predictor(raw, 1, capacity);
      positions[stream] = 0;
      ahead(stream);
    }

    @Override
    public void fork(int from, int to) {
      reset(to);
      for (int t = 0; t < positions[from]; t++) {
        observe(to, fed[from][t]);
      }
    }

    @Override
    public void feed(Tensor elements) {
      for (int s = 0; s < streams(); s++) {
        if (positions[s] == capacity) {
          throw new IllegalStateException(
              "element %d, expected at most %d in all".formatted(capacity + 1, capacity));
        }
      }
      for (int s = 0; s < streams(); s++) {
        observe(s, elements.get(s));
      }
    }

    private void observe(int stream, double value) {
      int position = positions[stream]++;
      fed[stream][position] = value;
      predictors[stream].observe(0, position, value);
      predictors[stream].update(position);
      ahead(stream);
    }

    @Override
    public Tensor conditional() {
      for (int position : positions) {
        if (position < givenElements() || position == capacity) {
          throw new IllegalStateException(
              "conditional of element %d, expected %d to %d"
                  .formatted(position, givenElements(), capacity - 1));
        }
      }
      return conditional;
    }
  }
}
