// What needs a whole row, or a whole column: one group has one.
#define GROUP 256
#define WARPS (GROUP / 32)
#define COLUMNS 32
#define LANES 8

// y, x [n, c]; mean, rstd [n]; gain, bias [c]
KERNEL GROUP_SIZE(GROUP) void layer_norm(
    float* RESTRICT y, float* RESTRICT mean, float* RESTRICT rstd, const float* RESTRICT x,
    const float* RESTRICT gain, const float* RESTRICT bias, int c, float epsilon) {
  SHARED float scratch[WARPS];
  const float* xr = x + (i64) GROUP_ID * c;
  float* yr = y + (i64) GROUP_ID * c;
  float s = 0.0f;
  for (int i = LOCAL_ID; i < c; i += GROUP) s += xr[i];
  float m = group_sum(scratch, WARPS, s) / c;
  float q = 0.0f;
  for (int i = LOCAL_ID; i < c; i += GROUP) {
    float d = xr[i] - m;
    q = FMA(d, d, q);
  }
  float r = 1.0f / sqrtf(group_sum(scratch, WARPS, q) / c + epsilon);
  for (int i = LOCAL_ID; i < c; i += GROUP)
    yr[i] = FMA((xr[i] - m) * r, gain[i], bias ? bias[i] : 0.0f);
  if (LOCAL_ID == 0) {
    mean[GROUP_ID] = m;
    rstd[GROUP_ID] = r;
  }
}

KERNEL GROUP_SIZE(GROUP) void layer_norm_backward(
    float* RESTRICT dx, int accumulate, const float* RESTRICT dy, const float* RESTRICT mean,
    const float* RESTRICT rstd, const float* RESTRICT x, const float* RESTRICT gain, int c) {
  SHARED float scratch[WARPS];
  const float* xr = x + (i64) GROUP_ID * c;
  const float* dyr = dy + (i64) GROUP_ID * c;
  float m = mean[GROUP_ID], r = rstd[GROUP_ID], a = 0.0f, b = 0.0f;
  for (int i = LOCAL_ID; i < c; i += GROUP) {
    float g = dyr[i] * gain[i];
    a += g;
    b = FMA(g, (xr[i] - m) * r, b);
  }
  a = group_sum(scratch, WARPS, a) / c;
  b = group_sum(scratch, WARPS, b) / c;
  for (int i = LOCAL_ID; i < c; i += GROUP) {
    float d = FMA((m - xr[i]) * r, b, dyr[i] * gain[i] - a) * r;
    put(dx, (i64) GROUP_ID * c + i, d, accumulate);
  }
}

// parts [y, 2, c]: of dGain and dBias, over the rows of group y of the grid
KERNEL GROUP_SIZE(GROUP) void layer_norm_columns(
    float* RESTRICT parts, const float* RESTRICT dy, const float* RESTRICT mean,
    const float* RESTRICT rstd, const float* RESTRICT x, int n, int c) {
  SHARED float gains[LANES][COLUMNS + 1];
  SHARED float biases[LANES][COLUMNS + 1];
  int column = LOCAL_ID % COLUMNS, lane = LOCAL_ID / COLUMNS;
  int i = GROUP_ID * COLUMNS + column;
  int run = (n + NUM_GROUPS_Y - 1) / NUM_GROUPS_Y;
  int from = GROUP_ID_Y * run, to = from + run < n ? from + run : n;
  float g = 0.0f, b = 0.0f;
  if (i < c) {
    for (int row = from + lane; row < to; row += LANES) {
      float d = dy[(i64) row * c + i];
      g = FMA(d, (x[(i64) row * c + i] - mean[row]) * rstd[row], g);
      b += d;
    }
  }
  gains[lane][column] = g;
  biases[lane][column] = b;
  BARRIER();
  if (lane == 0 && i < c) {
    for (int l = 1; l < LANES; l++) {
      g += gains[l][column];
      b += biases[l][column];
    }
    parts[(i64) GROUP_ID_Y * 2 * c + i] = g;
    parts[(i64) GROUP_ID_Y * 2 * c + c + i] = b;
  }
}

// nll, lse [n], logits [n, v]
KERNEL GROUP_SIZE(GROUP) void cross_entropy(
    float* RESTRICT nll, float* RESTRICT lse, const float* RESTRICT logits,
    const int* RESTRICT targets, int v) {
  SHARED float scratch[WARPS];
  const float* x = logits + (i64) GROUP_ID * v;
  // One pass: a thread's sum is of exponentials of what is above its own largest number.
  float top = NEG_INF, s = 0.0f;
  for (int i = LOCAL_ID; i < v; i += GROUP) {
    float u = x[i];
    if (u > top) {
      s *= expf(top - u);
      top = u;
    }
    s += expf(u - top);
  }
  float all = group_max(scratch, WARPS, top);
  s = group_sum(scratch, WARPS, top == NEG_INF ? 0.0f : s * expf(top - all));
  float z = all + logf(s);
  if (LOCAL_ID == 0) {
    int target = targets[GROUP_ID];
    lse[GROUP_ID] = z;
    nll[GROUP_ID] = target < 0 ? 0.0f : z - x[target];
  }
}

// dLogits [n, v]
KERNEL GROUP_SIZE(GROUP) void cross_entropy_backward(
    float* RESTRICT dx, int accumulate, const float* RESTRICT dnll, const float* RESTRICT lse,
    const float* RESTRICT logits, const int* RESTRICT targets, int v) {
  int target = targets[GROUP_ID];
  float d = target < 0 ? 0.0f : dnll[GROUP_ID], z = lse[GROUP_ID];
  i64 from = (i64) GROUP_ID * v;
  for (int i = LOCAL_ID; i < v; i += GROUP) {
    float p = expf(logits[from + i] - z);
    put(dx, from + i, d * (p - (i == target ? 1.0f : 0.0f)), accumulate);
  }
}

// w, v: a unit's numbers lie `step` apart, from unit * begin on; norms, gain [units]
KERNEL GROUP_SIZE(GROUP) void weight_norm(
    float* RESTRICT w, float* RESTRICT norms, const float* RESTRICT v, const float* RESTRICT gain,
    i64 begin, i64 step, i64 depth) {
  SHARED float scratch[WARPS];
  i64 from = GROUP_ID * begin;
  float s = 0.0f;
  for (i64 i = LOCAL_ID; i < depth; i += GROUP) s = FMA(v[from + i * step], v[from + i * step], s);
  float norm = sqrtf(group_sum(scratch, WARPS, s));
  float factor = gain[GROUP_ID] / norm;
  for (i64 i = LOCAL_ID; i < depth; i += GROUP) w[from + i * step] = factor * v[from + i * step];
  if (LOCAL_ID == 0) norms[GROUP_ID] = norm;
}

KERNEL GROUP_SIZE(GROUP) void weight_norm_backward(
    float* RESTRICT dv, float* RESTRICT dgain, const float* RESTRICT dw,
    const float* RESTRICT norms, const float* RESTRICT v, const float* RESTRICT gain, i64 begin,
    i64 step, i64 depth) {
  SHARED float scratch[WARPS];
  i64 from = GROUP_ID * begin;
  float s = 0.0f;
  for (i64 i = LOCAL_ID; i < depth; i += GROUP) s = FMA(dw[from + i * step], v[from + i * step], s);
  float norm = norms[GROUP_ID];
  float dot = group_sum(scratch, WARPS, s) / norm;
  float factor = gain[GROUP_ID] / norm, share = dot / norm;
  for (i64 i = LOCAL_ID; i < depth; i += GROUP) {
    i64 at = from + i * step;
    dv[at] += factor * FMA(-share, v[at], dw[at]);
  }
  if (LOCAL_ID == 0) dgain[GROUP_ID] += dot;
}
