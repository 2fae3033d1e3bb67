// What transformers since LLaMA have beside attention.
#define GROUP 256
#define COLUMNS 32
#define LANES 8
#define GELU_SCALE 0.7978845608028654f  // sqrt(2 / pi)
#define GELU_CUBIC 0.044715f
#define ROOT_HALF 0.7071067811865476f
#define NORMAL_DENSITY 0.3989422804014327f  // 1 / sqrt(2 pi)

// y, x [n, c], root [n], gain [c]; a warp has a row
KERNEL GROUP_SIZE(GROUP) void rms_norm(
    float* y, float* RESTRICT root, const float* x, const float* RESTRICT gain, i64 n, int c,
    float epsilon) {
  i64 row = (i64) GROUP_ID * (GROUP / 32) + LOCAL_ID / 32;
  int lane = LOCAL_ID % 32;
  if (row >= n) return;
  const float* xr = x + row * c;
  float s = 0.0f;
  for (int i = lane; i < c; i += 32) s = FMA(xr[i], xr[i], s);
  float r = 1.0f / sqrtf(warp_sum(s) / c + epsilon);
  for (int i = lane; i < c; i += 32) y[row * c + i] = xr[i] * r * gain[i];
  if (lane == 0 && root) root[row] = r;
}

KERNEL GROUP_SIZE(GROUP) void rms_norm_backward(
    float* dx, int accumulate, const float* dy, const float* RESTRICT root,
    const float* RESTRICT x, const float* RESTRICT gain, i64 n, int c) {
  i64 row = (i64) GROUP_ID * (GROUP / 32) + LOCAL_ID / 32;
  int lane = LOCAL_ID % 32;
  if (row >= n) return;
  const float* xr = x + row * c;
  const float* dyr = dy + row * c;
  float r = root[row], s = 0.0f;
  for (int i = lane; i < c; i += 32) s = FMA(dyr[i] * gain[i], xr[i] * r, s);
  float mean = warp_sum(s) / c;
  for (int i = lane; i < c; i += 32)
    put(dx, row * c + i, FMA(-xr[i] * r, mean, dyr[i] * gain[i]) * r, accumulate);
}

// parts [y, c]: of dGain, over the rows of group y of the grid
KERNEL GROUP_SIZE(GROUP) void rms_norm_columns(
    float* RESTRICT parts, const float* RESTRICT dy, const float* RESTRICT root,
    const float* RESTRICT x, i64 n, int c) {
  SHARED float sums[LANES][COLUMNS + 1];
  int column = LOCAL_ID % COLUMNS, lane = LOCAL_ID / COLUMNS;
  int i = GROUP_ID * COLUMNS + column;
  i64 run = (n + NUM_GROUPS_Y - 1) / NUM_GROUPS_Y;
  i64 from = GROUP_ID_Y * run, to = from + run < n ? from + run : n;
  float s = 0.0f;
  if (i < c)
    for (i64 row = from + lane; row < to; row += LANES)
      s = FMA(dy[row * c + i], x[row * c + i] * root[row], s);
  sums[lane][column] = s;
  BARRIER();
  if (lane == 0 && i < c) {
    for (int l = 1; l < LANES; l++) s += sums[l][column];
    parts[(i64) GROUP_ID_Y * c + i] = s;
  }
}

// y, x [b, t, heads, 2 half], cos and sin [t, half]; a thread has a point of a head: count = b t heads
// half. y may be x.
KERNEL GROUP_SIZE(GROUP) void rotary(
    float* y, int accumulate, const float* x, const float* RESTRICT cos,
    const float* RESTRICT sin, int inverse, int t, int heads, int half, i64 count) {
  EACH(i, count, GROUP) {
    i64 head = quotient(i, half), row = quotient(head, heads);
    int d = (int) (i - head * half);
    i64 at = i + head * half, angle = modulo(row, t) * half + d;
    float c = cos[angle], s = inverse ? -sin[angle] : sin[angle];
    float p = x[at], q = x[at + half];
    put(y, at, p * c - q * s, accumulate);
    put(y, at + half, q * c + p * s, accumulate);
  }
}

#define SILU 0  // the numbers of GateFunction
#define GELU 1
#define GELU_TANH 2
#define RELU 3

// 2 z of GELU's (1 + tanh(z)) / 2, which is the sigmoid of it: nothing cancels far from 0
DEVICE float gelu_inner(float x) {
  return 2.0f * GELU_SCALE * FMA(GELU_CUBIC * x * x, x, x);
}

DEVICE float gate_value(float x, int f) {
  if (f == SILU) return x * sigmoid(x);
  if (f == GELU) return 0.5f * x * erfcf(-x * ROOT_HALF);
  if (f == GELU_TANH) return x * sigmoid(gelu_inner(x));
  return MAX(x, 0.0f);
}

DEVICE float gate_slope(float x, int f) {
  if (f == SILU) return sigmoid(x) * FMA(x, sigmoid(-x), 1.0f);
  if (f == GELU)
    return FMA(x * NORMAL_DENSITY, expf(-0.5f * x * x), 0.5f * erfcf(-x * ROOT_HALF));
  if (f == GELU_TANH) {
    float z = gelu_inner(x), rise = 2.0f * GELU_SCALE * FMA(3.0f * GELU_CUBIC * x, x, 1.0f);
    return sigmoid(z) * FMA(x * rise, sigmoid(-z), 1.0f);
  }
  return x > 0.0f ? 1.0f : 0.0f;
}

// up may be null: one
KERNEL GROUP_SIZE(GROUP) void gated_unit(
    float* y, const float* gate, const float* up, int f, i64 n) {
  EACH(i, n, GROUP) y[i] = gate_value(gate[i], f) * (up ? up[i] : 1.0f);
}

// dGate and dUp may be null, dGate may be dY, and dUp may be dGate if both are added to.
KERNEL GROUP_SIZE(GROUP) void gated_unit_backward(
    float* dgate, int accumulate, float* dup, int accumulate_up, const float* dy,
    const float* gate, const float* up, int f, i64 n) {
  EACH(i, n, GROUP) {
    float d = dy[i], g = gate[i], u = up ? up[i] : 1.0f;
    if (dgate) put(dgate, i, d * gate_slope(g, f) * u, accumulate);
    if (dup) put(dup, i, d * gate_value(g, f), accumulate_up);
  }
}

KERNEL GROUP_SIZE(GROUP) void soft_cap(float* y, const float* x, float cap, i64 n) {
  EACH(i, n, GROUP) y[i] = cap * tanhf(x[i] / cap);
}

KERNEL GROUP_SIZE(GROUP) void soft_cap_backward(
    float* dx, int accumulate, const float* dy, const float* y, float cap, i64 n) {
  EACH(i, n, GROUP) {
    float u = y[i] / cap;
    put(dx, i, dy[i] * FMA(-u, u, 1.0f), accumulate);
  }
}
