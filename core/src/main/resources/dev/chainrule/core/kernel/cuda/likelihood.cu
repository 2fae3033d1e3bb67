// Likelihoods of real numbers and counts, in double precision; a thread has a row. The families are
// those of time series by their names; each writes its slopes and returns nats, as
// ScalarLikelihood.nll does.
#define GROUP 64
#define LARGEST_OUTPUT 1e18
#define HALF_LOG_2_PI 0.91893853320467274178
#define PI 3.14159265358979323846
#define SHIFT 3.0   // of spreads, which begin narrow
#define FLOOR 1e-6  // of spreads

DEVICE double softplus(double x) { return x > 30.0 ? x : log1p(exp(x)); }

DEVICE double logistic(double x) { return 1.0 / (1.0 + exp(-x)); }

// Special functions of positive numbers: a series above 8, and recurrence below.
DEVICE double log_gamma(double x) {
  double product = 1.0;
  ROLLED while (x < 8.0) {
    product *= x;
    x += 1.0;
  }
  double r = 1.0 / x, s = r * r;
  double series = 1.0 / 1188 - s * (691.0 / 360360);
  series = -1.0 / 1680 + s * series;
  series = 1.0 / 1260 + s * series;
  series = -1.0 / 360 + s * series;
  series = 1.0 / 12 + s * series;
  return (x - 0.5) * log(x) - x + HALF_LOG_2_PI + r * series - log(product);
}

DEVICE double digamma(double x) {
  double sum = 0.0;
  ROLLED while (x < 8.0) {
    sum -= 1.0 / x;
    x += 1.0;
  }
  double r = 1.0 / x, s = r * r;
  double series = 1.0 / 132 - s * (691.0 / 32760);
  series = 1.0 / 240 - s * series;
  series = 1.0 / 252 - s * series;
  series = 1.0 / 120 - s * series;
  series = 1.0 / 12 - s * series;
  return sum + log(x) - 0.5 * r - s * series;
}

// Gamma(x + 1/2) / Gamma(x), and the derivative of its logarithm
DEVICE double half_step(double x, double* slope) {
  double ratio = 1.0, sum = 0.0;
  ROLLED while (x < 8.0) {
    ratio *= x / (x + 0.5);
    sum += 0.5 / (x * (x + 0.5));
    x += 1.0;
  }
  double r = 1.0 / x, s = r * r;
  double series = 17.0 / 14336 - s * (31.0 / 18432);
  series = 1.0 / 640 - s * series;
  series = 1.0 / 192 - s * series;
  series = 1.0 / 8 - s * series;
  double by_x = 17.0 / 2048 - s * (31.0 / 2048);
  by_x = 1.0 / 128 - s * by_x;
  by_x = 1.0 / 64 - s * by_x;
  by_x = 1.0 / 8 - s * by_x;
  *slope = sum + 0.5 * r + s * by_x;
  return ratio * sqrt(x) * exp(-r * series);
}

// log(Gamma(x + n) / Gamma(x)) for a whole number n, and its derivative by x
DEVICE double log_rising(double x, double n, double* slope) {
  if (n > 20.0) {
    *slope = digamma(x + n) - digamma(x);
    return log_gamma(x + n) - log_gamma(x);
  }
  double product = 1.0, sum = 0.0;
  ROLLED for (int k = 0; k < n; k++) {
    product *= x + k;
    sum += 1.0 / (x + k);
  }
  *slope = sum;
  return log(product);
}

DEVICE double gaussian(const float* raw, double target, double scale, float* slopes) {
  double s = raw[1] - SHIFT, deviation = softplus(s) + FLOOR;
  double z = (target / scale - raw[0]) / deviation;
  slopes[0] = (float) (-z / deviation);
  slopes[1] = (float) ((1.0 - z * z) / deviation * logistic(s));
  return HALF_LOG_2_PI + log(deviation * scale) + 0.5 * z * z;
}

DEVICE double student_t(const float* raw, double target, double scale, float* slopes) {
  double s = raw[1] - SHIFT, d = raw[2], half_slope;
  double spread = softplus(s) + FLOOR, df = 2.0 + softplus(d);
  double z = (target / scale - raw[0]) / spread, far = log(1.0 + z * z / df);
  double pull = (df + 1.0) * z / (df + z * z);  // the slope by z
  double half = half_step(df / 2.0, &half_slope);
  slopes[0] = (float) (-pull / spread);
  slopes[1] = (float) ((1.0 - z * pull) / spread * logistic(s));
  slopes[2] = (float) (0.5 * (1.0 / df - half_slope + far - z * pull / df) * logistic(d));
  return log(spread * scale * sqrt(PI * df) / half) + (df + 1.0) / 2.0 * far;
}

DEVICE double negative_binomial(const float* raw, double target, double scale, float* slopes) {
  double m = raw[0], a = raw[1], by_r, unused;
  double mean = scale * softplus(m) + 1e-8, alpha = (softplus(a) + 1e-4) / sqrt(scale);
  double r = 1.0 / alpha, all = log1p(alpha * mean);
  double rising = log_rising(r, target, &by_r), factorial = log_rising(1.0, target, &unused);
  double dmean = (r + target) * alpha / (1.0 + alpha * mean) - target / mean;
  double dr = all - by_r - (r + target) * mean / (r * (r + mean)) + target / r;
  slopes[0] = (float) (dmean * scale * logistic(m));
  slopes[1] = (float) (-r * r * dr * logistic(a) / sqrt(scale));
  return factorial - rising + (r + target) * all - target * log(alpha * mean);
}

DEVICE double lognormal(const float* raw, double target, double scale, float* slopes) {
  double m = 10.0 * raw[0], s = raw[1] - SHIFT;
  double median = softplus(m) / 10.0 + 1e-12, deviation = softplus(s) + FLOOR;
  double z = log(target / scale / median) / deviation;
  slopes[0] = (float) (-z / deviation / median * logistic(m));
  slopes[1] = (float) ((1.0 - z * z) / deviation * logistic(s));
  return HALF_LOG_2_PI + log(deviation * target) + 0.5 * z * z;
}

DEVICE double bernoulli(const float* raw, double target, double scale, float* slopes) {
  double logit = raw[0];
  slopes[0] = (float) (logistic(logit) - target);
  return softplus(target > 0.0 ? -logit : logit);
}

DEVICE double beta(const float* raw, double target, double scale, float* slopes) {
  double slope = logistic(raw[0]), mean = 1e-4 + (1.0 - 2e-4) * slope;
  double total = softplus(raw[1] + SHIFT) + 1e-2;
  double a = mean * total, b = (1.0 - mean) * total, lower = log(target), upper = log1p(-target);
  double common = digamma(total);
  double da = digamma(a) - common - lower, db = digamma(b) - common - upper;
  slopes[0] = (float) (total * (da - db) * (1.0 - 2e-4) * slope * (1.0 - slope));
  slopes[1] = (float) ((mean * da + (1.0 - mean) * db) * logistic(raw[1] + SHIFT));
  return log_gamma(a) + log_gamma(b) - log_gamma(total) - (a - 1.0) * lower - (b - 1.0) * upper;
}

#define COMPONENTS 3

DEVICE double component_mean(const float* raw, int k, double scale) {
  double first = raw[0];
  return scale * (k == 0 ? first : first + raw[k] + (k == 1 ? -0.3 : 0.3));
}

DEVICE double component_spread(const float* raw, int k, double scale) {
  return scale * softplus(raw[COMPONENTS + k] - 1.0) + 0.02;
}

// The logarithm of a component's mass of the bin around target; see LogisticMixtureLikelihood.
DEVICE double component_mass(const float* raw, int k, double target, double scale) {
  double spread = component_spread(raw, k, scale);
  double upper = (target + 0.5 - component_mean(raw, k, scale)) / spread;
  double mass = -softplus(-upper);
  if (target > 0.0) mass += log(-expm1(-1.0 / spread)) - softplus(upper - 1.0 / spread);
  return mass;
}

DEVICE double logistic_mixture_of_counts(
    const float* raw, double target, double scale, float* slopes) {
  double first = 0.0, top = -1e300, sum = 0.0, prior_top = -1e300, prior_sum = 0.0;
  ROLLED for (int k = 0; k < COMPONENTS; k++) {
    double logit = raw[2 * COMPONENTS + k], joint = logit + component_mass(raw, k, target, scale);
    double best = fmax(top, joint), prior_best = fmax(prior_top, logit);
    sum = sum * exp(top - best) + exp(joint - best);
    prior_sum = prior_sum * exp(prior_top - prior_best) + exp(logit - prior_best);
    top = best;
    prior_top = prior_best;
  }
  double total = top + log(sum), prior = prior_top + log(prior_sum);
  ROLLED for (int k = 0; k < COMPONENTS; k++) {
    double logit = raw[2 * COMPONENTS + k];
    double share = exp(logit + component_mass(raw, k, target, scale) - total);
    double spread = component_spread(raw, k, scale);
    double upper = (target + 0.5 - component_mean(raw, k, scale)) / spread;
    double lower = upper - 1.0 / spread, thin = 1.0 / expm1(1.0 / spread);
    double by_upper = logistic(-upper) + (target > 0.0 ? thin : 0.0);
    double by_lower = target > 0.0 ? -logistic(lower) - thin : 0.0;
    double dmean = share * (by_upper + by_lower) / spread * scale;
    double dspread = share * (by_upper * upper + by_lower * lower) / spread;
    first += dmean;
    slopes[k] = (float) dmean;
    slopes[COMPONENTS + k] = (float) (dspread * scale * logistic(raw[COMPONENTS + k] - 1.0));
    slopes[2 * COMPONENTS + k] = (float) (exp(logit - prior) - share);
  }
  slopes[0] = (float) first;
  return prior - total;
}

// A quantile function of straight pieces, and its score, a piece at a time from both ends inwards: the
// slopes by the values at knots are summed from there, as what is outside of a knot moves with it.
#define KNOTS 17
#define MIDDLE 8
#ifdef __CUDA_ARCH__
#define TABLE static __constant__
#else
#define TABLE static const
#endif
TABLE double knots[KNOTS] = {0.0, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5,
                             0.6, 0.7, 0.8, 0.9, 0.95, 0.975, 0.99, 1.0};
TABLE double normal[KNOTS] = {-3.5, -2.3263, -1.96, -1.6449, -1.2816, -0.8416, -0.5244, -0.2533, 0.0,
                              0.2533, 0.5244, 0.8416, 1.2816, 1.6449, 1.96, 2.3263, 3.5};

// From knot i to the next, by output i + 1
DEVICE double knot_step(const float* raw, int i) {
  return (normal[i + 1] - normal[i]) * (softplus(raw[i + 1] - SHIFT) + FLOOR);
}

DEVICE float knot_slope(const float* raw, int i, double d) {
  return (float) (d * (normal[i + 1] - normal[i]) * logistic(raw[i + 1] - SHIFT));
}

// The slopes of the score by the values at both ends of piece i
DEVICE void piece_slopes(int i, double left, double right, double y, double* low, double* high) {
  double a = knots[i], width = knots[i + 1] - a;
  double crossing = fmin(fmax((y - left) / (right - left), 0.0), 1.0);
  double rising = width * (1.0 - crossing * crossing) / 2.0, all = width * (1.0 - crossing);
  double rising_moment = width * (a / 2.0 + width / 3.0), moment = width * (a + width / 2.0);
  *high = 2.0 * (rising - rising_moment);
  *low = 2.0 * (all - rising - (moment - rising_moment));
}

DEVICE double quantile_spline(const float* raw, double target, double scale, float* slopes) {
  double y = target / scale, middle = raw[0], x = middle, low, high, score = 0.0, next = 0.0;
  double above = 0.0, below = 0.0;
  ROLLED for (int i = MIDDLE; i + 1 < KNOTS; i++) x += knot_step(raw, i);
  ROLLED for (int i = KNOTS - 2; i >= MIDDLE; i--) {
    double left = x - knot_step(raw, i);
    piece_slopes(i, left, x, y, &low, &high);
    double d = high + next;  // by the value at knot i + 1
    score += d * (x - y);
    above += d;
    slopes[i + 1] = knot_slope(raw, i, above);
    next = low;
    x = left;
  }
  double by_middle = next;
  x = middle;
  next = 0.0;
  ROLLED for (int i = MIDDLE - 1; i >= 0; i--) x -= knot_step(raw, i);
  ROLLED for (int i = 0; i < MIDDLE; i++) {
    double right = x + knot_step(raw, i);
    piece_slopes(i, x, right, y, &low, &high);
    double d = low + next;  // by the value at knot i
    score += d * (x - y);
    below += d;
    slopes[i + 1] = knot_slope(raw, i, -below);
    next = high;
    x = right;
  }
  by_middle += next;
  slopes[0] = (float) (above + below + by_middle);
  return score + by_middle * (middle - y);
}

// nll [n], slopes and raw [n, WIDTH], targets [n], scales [n / share]; zero where the target is NaN,
// and NaN where the outputs are no distribution's
#define ROWS_OF(family, WIDTH)                                                             \
  EACH(i, n, GROUP) {                                                                      \
    const float* row = raw + i * (WIDTH);                                                  \
    float* to = slopes + i * (WIDTH);                                                      \
    float target = targets[i];                                                             \
    int missing = target != target, usable = !missing;                                     \
    for (int p = 0; p < (WIDTH); p++) usable = usable && fabsf(row[p]) <= LARGEST_OUTPUT;  \
    if (usable) {                                                                          \
      nll[i] = (float) family(row, target, scales[quotient(i, share)], to);                \
    } else {                                                                               \
      nll[i] = missing ? 0.0f : AS_FLOAT(0x7fc00000u);                                     \
      for (int p = 0; p < (WIDTH); p++) to[p] = 0.0f;                                      \
    }                                                                                      \
  }

KERNEL GROUP_SIZE(GROUP) void likelihood_gaussian(
    float* RESTRICT nll, float* RESTRICT slopes, const float* RESTRICT raw,
    const float* RESTRICT targets, const float* RESTRICT scales, i64 share, i64 n) {
  ROWS_OF(gaussian, 2)
}

KERNEL GROUP_SIZE(GROUP) void likelihood_student_t(
    float* RESTRICT nll, float* RESTRICT slopes, const float* RESTRICT raw,
    const float* RESTRICT targets, const float* RESTRICT scales, i64 share, i64 n) {
  ROWS_OF(student_t, 3)
}

KERNEL GROUP_SIZE(GROUP) void likelihood_negative_binomial(
    float* RESTRICT nll, float* RESTRICT slopes, const float* RESTRICT raw,
    const float* RESTRICT targets, const float* RESTRICT scales, i64 share, i64 n) {
  ROWS_OF(negative_binomial, 2)
}

KERNEL GROUP_SIZE(GROUP) void likelihood_lognormal(
    float* RESTRICT nll, float* RESTRICT slopes, const float* RESTRICT raw,
    const float* RESTRICT targets, const float* RESTRICT scales, i64 share, i64 n) {
  ROWS_OF(lognormal, 2)
}

KERNEL GROUP_SIZE(GROUP) void likelihood_bernoulli(
    float* RESTRICT nll, float* RESTRICT slopes, const float* RESTRICT raw,
    const float* RESTRICT targets, const float* RESTRICT scales, i64 share, i64 n) {
  ROWS_OF(bernoulli, 1)
}

KERNEL GROUP_SIZE(GROUP) void likelihood_beta(
    float* RESTRICT nll, float* RESTRICT slopes, const float* RESTRICT raw,
    const float* RESTRICT targets, const float* RESTRICT scales, i64 share, i64 n) {
  ROWS_OF(beta, 2)
}

KERNEL GROUP_SIZE(GROUP) void likelihood_logistic_mixture(
    float* RESTRICT nll, float* RESTRICT slopes, const float* RESTRICT raw,
    const float* RESTRICT targets, const float* RESTRICT scales, i64 share, i64 n) {
  ROWS_OF(logistic_mixture_of_counts, 9)
}

KERNEL GROUP_SIZE(GROUP) void likelihood_quantile_spline(
    float* RESTRICT nll, float* RESTRICT slopes, const float* RESTRICT raw,
    const float* RESTRICT targets, const float* RESTRICT scales, i64 share, i64 n) {
  ROWS_OF(quantile_spline, KNOTS)
}
