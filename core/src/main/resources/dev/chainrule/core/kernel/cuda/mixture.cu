// Discretised mixtures of logistics, in double precision: bins of 65,536 levels ask for it. A thread
// has a row.
#define GROUP 64

#ifdef __CUDA_ARCH__
// Of what is far from the ends of the range: a start of 23 bits, and two steps of Newton's.
DEVICE double reciprocal(double x) {
  double r;
  asm("rcp.approx.ftz.f64 %0, %1;" : "=d"(r) : "d"(x));
  r = fma(fma(-x, r, 1.0), r, r);
  return fma(fma(-x, r, 1.0), r, r);
}
#else
#define reciprocal(x) (1.0 / (x))
#endif

// Half a bin is `half`, 1 / (levels - 1).
DEVICE double level_value(int level, double half) { return 2.0 * level * half - 1.0; }

// The logarithm of the mass of a bin under one logistic, and its derivatives; see LogisticBin.
DEVICE double bin_mass(
    int level, double mean, double log_scale, int levels, double half, double floor,
    double* dmean, double* dscale) {
  double inverse = exp(-(log_scale > floor ? log_scale : floor));
  double centre = level_value(level, half) - mean;
  int first = level == 0, last = level == levels - 1;
  double p = (centre + half) * inverse, m = (centre - half) * inverse;
  double mass = 1.0, far = 0.0, above = 0.0, below = 0.0, thinning = 0.0;
  if (!last) {
    double e = exp(-fabs(p));
    double r = reciprocal(1.0 + e);
    mass *= r;
    far += p < 0.0 ? -p : 0.0;
    above = p > 0.0 ? e * r : r;
  }
  if (!first) {
    double e = exp(-fabs(m));
    double r = reciprocal(1.0 + e);
    mass *= r;
    far += m > 0.0 ? m : 0.0;
    below = m > 0.0 ? r : e * r;
  }
  if (!first && !last) {
    double width = 2.0 * half * inverse;
    double open = -expm1(-width);
    mass *= open;
    thinning = width * (1.0 - open) * reciprocal(open);
  }
  *dmean = (below - above) * inverse;
  double slope = (first ? 0.0 : m * below) - (last ? 0.0 : p * above) - thinning;
  *dscale = log_scale < floor ? 0.0 : slope;
  return log(mass) - far;
}

// A sum of exponentials that grows: top + log(sum).
DEVICE void grow(double* top, double* sum, double x) {
  if (x > *top) {
    *sum = *sum * exp(*top - x) + 1.0;
    *top = x;
  } else {
    *sum += exp(x - *top);
  }
}

#define LOWEST -1e300

// nll [n], parameters [n, 3m]
KERNEL GROUP_SIZE(GROUP) void logistic_mixture(
    float* RESTRICT nll, const float* RESTRICT parameters, const int* RESTRICT targets, int m,
    int levels, double half, double floor, i64 n) {
  EACH(i, n, GROUP) {
    const float* p = parameters + i * 3 * m;
    int target = targets[i];
    double dm, ds, top = LOWEST, sum = 0.0, all_top = LOWEST, all = 0.0;
    for (int k = 0; k < m && target >= 0; k++) {
      grow(&top, &sum, p[k] + bin_mass(target, p[m + k], p[2 * m + k], levels, half, floor, &dm, &ds));
      grow(&all_top, &all, p[k]);
    }
    nll[i] = target < 0 ? 0.0f : (float) (all_top + log(all) - top - log(sum));
  }
}

KERNEL GROUP_SIZE(GROUP) void logistic_mixture_backward(
    float* RESTRICT dp, int accumulate, const float* RESTRICT dnll,
    const float* RESTRICT parameters, const int* RESTRICT targets, int m, int levels, double half,
    double floor, i64 n) {
  EACH(i, n, GROUP) {
    const float* p = parameters + i * 3 * m;
    float* to = dp + i * 3 * m;
    int target = targets[i], seen = target >= 0;
    double dm = 0.0, ds = 0.0, top = LOWEST, sum = 0.0, all_top = LOWEST, all = 0.0;
    for (int k = 0; k < m && seen; k++) {
      grow(&top, &sum, p[k] + bin_mass(target, p[m + k], p[2 * m + k], levels, half, floor, &dm, &ds));
      grow(&all_top, &all, p[k]);
    }
    double d = seen ? dnll[i] : 0.0, total = top + log(sum), normaliser = all_top + log(all);
    for (int k = 0; k < m; k++) {
      double share = 0.0, prior = 0.0;
      if (seen) {
        double mass = bin_mass(target, p[m + k], p[2 * m + k], levels, half, floor, &dm, &ds);
        share = exp(p[k] + mass - total);
        prior = exp(p[k] - normaliser);
      }
      put(to, k, seen ? (float) (d * (prior - share)) : 0.0f, accumulate);
      put(to, m + k, seen ? (float) (-d * dm * share) : 0.0f, accumulate);
      put(to, 2 * m + k, seen ? (float) (-d * ds * share) : 0.0f, accumulate);
    }
  }
}

// The places of component k in the 10 m parameters of a pixel, and its mean in a channel; see
// PixelMixtureRow.
#define MEAN(c, k) (m * (1 + 3 * (c)) + (k))
#define LOG_SCALE(c, k) (m * (2 + 3 * (c)) + (k))
#define COEFFICIENT(c, k) (m * (3 + 3 * (c)) + (k))

DEVICE double pixel_mean(const float* p, int m, int c, int k, double x0, double x1) {
  double mean = p[MEAN(c, k)];
  if (c == 1) mean += tanh((double) p[COEFFICIENT(0, k)]) * x0;
  if (c == 2)
    mean += tanh((double) p[COEFFICIENT(1, k)]) * x0 + tanh((double) p[COEFFICIENT(2, k)]) * x1;
  return mean;
}

// totals [4]: the logarithms of the sums of the mixture's weights after 0 to 3 values
DEVICE void pixel_totals(
    double* totals, const float* p, const int* v, int m, int levels, double half,
    double floor, double x0, double x1) {
  double top[4], sum[4], dm, ds;
  UNROLL for (int c = 0; c < 4; c++) {
    top[c] = LOWEST;
    sum[c] = 0.0;
  }
  for (int k = 0; k < m; k++) {
    double logit = p[k];
    grow(&top[0], &sum[0], logit);
    UNROLL for (int c = 0; c < 3; c++) {
      double mean = pixel_mean(p, m, c, k, x0, x1);
      logit += bin_mass(v[c], mean, p[LOG_SCALE(c, k)], levels, half, floor, &dm, &ds);
      grow(&top[c + 1], &sum[c + 1], logit);
    }
  }
  UNROLL for (int c = 0; c < 4; c++) totals[c] = top[c] + log(sum[c]);
}

// nll [3n], parameters [n, 10m]
KERNEL GROUP_SIZE(GROUP) void pixel_mixture(
    float* RESTRICT nll, const float* RESTRICT parameters, const int* RESTRICT targets, int m,
    int levels, double half, double floor, i64 n) {
  EACH(i, n, GROUP) {
    const float* p = parameters + i * 10 * m;
    const int* v = targets + i * 3;
    double totals[4];
    double x0 = level_value(v[0], half), x1 = level_value(v[1], half);
    pixel_totals(totals, p, v, m, levels, half, floor, x0, x1);
    UNROLL for (int c = 0; c < 3; c++) nll[i * 3 + c] = (float) (totals[c] - totals[c + 1]);
  }
}

// conditionals [3n, 3m]: logits, means and log-scales of each value given those before
KERNEL GROUP_SIZE(GROUP) void pixel_mixture_conditionals(
    float* RESTRICT out, const float* RESTRICT parameters, const int* RESTRICT targets, int m,
    int levels, double half, double floor, i64 n) {
  EACH(i, n, GROUP) {
    const float* p = parameters + i * 10 * m;
    const int* v = targets + i * 3;
    double totals[4], dm, ds;
    double x0 = level_value(v[0], half), x1 = level_value(v[1], half);
    pixel_totals(totals, p, v, m, levels, half, floor, x0, x1);
    for (int k = 0; k < m; k++) {
      double logit = p[k];
      UNROLL for (int c = 0; c < 3; c++) {
        float* to = out + (i * 3 + c) * 3 * m;
        double mean = pixel_mean(p, m, c, k, x0, x1);
        to[k] = (float) (logit - totals[c]);
        to[m + k] = (float) mean;
        to[2 * m + k] = p[LOG_SCALE(c, k)];
        logit += bin_mass(v[c], mean, p[LOG_SCALE(c, k)], levels, half, floor, &dm, &ds);
      }
    }
  }
}

KERNEL GROUP_SIZE(GROUP) void pixel_mixture_backward(
    float* RESTRICT dp, int accumulate, const float* RESTRICT dnll,
    const float* RESTRICT parameters, const int* RESTRICT targets, int m, int levels, double half,
    double floor, i64 n) {
  EACH(i, n, GROUP) {
    const float* p = parameters + i * 10 * m;
    const int* v = targets + i * 3;
    float* to = dp + i * 10 * m;
    double totals[4];
    double x0 = level_value(v[0], half), x1 = level_value(v[1], half);
    pixel_totals(totals, p, v, m, levels, half, floor, x0, x1);
    for (int k = 0; k < m; k++) {
      double logits[4], dm[3], ds[3], dmean[3];
      logits[0] = p[k];
      UNROLL for (int c = 0; c < 3; c++) {
        double mean = pixel_mean(p, m, c, k, x0, x1);
        logits[c + 1] =
            logits[c] + bin_mass(v[c], mean, p[LOG_SCALE(c, k)], levels, half, floor, &dm[c], &ds[c]);
      }
      double after = 0.0, share = exp(logits[3] - totals[3]);
      UNROLL for (int c = 2; c >= 0; c--) {
        double share_before = exp(logits[c] - totals[c]), w = dnll[i * 3 + c];
        double weight = -w * share + after;  // of this value's likelihood, and of the later ones
        after += w * (share_before - share);
        dmean[c] = weight * dm[c];
        put(to, MEAN(c, k), (float) dmean[c], accumulate);
        put(to, LOG_SCALE(c, k), (float) (weight * ds[c]), accumulate);
        share = share_before;
      }
      put(to, k, (float) after, accumulate);
      UNROLL for (int c = 0; c < 3; c++) {
        double slope = tanh((double) p[COEFFICIENT(c, k)]);
        double d = dmean[c == 0 ? 1 : 2] * (c == 2 ? x1 : x0) * (1.0 - slope * slope);
        put(to, COEFFICIENT(c, k), (float) d, accumulate);
      }
    }
  }
}
