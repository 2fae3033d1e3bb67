package dev.chainrule.arima.statespace;

import java.util.Arrays;

/**
 * The Kalman filter of an ARIMA model in Harvey's form with its differencing states, for series
 * with missing values, for R's likelihood and for the state at the end that forecasts start from.
 *
 * <p>State (a_0 .. a_{r-1}, y_{t-1} .. y_{t-d'}): the observation is a_0 plus the past levels times
 * {@code delta}; the transition is a shift with phi in the first column. Its products are written
 * out row by row, so one step costs O((r + d')^2) and not its cube. In exact mode the covariance is
 * frozen once it has stopped changing.
 */
public final class KalmanFilter implements ArmaFilter {
  private static final double KAPPA = 1e6;
  private static final double COUNTED_BELOW = 1e4;
  private static final double DIFFUSE_TOLERANCE = 1e-7;
  private static final double FROZEN = 1e-13;

  private final double[][] columns;
  private final double[] delta;
  private final DiffuseStart start;
  private final int length;
  private final double[][] innovations;
  private final double[] scale;

  private int r;
  private int size;
  private double[] ar = new double[0];
  private double[] noise = new double[0];
  private double[][] states = new double[0][];
  private double[] covariance = new double[0];
  private double[] predicted = new double[0];
  private double[] work = new double[0];
  private double[] scratch = new double[0];
  private double[] diffuse = new double[0];
  private boolean diffuseLeft;
  private boolean frozen;

  /**
   * A filter of these columns.
   *
   * @param columns the series, then its regressors [k + 1][n]; a row is missing where any is NaN
   * @param delta minus the coefficients of the differencing polynomial from lag 1 on [d']
   */
  public KalmanFilter(double[][] columns, double[] delta, DiffuseStart start) {
    this.columns = columns;
    this.delta = delta;
    this.start = start;
    this.length = columns[0].length;
    this.innovations = new double[columns.length][length];
    this.scale = new double[length];
  }

  @Override
  public boolean filter(double[] phi, double[] theta, Moments moments) {
    if (!begin(phi, theta)) {
      return false;
    }
    moments.clear();
    int k = columns.length;
    for (int t = 0; t < length; t++) {
      predict(t);
      double variance = update(t);
      if (Double.isNaN(variance)) {
        continue;
      }
      if (!(variance > 0)) {
        return false;
      }
      moments.count++;
      moments.sumLogVariance += Math.log(variance);
      for (int i = 0; i < k; i++) {
        for (int j = 0; j < k; j++) {
          moments.gram[i * k + j] += innovations[i][t] * innovations[j][t] / variance;
        }
      }
    }
    return Double.isFinite(moments.gram[0]);
  }

  /**
   * Begins step by step: for each t from 0 on {@link #predict}, then {@link #update}, before which
   * row t of the columns may still be written.
   *
   * @return false where the process is not stationary
   */
  public boolean begin(double[] phi, double[] theta) {
    return prepare(new ArmaProcess(phi, theta));
  }

  /** Moves the state on to time t, given the rows before. */
  public void predict(int t) {
    if (t > 0) {
      predictStates();
      predictCovariance();
    } else {
      System.arraycopy(covariance, 0, predicted, 0, size * size);
    }
  }

  /** What column c is expected to be at the time last predicted. */
  public double prediction(int c) {
    double[] a = states[c];
    double level = a[0];
    for (int k = 0; k < delta.length; k++) {
      level += delta[k] * a[r + k];
    }
    return level;
  }

  /** The variance of that, in units of sigma^2; meaningless while a diffuse direction is left. */
  public double predictionVariance() {
    return observe(predicted, scratch);
  }

  /**
   * Standardised innovations of the last call's coefficients: column 0 minus the others times
   * {@code beta}.
   *
   * @return [n], in the series' unit; NaN where missing, and where a diffuse direction was resolved
   *     0 in exact mode
   */
  public double[] standardised(double[] beta) {
    double[] result = new double[length];
    for (int t = 0; t < length; t++) {
      double sum = innovations[0][t];
      for (int c = 1; c < columns.length; c++) {
        sum -= beta[c - 1] * innovations[c][t];
      }
      result[t] = sum * scale[t];
    }
    return result;
  }

  /**
   * Innovation variances of the last call in units of sigma^2 [n]; NaN where missing, infinite
   * where a diffuse direction was resolved.
   */
  public double[] variances() {
    double[] result = new double[length];
    for (int t = 0; t < length; t++) {
      result[t] = 1 / (scale[t] * scale[t]);
    }
    return result;
  }

  /** The state after the last observation of the last call, of column 0 minus the others. */
  public FilteredState finalState(double[] beta) {
    double[] a = states[0].clone();
    for (int c = 1; c < columns.length; c++) {
      for (int i = 0; i < size; i++) {
        a[i] -= beta[c - 1] * states[c][i];
      }
    }
    double[] theta = Arrays.copyOfRange(noise, 1, r);
    return new FilteredState(
        Arrays.copyOf(ar, r), theta, delta, a, covariance.clone(), predicted.clone());
  }

  private boolean prepare(ArmaProcess process) {
    double[] stationary = process.stateCovariance();
    if (stationary.length == 0) {
      return false;
    }
    r = process.stateSize();
    size = r + delta.length;
    ar = Arrays.copyOf(process.phi(), r);
    noise = new double[r];
    noise[0] = 1;
    System.arraycopy(process.theta(), 0, noise, 1, process.theta().length);
    if (covariance.length != size * size) {
      states = new double[columns.length][size];
      covariance = new double[size * size];
      predicted = new double[size * size];
      work = new double[size * size];
      scratch = new double[size];
    }
    for (double[] a : states) {
      Arrays.fill(a, 0);
    }
    Arrays.fill(covariance, 0);
    for (int i = 0; i < r; i++) {
      System.arraycopy(stationary, i * r, covariance, i * size, r);
    }
    int d = delta.length;
    diffuseLeft = start == DiffuseStart.EXACT && d > 0;
    diffuse = new double[diffuseLeft ? d * d : 0];
    for (int i = 0; i < d; i++) {
      if (start == DiffuseStart.R) {
        covariance[(r + i) * size + r + i] = KAPPA;
      } else {
        diffuse[i * d + i] = 1;
      }
    }
    frozen = false;
    return true;
  }

  private void predictStates() {
    for (double[] a : states) {
      double a0 = a[0];
      double level = a0;
      for (int i = 0; i < delta.length; i++) {
        level += delta[i] * a[r + i];
      }
      for (int i = 0; i < r; i++) {
        a[i] = (i + 1 < r ? a[i + 1] : 0) + ar[i] * a0;
      }
      if (delta.length > 0) {
        System.arraycopy(a, r, a, r + 1, delta.length - 1);
        a[r] = level;
      }
    }
  }

  private void predictCovariance() {
    if (frozen) {
      return;
    }
    transition(covariance, work);
    for (int row = 0; row < size; row++) {
      transitionRow(work, row * size, predicted, row * size);
    }
    for (int i = 0; i < r; i++) {
      if (noise[i] != 0) {
        for (int j = 0; j < r; j++) {
          predicted[i * size + j] += noise[i] * noise[j];
        }
      }
    }
    if (diffuseLeft) {
      predictDiffuse();
    }
  }

  /** {@code out = T in}. */
  private void transition(double[] in, double[] out) {
    for (int i = 0; i < r; i++) {
      double f = ar[i];
      int to = i * size;
      if (i + 1 < r) {
        int next = to + size;
        for (int j = 0; j < size; j++) {
          out[to + j] = in[next + j] + f * in[j];
        }
      } else {
        for (int j = 0; j < size; j++) {
          out[to + j] = f * in[j];
        }
      }
    }
    int d = delta.length;
    if (d == 0) {
      return;
    }
    int level = r * size;
    System.arraycopy(in, 0, out, level, size);
    for (int k = 0; k < d; k++) {
      if (delta[k] != 0) {
        int from = (r + k) * size;
        for (int j = 0; j < size; j++) {
          out[level + j] += delta[k] * in[from + j];
        }
      }
    }
    System.arraycopy(in, r * size, out, (r + 1) * size, (d - 1) * size);
  }

  /** One row times the transposed transition. */
  private void transitionRow(double[] in, int from, double[] out, int to) {
    double first = in[from];
    for (int j = 0; j < r - 1; j++) {
      out[to + j] = in[from + j + 1] + ar[j] * first;
    }
    out[to + r - 1] = ar[r - 1] * first;
    int d = delta.length;
    if (d == 0) {
      return;
    }
    double level = first;
    for (int k = 0; k < d; k++) {
      level += delta[k] * in[from + r + k];
    }
    System.arraycopy(in, from + r, out, to + r + 1, d - 1);
    out[to + r] = level;
  }

  private void predictDiffuse() {
    int d = delta.length;
    double[] moved = new double[d * d];
    double[] cross = new double[d];
    double top = 0;
    for (int j = 0; j < d; j++) {
      for (int k = 0; k < d; k++) {
        cross[j] += delta[k] * diffuse[k * d + j];
      }
    }
    for (int k = 0; k < d; k++) {
      top += delta[k] * cross[k];
    }
    moved[0] = top;
    for (int i = 1; i < d; i++) {
      moved[i] = cross[i - 1];
      moved[i * d] = cross[i - 1];
      for (int j = 1; j < d; j++) {
        moved[i * d + j] = diffuse[(i - 1) * d + j - 1];
      }
    }
    diffuse = moved;
  }

  /** Takes in row t; the innovation variance where it counts, NaN where it does not. */
  public double update(int t) {
    if (missing(t)) {
      scale[t] = Double.NaN;
      System.arraycopy(predicted, 0, covariance, 0, size * size);
      frozen = false;
      return Double.NaN;
    }
    for (int c = 0; c < columns.length; c++) {
      innovations[c][t] = columns[c][t] - prediction(c);
    }
    double[] gain = scratch;
    double variance = observe(predicted, gain);
    if (diffuseLeft && updateDiffuse(t, gain, variance)) {
      scale[t] = 0;
      return Double.NaN;
    }
    scale[t] = 1 / Math.sqrt(variance);
    if (start == DiffuseStart.R) {
      updateAsR(t, gain, variance);
    } else {
      updateExact(t, gain, variance);
    }
    return start == DiffuseStart.EXACT || variance < COUNTED_BELOW ? variance : Double.NaN;
  }

  private void updateExact(int t, double[] gain, double variance) {
    for (int c = 0; c < columns.length; c++) {
      double step = innovations[c][t] / variance;
      double[] a = states[c];
      for (int i = 0; i < size; i++) {
        a[i] += gain[i] * step;
      }
    }
    if (frozen) {
      return;
    }
    double largest = 0;
    for (int i = 0; i < size; i++) {
      double g = gain[i] / variance;
      for (int j = 0; j < size; j++) {
        double value = predicted[i * size + j] - g * gain[j];
        double change = Math.abs(value - covariance[i * size + j]);
        largest = change > largest ? change : largest;
        covariance[i * size + j] = value;
      }
    }
    frozen = !diffuseLeft && t > size && largest < FROZEN;
  }

  /**
   * The same, multiplied and divided in R's order: a prior variance of 1e6 leaves only ten digits
   * or so of the covariance, up to five with several differences, and R's last digits are met only
   * by the same rounding.
   */
  private void updateAsR(int t, double[] gain, double variance) {
    for (int c = 0; c < columns.length; c++) {
      double innovation = innovations[c][t];
      double[] a = states[c];
      for (int i = 0; i < size; i++) {
        a[i] += gain[i] * innovation / variance;
      }
    }
    for (int i = 0; i < size; i++) {
      double g = gain[i];
      for (int j = 0; j < size; j++) {
        covariance[i * size + j] = predicted[i * size + j] - g * gain[j] / variance;
      }
    }
  }

  private boolean missing(int t) {
    for (double[] column : columns) {
      if (Double.isNaN(column[t])) {
        return true;
      }
    }
    return false;
  }

  private double observe(double[] p, double[] gain) {
    for (int i = 0; i < size; i++) {
      double sum = p[i * size];
      for (int k = 0; k < delta.length; k++) {
        sum += delta[k] * p[i * size + r + k];
      }
      gain[i] = sum;
    }
    double variance = gain[0];
    for (int k = 0; k < delta.length; k++) {
      variance += delta[k] * gain[r + k];
    }
    return variance;
  }

  /** Whether the observation resolved a diffuse direction. */
  private boolean updateDiffuse(int t, double[] gain, double variance) {
    int d = delta.length;
    double[] unbounded = new double[d];
    double total = 0;
    for (int i = 0; i < d; i++) {
      for (int k = 0; k < d; k++) {
        unbounded[i] += delta[k] * diffuse[i * d + k];
      }
    }
    for (int k = 0; k < d; k++) {
      total += delta[k] * unbounded[k];
    }
    if (total <= DIFFUSE_TOLERANCE) {
      return false;
    }
    double[] full = new double[size];
    for (int i = 0; i < d; i++) {
      full[r + i] = unbounded[i] / total;
    }
    for (int c = 0; c < columns.length; c++) {
      for (int i = r; i < size; i++) {
        states[c][i] += full[i] * innovations[c][t];
      }
    }
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        covariance[i * size + j] =
            predicted[i * size + j]
                - gain[i] * full[j]
                - full[i] * gain[j]
                + variance * full[i] * full[j];
      }
    }
    double largest = 0;
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < d; j++) {
        diffuse[i * d + j] -= unbounded[i] * unbounded[j] / total;
        largest = Math.max(largest, Math.abs(diffuse[i * d + j]));
      }
    }
    diffuseLeft = largest > DIFFUSE_TOLERANCE;
    return true;
  }
}
