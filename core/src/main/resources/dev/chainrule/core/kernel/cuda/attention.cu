// Causal self-attention in tiles: no group holds more than TILE x TILE probabilities (Dao 2023).
// HS, the head size, comes by -D. Four threads have a row; a thread has every fourth column.
#ifndef HS
#define HS 64
#endif
#define LANES 4
#define HP ((HS + LANES - 1) / LANES * LANES)
#if HP <= 64
#define TILE 32
#elif HP <= 128
#define TILE 16
#else
#define TILE 8
#endif
#define GROUP (TILE * LANES)
#define SLOTS (TILE / LANES)
#define DIMS (HP / LANES)

// A tile of rows [TILE, HS] from row r0 on, `stride` apart, zero after row t and column HS.
DEVICE void load_tile(
    float tile[TILE][HP + 1], const float* from, i64 stride, int r0, int t, float scale) {
  for (int i = LOCAL_ID; i < TILE * HP; i += GROUP) {
    int r = i / HP, d = i % HP;
    tile[r][d] = r0 + r < t && d < HS ? from[(i64) (r0 + r) * stride + d] * scale : 0.0f;
  }
}

// s[j] = the product of a row with row lane + LANES j of a tile
DEVICE void row_products(float* s, const float* row, float tile[TILE][HP + 1], int lane) {
  for (int j = 0; j < SLOTS; j++) s[j] = 0.0f;
  for (int d = 0; d < HP; d++) {
    float q = row[d];
    for (int j = 0; j < SLOTS; j++) s[j] = FMA(q, tile[lane + LANES * j][d], s[j]);
  }
}

// acc[d] += the sum over rows j of a tile of p[j] tile[j][lane + LANES d]
DEVICE void add_rows_of(float* acc, const float* p, float tile[TILE][HP + 1], int lane) {
  for (int j = 0; j < TILE; j++) {
    float x = p[j];
    for (int d = 0; d < DIMS; d++) acc[d] = FMA(x, tile[j][lane + LANES * d], acc[d]);
  }
}

DEVICE void put_row(float* to, const float* acc, float scale, int lane, int accumulate) {
  for (int d = 0; d < DIMS; d++)
    if (lane + LANES * d < HS) put(to, lane + LANES * d, acc[d] * scale, accumulate);
}

// y [b, t, c], lse [b, heads, t], qkv [b, t, 3c]; groups (tiles of t, heads, b)
KERNEL GROUP_SIZE(GROUP) void attention(
    float* RESTRICT y, float* RESTRICT lse, const float* RESTRICT qkv, int t, int heads,
    float scale) {
  SHARED float qs[TILE][HP + 1];
  SHARED float kv[TILE][HP + 1];
  SHARED float ps[TILE][TILE + 1];
  int row = LOCAL_ID / LANES, lane = LOCAL_ID % LANES;
  int q0 = (NUM_GROUPS - 1 - GROUP_ID) * TILE, h = GROUP_ID_Y, b = GROUP_ID_Z;  // the longest first
  i64 c = (i64) heads * HS;
  const float* base = qkv + (i64) b * t * 3 * c + (i64) h * HS;
  load_tile(qs, base, 3 * c, q0, t, scale);
  float acc[DIMS];
  for (int d = 0; d < DIMS; d++) acc[d] = 0.0f;
  float m = NEG_INF, l = 0.0f;
  for (int k0 = 0; k0 < q0 + TILE && k0 < t; k0 += TILE) {
    BARRIER();
    load_tile(kv, base + c, 3 * c, k0, t, 1.0f);
    BARRIER();
    float s[SLOTS];
    row_products(s, qs[row], kv, lane);
    float top = m;
    for (int j = 0; j < SLOTS; j++) {
      int k = k0 + lane + LANES * j;
      if (k > q0 + row || k >= t) s[j] = NEG_INF;
      top = MAX(top, s[j]);
    }
    top = MAX(top, WARP_XOR(top, 1));
    top = MAX(top, WARP_XOR(top, 2));
    float old = expf(m - top), sum = 0.0f;
    for (int j = 0; j < SLOTS; j++) {
      float p = expf(s[j] - top);
      ps[row][lane + LANES * j] = p;
      sum += p;
    }
    sum += WARP_XOR(sum, 1);
    sum += WARP_XOR(sum, 2);
    l = FMA(l, old, sum);
    m = top;
    BARRIER();
    load_tile(kv, base + 2 * c, 3 * c, k0, t, 1.0f);
    BARRIER();
    for (int d = 0; d < DIMS; d++) acc[d] *= old;
    add_rows_of(acc, ps[row], kv, lane);
  }
  int q = q0 + row;
  if (q < t) {
    put_row(y + ((i64) b * t + q) * c + (i64) h * HS, acc, 1.0f / l, lane, 0);
    if (lane == 0) lse[((i64) b * heads + h) * t + q] = m + logf(l);
  }
}

// delta [b, heads, t] = the product of dY and y of each head; count = b t heads
KERNEL GROUP_SIZE(GROUP) void attention_delta(
    float* RESTRICT delta, const float* RESTRICT dy, const float* RESTRICT y, int t, int heads,
    i64 count) {
  EACH(i, count, GROUP) {
    i64 row = quotient(i, heads), b = quotient(row, t), h = i - row * heads, q = row - b * t;
    float s = 0.0f;
    for (int d = 0; d < HS; d++) s = FMA(dy[i * HS + d], y[i * HS + d], s);
    delta[(b * heads + h) * t + q] = s;
  }
}

// The part of dQkv [b, t, 3c] that is of the queries; a group has a tile of them.
KERNEL GROUP_SIZE(GROUP) void attention_backward_queries(
    float* RESTRICT dqkv, int accumulate, const float* RESTRICT dy, const float* RESTRICT lse,
    const float* RESTRICT delta, const float* RESTRICT qkv, int t, int heads, float scale) {
  SHARED float qs[TILE][HP + 1];
  SHARED float dys[TILE][HP + 1];
  SHARED float kv[TILE][HP + 1];
  SHARED float ds[TILE][TILE + 1];
  int row = LOCAL_ID / LANES, lane = LOCAL_ID % LANES;
  int q0 = (NUM_GROUPS - 1 - GROUP_ID) * TILE, h = GROUP_ID_Y, b = GROUP_ID_Z;
  i64 c = (i64) heads * HS;
  const float* base = qkv + (i64) b * t * 3 * c + (i64) h * HS;
  load_tile(qs, base, 3 * c, q0, t, scale);
  load_tile(dys, dy + (i64) b * t * c + (i64) h * HS, c, q0, t, 1.0f);
  int q = q0 + row;
  i64 at = ((i64) b * heads + h) * t + q;
  float z = q < t ? lse[at] : 0.0f, mean = q < t ? delta[at] : 0.0f;
  float acc[DIMS];
  for (int d = 0; d < DIMS; d++) acc[d] = 0.0f;
  for (int k0 = 0; k0 < q0 + TILE && k0 < t; k0 += TILE) {
    float p[SLOTS], dp[SLOTS];
    BARRIER();
    load_tile(kv, base + 2 * c, 3 * c, k0, t, 1.0f);
    BARRIER();
    row_products(dp, dys[row], kv, lane);
    BARRIER();
    load_tile(kv, base + c, 3 * c, k0, t, 1.0f);
    BARRIER();
    row_products(p, qs[row], kv, lane);
    for (int j = 0; j < SLOTS; j++) {
      int k = k0 + lane + LANES * j;
      ds[row][lane + LANES * j] = k > q || q >= t ? 0.0f : expf(p[j] - z) * (dp[j] - mean);
    }
    BARRIER();
    add_rows_of(acc, ds[row], kv, lane);
  }
  if (q < t)
    put_row(dqkv + ((i64) b * t + q) * 3 * c + (i64) h * HS, acc, scale, lane, accumulate);
}

// The parts of dQkv that are of the keys and the values; a group has a tile of them.
KERNEL GROUP_SIZE(GROUP) void attention_backward_keys(
    float* RESTRICT dqkv, int accumulate, const float* RESTRICT dy, const float* RESTRICT lse,
    const float* RESTRICT delta, const float* RESTRICT qkv, int t, int heads, float scale) {
  SHARED float ks[TILE][HP + 1];
  SHARED float vs[TILE][HP + 1];
  SHARED float other[TILE][HP + 1];
  SHARED float ps[TILE][TILE + 1];
  SHARED float zs[TILE];
  SHARED float means[TILE];
  int row = LOCAL_ID / LANES, lane = LOCAL_ID % LANES;
  int k0 = GROUP_ID * TILE, h = GROUP_ID_Y, b = GROUP_ID_Z;
  i64 c = (i64) heads * HS;
  const float* base = qkv + (i64) b * t * 3 * c + (i64) h * HS;
  const float* dyb = dy + (i64) b * t * c + (i64) h * HS;
  i64 line = ((i64) b * heads + h) * t;
  load_tile(ks, base + c, 3 * c, k0, t, scale);
  load_tile(vs, base + 2 * c, 3 * c, k0, t, 1.0f);
  float dk[DIMS], dv[DIMS];
  for (int d = 0; d < DIMS; d++) {
    dk[d] = 0.0f;
    dv[d] = 0.0f;
  }
  int k = k0 + row;
  for (int q0 = k0; q0 < t; q0 += TILE) {
    float p[SLOTS], dp[SLOTS];
    BARRIER();
    load_tile(other, base, 3 * c, q0, t, 1.0f);
    if (LOCAL_ID < TILE) {
      int q = q0 + LOCAL_ID;
      zs[LOCAL_ID] = q < t ? lse[line + q] : 0.0f;
      means[LOCAL_ID] = q < t ? delta[line + q] : 0.0f;
    }
    BARRIER();
    row_products(p, ks[row], other, lane);
    for (int j = 0; j < SLOTS; j++) {
      int q = q0 + lane + LANES * j;
      p[j] = k > q || q >= t ? 0.0f : expf(p[j] - zs[lane + LANES * j]);
      ps[row][lane + LANES * j] = p[j];
    }
    BARRIER();
    load_tile(other, dyb, c, q0, t, 1.0f);
    BARRIER();
    add_rows_of(dv, ps[row], other, lane);
    row_products(dp, vs[row], other, lane);
    BARRIER();
    for (int j = 0; j < SLOTS; j++)
      ps[row][lane + LANES * j] = p[j] * (dp[j] - means[lane + LANES * j]);
    load_tile(other, base, 3 * c, q0, t, 1.0f);
    BARRIER();
    add_rows_of(dk, ps[row], other, lane);
  }
  if (k < t) {
    float* to = dqkv + ((i64) b * t + k) * 3 * c + (i64) h * HS;
    put_row(to + c, dk, scale, lane, accumulate);
    put_row(to + 2 * c, dv, 1.0f, lane, accumulate);
  }
}
