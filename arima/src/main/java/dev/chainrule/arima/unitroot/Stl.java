package dev.chainrule.arima.unitroot;

/**
 * Seasonal-trend decomposition by local regression (Cleveland, Cleveland, McRae and Terpenning
 * 1990), without robustness weights: two passes of the inner loop, a seasonal smoother of degree 0,
 * trend and low-pass smoothers of degree 1, each evaluated at every tenth of its window and
 * interpolated between, as R's {@code stl} does it by default.
 */
public final class Stl {
  private static final int PASSES = 2;

  private final double[] seasonal;
  private final double[] trend;
  private final double[] remainder;

  private Stl(double[] seasonal, double[] trend, double[] remainder) {
    this.seasonal = seasonal;
    this.trend = trend;
    this.remainder = remainder;
  }

  /**
   * Decomposes a complete series of more than two periods.
   *
   * @param x the series [n]
   * @param seasonalWindow years (periods) that the seasonal smoother spans, odd
   */
  public static Stl decompose(double[] x, int period, int seasonalWindow) {
    int n = x.length;
    int trendWindow = nextOdd((int) Math.ceil(1.5 * period / (1 - 1.5 / seasonalWindow)));
    int lowWindow = nextOdd(period);
    double[] trend = new double[n];
    double[] seasonal = new double[n];
    for (int pass = 0; pass < PASSES; pass++) {
      double[] cycles = cycleSubseries(x, trend, period, seasonalWindow);
      double[] low = moving(moving(moving(cycles, period), period), 3);
      low = loess(low, lowWindow, 1, jump(lowWindow), 1, n);
      double[] adjusted = new double[n];
      for (int t = 0; t < n; t++) {
        seasonal[t] = cycles[t + period] - low[t];
        adjusted[t] = x[t] - seasonal[t];
      }
      trend = loess(adjusted, trendWindow, 1, jump(trendWindow), 1, n);
    }
    double[] remainder = new double[n];
    for (int t = 0; t < n; t++) {
      remainder[t] = x[t] - seasonal[t] - trend[t];
    }
    return new Stl(seasonal, trend, remainder);
  }

  /** Seasonal part [n]. */
  public double[] seasonal() {
    return seasonal.clone();
  }

  /** Trend [n]. */
  public double[] trend() {
    return trend.clone();
  }

  /** What is left [n]. */
  public double[] remainder() {
    return remainder.clone();
  }

  private static int jump(int window) {
    return (window + 9) / 10;
  }

  private static int nextOdd(int value) {
    return value % 2 == 0 ? value + 1 : value;
  }

  /** Each month's series smoothed and extended by one period at both ends [n + 2 period]. */
  private static double[] cycleSubseries(double[] x, double[] trend, int period, int window) {
    int n = x.length;
    double[] result = new double[n + 2 * period];
    for (int j = 0; j < period; j++) {
      int k = (n - 1 - j) / period + 1;
      double[] sub = new double[k];
      for (int i = 0; i < k; i++) {
        sub[i] = x[j + i * period] - trend[j + i * period];
      }
      double[] smooth = loess(sub, window, 0, jump(window), 0, k + 2);
      for (int i = 0; i < k + 2; i++) {
        result[j + i * period] = smooth[i];
      }
    }
    return result;
  }

  private static double[] moving(double[] x, int width) {
    double[] result = new double[x.length - width + 1];
    double sum = 0;
    for (int t = 0; t < x.length; t++) {
      sum += x[t];
      if (t >= width) {
        sum -= x[t - width];
      }
      if (t >= width - 1) {
        result[t - width + 1] = sum / width;
      }
    }
    return result;
  }

  /**
   * Local regression at positions {@code first} to {@code first + count - 1} (1 is y's first
   * element), every {@code jump}-th of those inside and linear between.
   */
  private static double[] loess(
      double[] y, int window, int degree, int jump, int first, int count) {
    int n = y.length;
    double[] inside = new double[n];
    int step = Math.min(jump, Math.max(n - 1, 1));
    int left = 1;
    int right = Math.min(window, n);
    int half = (window + 1) / 2;
    for (int i = 1; i <= n; i += step) {
      if (window < n) {
        if (i < half) {
          left = 1;
          right = window;
        } else if (i >= n - half + 1) {
          left = n - window + 1;
          right = n;
        } else {
          left = i - half + 1;
          right = window + i - half;
        }
      }
      inside[i - 1] = at(y, window, degree, i, left, right, inside[i - 1]);
    }
    if (step > 1) {
      interpolate(y, inside, window, degree, step, left, right);
    }
    double[] result = new double[count];
    for (int k = 0; k < count; k++) {
      int position = first + k;
      if (position >= 1 && position <= n) {
        result[k] = inside[position - 1];
      } else if (position < 1) {
        result[k] = at(y, window, degree, position, 1, Math.min(window, n), inside[0]);
      } else {
        int from = Math.max(1, n - window + 1);
        result[k] = at(y, window, degree, position, from, n, inside[n - 1]);
      }
    }
    return result;
  }

  private static void interpolate(
      double[] y, double[] inside, int window, int degree, int step, int left, int right) {
    int n = y.length;
    int last = 1;
    for (int i = 1; i <= n - step; i += step) {
      double slope = (inside[i + step - 1] - inside[i - 1]) / step;
      for (int j = i + 1; j < i + step; j++) {
        inside[j - 1] = inside[i - 1] + slope * (j - i);
      }
      last = i + step;
    }
    if (last != n) {
      inside[n - 1] = at(y, window, degree, n, left, right, y[n - 1]);
      double slope = (inside[n - 1] - inside[last - 1]) / (n - last);
      for (int j = last + 1; j < n; j++) {
        inside[j - 1] = inside[last - 1] + slope * (j - last);
      }
    }
  }

  /** The local fit at x from the neighbours left..right (from 1), with tricube weights. */
  private static double at(
      double[] y, int window, int degree, double x, int left, int right, double otherwise) {
    int n = y.length;
    double h = Math.max(x - left, right - x);
    if (window > n) {
      h += Math.floorDiv(window - n, 2);
    }
    double[] w = new double[right - left + 1];
    double total = 0;
    for (int j = left; j <= right; j++) {
      double r = Math.abs(j - x);
      if (r <= 0.999 * h) {
        double cube = r <= 0.001 * h ? 1 : Math.pow(1 - Math.pow(r / h, 3), 3);
        w[j - left] = cube;
        total += cube;
      }
    }
    if (total <= 0) {
      return otherwise;
    }
    double centre = 0;
    for (int j = left; j <= right; j++) {
      w[j - left] /= total;
      centre += w[j - left] * j;
    }
    if (h > 0 && degree > 0) {
      double spread = 0;
      for (int j = left; j <= right; j++) {
        spread += w[j - left] * (j - centre) * (j - centre);
      }
      if (Math.sqrt(spread) > 0.001 * (n - 1)) {
        double tilt = (x - centre) / spread;
        for (int j = left; j <= right; j++) {
          w[j - left] *= 1 + tilt * (j - centre);
        }
      }
    }
    double sum = 0;
    for (int j = left; j <= right; j++) {
      sum += w[j - left] * y[j - 1];
    }
    return sum;
  }
}
