// What is done with each number alone.
#define GROUP 256
#define GELU_SCALE 0.7978845608028654f  // sqrt(2 / pi)
#define GELU_CUBIC 0.044715f
#define GOLDEN 0x9E3779B97F4A7C15ull

KERNEL GROUP_SIZE(GROUP) void add_scaled(float* y, const float* x, float alpha, i64 n) {
  EACH(i, n, GROUP) y[i] = FMA(alpha, x[i], y[i]);
}

KERNEL GROUP_SIZE(GROUP) void add(float* y, const float* a, const float* b, i64 n) {
  EACH(i, n, GROUP) y[i] = a[i] + b[i];
}

KERNEL GROUP_SIZE(GROUP) void multiply(
    float* y, int accumulate, const float* a, const float* b, i64 n) {
  EACH(i, n, GROUP) put(y, i, a[i] * b[i], accumulate);
}

// y[n] = x[n] + rows[n mod size]
KERNEL GROUP_SIZE(GROUP) void add_rows(
    float* y, const float* x, const float* rows, i64 size, i64 n) {
  EACH(i, n, GROUP) y[i] = x[i] + rows[modulo(i, size)];
}

// y [n, ld], its first `width` columns of each row: the same row everywhere
KERNEL GROUP_SIZE(GROUP) void fill_rows(
    float* RESTRICT y, const float* RESTRICT row, int width, i64 n) {
  EACH(i, n, GROUP) y[i] = row[modulo(i, width)];
}

DEVICE float gelu_tanh(float u) {
  return tanhf(GELU_SCALE * FMA(GELU_CUBIC * u * u, u, u));
}

KERNEL GROUP_SIZE(GROUP) void gelu(float* y, const float* x, i64 n) {
  EACH(i, n, GROUP) {
    float u = x[i];
    y[i] = 0.5f * u * (1.0f + gelu_tanh(u));
  }
}

KERNEL GROUP_SIZE(GROUP) void gelu_backward(
    float* dx, int accumulate, const float* dy, const float* x, i64 n) {
  EACH(i, n, GROUP) {
    float u = x[i], t = gelu_tanh(u);
    float inner = GELU_SCALE * FMA(3.0f * GELU_CUBIC * u, u, 1.0f);
    float slope = FMA(0.5f * u * (1.0f - t * t), inner, 0.5f * (1.0f + t));
    put(dx, i, slope * dy[i], accumulate);
  }
}

#define RELU 0  // the numbers of Activation
#define ELU 1

DEVICE float activate(float x, int f) {
  if (f == RELU) return MAX(x, 0.0f);
  return x > 0.0f ? x : expm1f(x);
}

DEVICE float activation_slope(float x, int f) {
  if (f == RELU) return x > 0.0f ? 1.0f : 0.0f;
  return x > 0.0f ? 1.0f : expf(x);
}

KERNEL GROUP_SIZE(GROUP) void activation(float* y, const float* x, int f, i64 n) {
  EACH(i, n, GROUP) y[i] = activate(x[i], f);
}

KERNEL GROUP_SIZE(GROUP) void activation_backward(
    float* dx, int accumulate, const float* dy, const float* x, int f, i64 n) {
  EACH(i, n, GROUP) put(dx, i, activation_slope(x[i], f) * dy[i], accumulate);
}

// y [n, 2c], x [n, c]
KERNEL GROUP_SIZE(GROUP) void concat_elu(
    float* RESTRICT y, const float* RESTRICT x, int c, i64 n) {
  EACH(i, n, GROUP) {
    i64 at = i + quotient(i, c) * c;
    y[at] = activate(x[i], ELU);
    y[at + c] = activate(-x[i], ELU);
  }
}

KERNEL GROUP_SIZE(GROUP) void concat_elu_backward(
    float* RESTRICT dx, int accumulate, const float* RESTRICT dy, const float* RESTRICT x, int c,
    i64 n) {
  EACH(i, n, GROUP) {
    i64 at = i + quotient(i, c) * c;
    float d = activation_slope(x[i], ELU) * dy[at];
    d -= activation_slope(-x[i], ELU) * dy[at + c];
    put(dx, i, d, accumulate);
  }
}

// Which elements are zero follows from key and i alone, as CounterRandom says.
KERNEL GROUP_SIZE(GROUP) void dropout(
    float* y, int accumulate, const float* x, u64 threshold, float scale, u64 key, i64 n) {
  EACH(i, n, GROUP) {
    u64 z = key + ((u64) i + 1) * GOLDEN;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    z ^= z >> 31;
    put(y, i, (z >> 11) < threshold ? 0.0f : x[i] * scale, accumulate);
  }
}

#define TANH_GATE 0    // tanh(a) sigmoid(b)
#define LINEAR_GATE 1  // a sigmoid(b)

// y [n, c], x [n, 2c], condition [n / group, 2c], residual [n, c]; count = n c
KERNEL GROUP_SIZE(GROUP) void gate(
    float* RESTRICT y, const float* RESTRICT x, const float* RESTRICT condition,
    const float* RESTRICT residual, int kind, int c, int group, i64 count) {
  EACH(i, count, GROUP) {
    i64 n = quotient(i, c), at = i + n * c, shared = quotient(n, group) * 2 * c + i - n * c;
    float a = x[at], b = x[at + c];
    if (condition) {
      a += condition[shared];
      b += condition[shared + c];
    }
    float value = (kind == TANH_GATE ? tanhf(a) : a) * sigmoid(b);
    y[i] = residual ? value + residual[i] : value;
  }
}

KERNEL GROUP_SIZE(GROUP) void gate_backward(
    float* RESTRICT dx, int accumulate, const float* RESTRICT dy, const float* RESTRICT x,
    const float* RESTRICT condition, int kind, int c, int group, i64 count) {
  EACH(i, count, GROUP) {
    i64 n = quotient(i, c), at = i + n * c, shared = quotient(n, group) * 2 * c + i - n * c;
    float a = x[at], b = x[at + c];
    if (condition) {
      a += condition[shared];
      b += condition[shared + c];
    }
    float s = sigmoid(b), d = dy[i];
    float value = kind == TANH_GATE ? tanhf(a) : a;
    float slope = kind == TANH_GATE ? 1.0f - value * value : 1.0f;
    put(dx, at, d * s * slope, accumulate);
    put(dx, at + c, d * value * s * (1.0f - s), accumulate);
  }
}

// y [n, m, c] = x [m, n, c] with the first two dimensions exchanged
KERNEL GROUP_SIZE(GROUP) void swap_axes(
    float* RESTRICT y, int accumulate, const float* RESTRICT x, int m, int n, int c, i64 count) {
  EACH(i, count, GROUP) {
    i64 row = quotient(i, c), line = quotient(row, m);
    i64 from = ((row - line * m) * n + line) * c + i - row * c;
    put(y, i, x[from], accumulate);
  }
}

// dRaw [n, width] = dNll [n] times slopes
KERNEL GROUP_SIZE(GROUP) void scale_rows(
    float* RESTRICT dx, int accumulate, const float* RESTRICT d, const float* RESTRICT slopes,
    int width, i64 count) {
  EACH(i, count, GROUP) put(dx, i, d[quotient(i, width)] * slopes[i], accumulate);
}

KERNEL GROUP_SIZE(GROUP) void adam_w(
    float* RESTRICT p, const float* RESTRICT gradient, float* RESTRICT m, float* RESTRICT v,
    float gradient_scale, float beta1, float beta2, float one_minus_beta1, float one_minus_beta2,
    float step_size, float v_scale, float epsilon, float decay, i64 n) {
  EACH(i, n, GROUP) {
    float g = gradient_scale * gradient[i];
    float mean = FMA(beta1, m[i], one_minus_beta1 * g);
    float square = FMA(beta2, v[i], one_minus_beta2 * g * g);
    m[i] = mean;
    v[i] = square;
    float direction = mean / FMA(sqrtf(square), v_scale, epsilon);
    p[i] = FMA(-step_size, direction, FMA(-decay, p[i], p[i]));
  }
}
