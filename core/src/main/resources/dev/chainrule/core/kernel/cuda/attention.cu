// Causal self-attention in tiles: no group holds more than TILE x TILE probabilities (Dao 2023).
// `shared` heads of queries read one head of keys and values. A query sees no more than `window` keys,
// itself the last; scores are capped at `cap` (Gemma 2) where it is not zero.
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

DEVICE float capped(float s, float cap) { return cap > 0.0f ? cap * tanhf(s / cap) : s; }

// Of a score that may have been capped, by what it was before
DEVICE float cap_slope(float s, float cap) {
  float u = cap > 0.0f ? s / cap : 0.0f;
  return FMA(-u, u, 1.0f);
}

// Whether query q does not see key k
#define HIDDEN(q, k) ((k) > (q) || (k) <= (q) - window)

// The tile in which the first key lies that query q sees
DEVICE int first_tile(int q, int window) {
  return q - window + 1 > 0 ? (q - window + 1) / TILE * TILE : 0;
}

// y, q [b, t, heads, HS] and k, v [b, t, heads / shared, HS], times `q_stride` and `kv_stride` apart;
// lse [b, heads, t]; groups (tiles of t, heads, b)
KERNEL GROUP_SIZE(GROUP) void attention(
    float* RESTRICT y, float* RESTRICT lse, const float* RESTRICT q, i64 q_stride,
    const float* RESTRICT k, const float* RESTRICT v, i64 kv_stride, int t, int heads, int shared,
    int window, float scale, float cap) {
  SHARED float qs[TILE][HP + 1];
  SHARED float kv[TILE][HP + 1];
  SHARED float ps[TILE][TILE + 1];
  int row = LOCAL_ID / LANES, lane = LOCAL_ID % LANES;
  int q0 = (NUM_GROUPS - 1 - GROUP_ID) * TILE, h = GROUP_ID_Y, b = GROUP_ID_Z;  // the longest first
  i64 from = (i64) b * t * kv_stride + (i64) (h / shared) * HS;
  load_tile(qs, q + (i64) b * t * q_stride + (i64) h * HS, q_stride, q0, t, scale);
  float acc[DIMS];
  for (int d = 0; d < DIMS; d++) acc[d] = 0.0f;
  float m = NEG_INF, l = 0.0f;
  for (int k0 = first_tile(q0, window); k0 < q0 + TILE && k0 < t; k0 += TILE) {
    BARRIER();
    load_tile(kv, k + from, kv_stride, k0, t, 1.0f);
    BARRIER();
    float s[SLOTS];
    row_products(s, qs[row], kv, lane);
    float top = m;
    for (int j = 0; j < SLOTS; j++) {
      int key = k0 + lane + LANES * j;
      s[j] = HIDDEN(q0 + row, key) || key >= t ? NEG_INF : capped(s[j], cap);
      top = MAX(top, s[j]);
    }
    top = MAX(top, WARP_XOR(top, 1));
    top = MAX(top, WARP_XOR(top, 2));
    float base = top == NEG_INF ? 0.0f : top;  // a query may see nothing of the first tile
    float old = expf(m - base), sum = 0.0f;
    for (int j = 0; j < SLOTS; j++) {
      float p = expf(s[j] - base);
      ps[row][lane + LANES * j] = p;
      sum += p;
    }
    sum += WARP_XOR(sum, 1);
    sum += WARP_XOR(sum, 2);
    l = FMA(l, old, sum);
    m = top;
    BARRIER();
    load_tile(kv, v + from, kv_stride, k0, t, 1.0f);
    BARRIER();
    for (int d = 0; d < DIMS; d++) acc[d] *= old;
    add_rows_of(acc, ps[row], kv, lane);
  }
  int at = q0 + row;
  if (at < t) {
    put_row(y + (((i64) b * t + at) * heads + h) * HS, acc, 1.0f / l, lane, 0);
    if (lane == 0) lse[((i64) b * heads + h) * t + at] = m + logf(l);
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

// dQ, as q lies; a group has a tile of queries.
KERNEL GROUP_SIZE(GROUP) void attention_backward_queries(
    float* RESTRICT dq, int accumulate, const float* RESTRICT dy, const float* RESTRICT lse,
    const float* RESTRICT delta, const float* RESTRICT q, i64 q_stride, const float* RESTRICT k,
    const float* RESTRICT v, i64 kv_stride, int t, int heads, int shared, int window, float scale,
    float cap) {
  SHARED float qs[TILE][HP + 1];
  SHARED float dys[TILE][HP + 1];
  SHARED float kv[TILE][HP + 1];
  SHARED float ds[TILE][TILE + 1];
  int row = LOCAL_ID / LANES, lane = LOCAL_ID % LANES;
  int q0 = (NUM_GROUPS - 1 - GROUP_ID) * TILE, h = GROUP_ID_Y, b = GROUP_ID_Z;
  i64 own = (i64) b * t * q_stride + (i64) h * HS, c = (i64) heads * HS;
  i64 from = (i64) b * t * kv_stride + (i64) (h / shared) * HS;
  load_tile(qs, q + own, q_stride, q0, t, scale);
  load_tile(dys, dy + (i64) b * t * c + (i64) h * HS, c, q0, t, 1.0f);
  int at = q0 + row;
  i64 line = ((i64) b * heads + h) * t + at;
  float z = at < t ? lse[line] : 0.0f, mean = at < t ? delta[line] : 0.0f;
  float acc[DIMS];
  for (int d = 0; d < DIMS; d++) acc[d] = 0.0f;
  for (int k0 = first_tile(q0, window); k0 < q0 + TILE && k0 < t; k0 += TILE) {
    float p[SLOTS], dp[SLOTS];
    BARRIER();
    load_tile(kv, v + from, kv_stride, k0, t, 1.0f);
    BARRIER();
    row_products(dp, dys[row], kv, lane);
    BARRIER();
    load_tile(kv, k + from, kv_stride, k0, t, 1.0f);
    BARRIER();
    row_products(p, qs[row], kv, lane);
    for (int j = 0; j < SLOTS; j++) {
      int key = k0 + lane + LANES * j;
      float s = capped(p[j], cap);
      ds[row][lane + LANES * j] = HIDDEN(at, key) || at >= t
          ? 0.0f : expf(s - z) * (dp[j] - mean) * cap_slope(s, cap);
    }
    BARRIER();
    add_rows_of(acc, ds[row], kv, lane);
  }
  if (at < t) put_row(dq + own + at * q_stride, acc, scale, lane, accumulate);
}

// dK and dV, as k lies; either may be null, and both the same if they are added to. A group has a tile
// of keys and all heads of queries that read it: groups (tiles of t, heads / shared, b).
KERNEL GROUP_SIZE(GROUP) void attention_backward_keys(
    float* dk, float* dv, int accumulate, const float* RESTRICT dy, const float* RESTRICT lse,
    const float* RESTRICT delta, const float* RESTRICT q, i64 q_stride, const float* RESTRICT k,
    const float* RESTRICT v, i64 kv_stride, int t, int heads, int shared, int window, float scale,
    float cap) {
  SHARED float ks[TILE][HP + 1];
  SHARED float vs[TILE][HP + 1];
  SHARED float other[TILE][HP + 1];
  SHARED float ps[TILE][TILE + 1];
  SHARED float zs[TILE];
  SHARED float means[TILE];
  int row = LOCAL_ID / LANES, lane = LOCAL_ID % LANES;
  int k0 = GROUP_ID * TILE, b = GROUP_ID_Z;
  i64 own = (i64) b * t * kv_stride + (i64) GROUP_ID_Y * HS, c = (i64) heads * HS;
  load_tile(ks, k + own, kv_stride, k0, t, scale);
  load_tile(vs, v + own, kv_stride, k0, t, 1.0f);
  float dks[DIMS], dvs[DIMS];
  for (int d = 0; d < DIMS; d++) {
    dks[d] = 0.0f;
    dvs[d] = 0.0f;
  }
  int key = k0 + row;
  int end = t - k0 - TILE < window ? t : k0 + TILE + window - 1;  // of the queries that see any
  for (int h = GROUP_ID_Y * shared; h < (GROUP_ID_Y + 1) * shared; h++) {
    const float* qh = q + (i64) b * t * q_stride + (i64) h * HS;
    const float* dyh = dy + (i64) b * t * c + (i64) h * HS;
    i64 line = ((i64) b * heads + h) * t;
    for (int q0 = k0; q0 < end; q0 += TILE) {
      float p[SLOTS], dp[SLOTS];
      BARRIER();
      load_tile(other, qh, q_stride, q0, t, 1.0f);
      if (LOCAL_ID < TILE) {
        int at = q0 + LOCAL_ID;
        zs[LOCAL_ID] = at < t ? lse[line + at] : 0.0f;
        means[LOCAL_ID] = at < t ? delta[line + at] : 0.0f;
      }
      BARRIER();
      row_products(p, ks[row], other, lane);
      for (int j = 0; j < SLOTS; j++) {
        int at = q0 + lane + LANES * j;
        float s = capped(p[j], cap);
        p[j] = HIDDEN(at, key) || at >= t ? 0.0f : expf(s - zs[lane + LANES * j]);
        ps[row][lane + LANES * j] = p[j];
        p[j] *= cap_slope(s, cap);
      }
      BARRIER();
      load_tile(other, dyh, c, q0, t, 1.0f);
      BARRIER();
      add_rows_of(dvs, ps[row], other, lane);
      row_products(dp, vs[row], other, lane);
      BARRIER();
      for (int j = 0; j < SLOTS; j++)
        ps[row][lane + LANES * j] = p[j] * (dp[j] - means[lane + LANES * j]);
      load_tile(other, qh, q_stride, q0, t, 1.0f);
      BARRIER();
      add_rows_of(dks, ps[row], other, lane);
    }
  }
  if (key < t) {
    if (dk) put_row(dk + own + key * kv_stride, dks, scale, lane, accumulate);
    if (dv) put_row(dv + own + key * kv_stride, dvs, 1.0f, lane, accumulate);
  }
}
