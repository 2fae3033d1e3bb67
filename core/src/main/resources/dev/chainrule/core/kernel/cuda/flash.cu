// Causal self-attention on tensor cores, bfloat16 products and float32 sums (Dao 2023). HS, the head
// size, comes by -D: a multiple of 16, at most 64. A warp has 16 rows of a tile of 64. What is the
// second factor of a product lies in shared memory with the depth last, so that some tiles lie there
// turned: a head's dimensions as rows.
#ifndef HS
#define HS 64
#endif
#define TILE 64
#define GROUP 128
#define PITCH (HS + 8)      // rows of a tile begin in different banks
#define TURNED (TILE + 8)   // rows of a turned tile
#define STEPS (HS / 16)     // of 16 along a head
#define BLOCKS (HS / 8)     // of 8 columns of a head
#define KEY_STEPS (TILE / 16)
#define KEY_BLOCKS (TILE / 8)

DEVICE void load_rows(u16* tile, const float* from, i64 stride, int r0, int t) {
  for (int i = LOCAL_ID; i < TILE * HS / 2; i += GROUP) {
    int r = i / (HS / 2), d = i % (HS / 2) * 2;
    const float* x = from + (i64) (r0 + r) * stride + d;
    *(u32*) (tile + r * PITCH + d) = r0 + r < t ? pair_bf16(x[0], x[1]) : 0u;
  }
}

DEVICE void load_turned(u16* tile, const float* from, i64 stride, int r0, int t) {
  for (int i = LOCAL_ID; i < TILE * HS / 2; i += GROUP) {
    int r = i / HS * 2, d = i % HS;
    const float* x = from + (i64) (r0 + r) * stride + d;
    float low = r0 + r < t ? x[0] : 0.0f, high = r0 + r + 1 < t ? x[stride] : 0.0f;
    *(u32*) (tile + d * TURNED + r) = pair_bf16(low, high);
  }
}

// The first factor of a product: 16 rows of a tile, all of the head
DEVICE void fragments(u32 a[STEPS][4], const u16* tile, int warp, int lane) {
  const u16* at = tile + (warp * 16 + lane / 4) * PITCH + lane % 4 * 2;
  UNROLL for (int s = 0; s < STEPS; s++) {
    a[s][0] = *(const u32*) (at + s * 16);
    a[s][1] = *(const u32*) (at + s * 16 + 8 * PITCH);
    a[s][2] = *(const u32*) (at + s * 16 + 8);
    a[s][3] = *(const u32*) (at + s * 16 + 8 * PITCH + 8);
  }
}

// s [16, 64] = a product with all rows of a tile
DEVICE void multiply_rows(
    float s[KEY_BLOCKS][4], u32 a[STEPS][4], const u16* tile, int lane) {
  UNROLL for (int j = 0; j < KEY_BLOCKS; j++) {
    UNROLL for (int x = 0; x < 4; x++) s[j][x] = 0.0f;
    UNROLL for (int k = 0; k < STEPS; k++) {
      const u16* at = tile + (j * 8 + lane / 4) * PITCH + k * 16 + lane % 4 * 2;
      u32 b[2] = {*(const u32*) at, *(const u32*) (at + 8)};
      mma_16816(s[j], a[k], b);
    }
  }
}

// acc [16, HS] += p [16, 64] times the rows that a turned tile holds
DEVICE void multiply_turned(
    float acc[BLOCKS][4], float p[KEY_BLOCKS][4], const u16* tile, int lane) {
  UNROLL for (int k = 0; k < KEY_STEPS; k++) {
    // What one product leaves in a thread is what the next one wants there.
    u32 a[4] = {
        pair_bf16(p[2 * k][0], p[2 * k][1]), pair_bf16(p[2 * k][2], p[2 * k][3]),
        pair_bf16(p[2 * k + 1][0], p[2 * k + 1][1]), pair_bf16(p[2 * k + 1][2], p[2 * k + 1][3])};
    UNROLL for (int j = 0; j < BLOCKS; j++) {
      const u16* at = tile + (j * 8 + lane / 4) * TURNED + k * 16 + lane % 4 * 2;
      u32 b[2] = {*(const u32*) at, *(const u32*) (at + 8)};
      mma_16816(acc[j], a, b);
    }
  }
}

DEVICE void clear(float acc[BLOCKS][4]) {
  UNROLL for (int j = 0; j < BLOCKS; j++)
    UNROLL for (int x = 0; x < 4; x++) acc[j][x] = 0.0f;
}

// Rows r and r + 8 of a warp's, those of a matrix with `stride` between rows
DEVICE void put_rows(
    float* to, i64 stride, float acc[BLOCKS][4], int row, int t, float first, float second,
    int lane, int accumulate) {
  UNROLL for (int x = 0; x < 4; x++) {
    int r = row + x / 2 * 8;
    if (r < t) {
      UNROLL for (int j = 0; j < BLOCKS; j++)
        put(to, (i64) r * stride + j * 8 + lane % 4 * 2 + x % 2,
            acc[j][x] * (x < 2 ? first : second), accumulate);
    }
  }
}

// y [b, t, c], lse [b, heads, t], qkv [b, t, 3c]; groups (tiles of t, heads, b)
KERNEL GROUP_SIZE(GROUP) void flash(
    float* RESTRICT y, float* RESTRICT lse, const float* RESTRICT qkv, int t, int heads,
    float scale) {
  SHARED __align__(16) u16 ks[TILE * PITCH];
  SHARED __align__(16) u16 vs[HS * TURNED];
  int warp = LOCAL_ID / 32, lane = LOCAL_ID % 32;
  int q0 = (NUM_GROUPS - 1 - GROUP_ID) * TILE, h = GROUP_ID_Y, b = GROUP_ID_Z;
  i64 c = (i64) heads * HS;
  const float* base = qkv + (i64) b * t * 3 * c + (i64) h * HS;
  u32 q[STEPS][4];
  load_rows(ks, base, 3 * c, q0, t);
  BARRIER();
  fragments(q, ks, warp, lane);
  float acc[BLOCKS][4], top[2] = {NEG_INF, NEG_INF}, sum[2] = {0.0f, 0.0f};
  clear(acc);
  int row = q0 + warp * 16 + lane / 4;
  for (int k0 = 0; k0 <= q0; k0 += TILE) {
    float s[KEY_BLOCKS][4];
    BARRIER();
    load_rows(ks, base + c, 3 * c, k0, t);
    load_turned(vs, base + 2 * c, 3 * c, k0, t);
    BARRIER();
    multiply_rows(s, q, ks, lane);
    UNROLL for (int half = 0; half < 2; half++) {
      float best = top[half];
      UNROLL for (int j = 0; j < KEY_BLOCKS; j++)
        UNROLL for (int x = 2 * half; x < 2 * half + 2; x++) {
          int k = k0 + j * 8 + lane % 4 * 2 + x % 2;
          s[j][x] = k > row + 8 * half || k >= t ? NEG_INF : s[j][x] * scale;
          best = MAX(best, s[j][x]);
        }
      best = MAX(best, WARP_XOR(best, 1));
      best = MAX(best, WARP_XOR(best, 2));
      float old = expf(top[half] - best), all = 0.0f;
      UNROLL for (int j = 0; j < KEY_BLOCKS; j++)
        UNROLL for (int x = 2 * half; x < 2 * half + 2; x++) {
          s[j][x] = expf(s[j][x] - best);
          all += s[j][x];
        }
      all += WARP_XOR(all, 1);
      all += WARP_XOR(all, 2);
      sum[half] = FMA(sum[half], old, all);
      top[half] = best;
      UNROLL for (int j = 0; j < BLOCKS; j++)
        UNROLL for (int x = 2 * half; x < 2 * half + 2; x++) acc[j][x] *= old;
    }
    multiply_turned(acc, s, vs, lane);
  }
  put_rows(y + (i64) b * t * c + (i64) h * HS, c, acc, row, t, 1.0f / sum[0], 1.0f / sum[1], lane, 0);
  UNROLL for (int half = 0; half < 2; half++)
    if (lane % 4 == 0 && row + 8 * half < t)
      lse[((i64) b * heads + h) * t + row + 8 * half] = top[half] + logf(sum[half]);
}

// The part of dQkv that is of the queries; delta as attention_delta gives it
KERNEL GROUP_SIZE(GROUP) void flash_backward_queries(
    float* RESTRICT dqkv, int accumulate, const float* RESTRICT dy, const float* RESTRICT lse,
    const float* RESTRICT delta, const float* RESTRICT qkv, int t, int heads, float scale) {
  SHARED __align__(16) u16 ks[TILE * PITCH];
  SHARED __align__(16) u16 vs[TILE * PITCH];
  SHARED __align__(16) u16 kt[HS * TURNED];
  int warp = LOCAL_ID / 32, lane = LOCAL_ID % 32;
  int q0 = (NUM_GROUPS - 1 - GROUP_ID) * TILE, h = GROUP_ID_Y, b = GROUP_ID_Z;
  i64 c = (i64) heads * HS;
  const float* base = qkv + (i64) b * t * 3 * c + (i64) h * HS;
  u32 q[STEPS][4], d[STEPS][4];
  load_rows(ks, base, 3 * c, q0, t);
  load_rows(vs, dy + (i64) b * t * c + (i64) h * HS, c, q0, t);
  BARRIER();
  fragments(q, ks, warp, lane);
  fragments(d, vs, warp, lane);
  int row = q0 + warp * 16 + lane / 4;
  float z[2], mean[2], acc[BLOCKS][4];
  clear(acc);
  UNROLL for (int half = 0; half < 2; half++) {
    int in = row + 8 * half < t;
    i64 at = ((i64) b * heads + h) * t + row + 8 * half;
    z[half] = in ? lse[at] : 0.0f;
    mean[half] = in ? delta[at] : 0.0f;
  }
  for (int k0 = 0; k0 <= q0; k0 += TILE) {
    float p[KEY_BLOCKS][4], dp[KEY_BLOCKS][4];
    BARRIER();
    load_rows(ks, base + c, 3 * c, k0, t);
    load_turned(kt, base + c, 3 * c, k0, t);
    load_rows(vs, base + 2 * c, 3 * c, k0, t);
    BARRIER();
    multiply_rows(p, q, ks, lane);
    multiply_rows(dp, d, vs, lane);
    UNROLL for (int j = 0; j < KEY_BLOCKS; j++)
      UNROLL for (int x = 0; x < 4; x++) {
        int k = k0 + j * 8 + lane % 4 * 2 + x % 2, half = x / 2, r = row + 8 * half;
        p[j][x] = k > r || r >= t ? 0.0f : expf(FMA(p[j][x], scale, -z[half])) * (dp[j][x] - mean[half]);
      }
    multiply_turned(acc, p, kt, lane);
  }
  put_rows(
      dqkv + (i64) b * t * 3 * c + (i64) h * HS, 3 * c, acc, row, t, scale, scale, lane, accumulate);
}

// The parts of dQkv that are of the keys and the values: products with the sides exchanged, so that
// a warp's rows are keys and the columns are queries
KERNEL GROUP_SIZE(GROUP) void flash_backward_keys(
    float* RESTRICT dqkv, int accumulate, const float* RESTRICT dy, const float* RESTRICT lse,
    const float* RESTRICT delta, const float* RESTRICT qkv, int t, int heads, float scale) {
  SHARED __align__(16) u16 qs[TILE * PITCH];
  SHARED __align__(16) u16 ds[TILE * PITCH];
  SHARED __align__(16) u16 qt[HS * TURNED];
  SHARED __align__(16) u16 dt[HS * TURNED];
  SHARED float zs[TILE];
  SHARED float means[TILE];
  int warp = LOCAL_ID / 32, lane = LOCAL_ID % 32;
  int k0 = GROUP_ID * TILE, h = GROUP_ID_Y, b = GROUP_ID_Z;
  i64 c = (i64) heads * HS, line = ((i64) b * heads + h) * t;
  const float* base = qkv + (i64) b * t * 3 * c + (i64) h * HS;
  const float* dyb = dy + (i64) b * t * c + (i64) h * HS;
  u32 k[STEPS][4], v[STEPS][4];
  load_rows(qs, base + c, 3 * c, k0, t);
  load_rows(ds, base + 2 * c, 3 * c, k0, t);
  BARRIER();
  fragments(k, qs, warp, lane);
  fragments(v, ds, warp, lane);
  float dk[BLOCKS][4], dv[BLOCKS][4];
  clear(dk);
  clear(dv);
  int row = k0 + warp * 16 + lane / 4;
  for (int q0 = k0; q0 < t; q0 += TILE) {
    float p[KEY_BLOCKS][4], dp[KEY_BLOCKS][4];
    BARRIER();
    load_rows(qs, base, 3 * c, q0, t);
    load_turned(qt, base, 3 * c, q0, t);
    load_rows(ds, dyb, c, q0, t);
    load_turned(dt, dyb, c, q0, t);
    if (LOCAL_ID < TILE) {
      int in = q0 + LOCAL_ID < t;
      zs[LOCAL_ID] = in ? lse[line + q0 + LOCAL_ID] : 0.0f;
      means[LOCAL_ID] = in ? delta[line + q0 + LOCAL_ID] : 0.0f;
    }
    BARRIER();
    multiply_rows(p, k, qs, lane);
    UNROLL for (int j = 0; j < KEY_BLOCKS; j++)
      UNROLL for (int x = 0; x < 4; x++) {
        int at = j * 8 + lane % 4 * 2 + x % 2, q = q0 + at;
        p[j][x] = row + x / 2 * 8 > q || q >= t ? 0.0f : expf(FMA(p[j][x], scale, -zs[at]));
      }
    multiply_turned(dv, p, dt, lane);
    multiply_rows(dp, v, ds, lane);
    UNROLL for (int j = 0; j < KEY_BLOCKS; j++)
      UNROLL for (int x = 0; x < 4; x++)
        p[j][x] *= dp[j][x] - means[j * 8 + lane % 4 * 2 + x % 2];
    multiply_turned(dk, p, qt, lane);
  }
  float* to = dqkv + (i64) b * t * 3 * c + (i64) h * HS;
  put_rows(to + c, 3 * c, dk, row, t, scale, scale, lane, accumulate);
  put_rows(to + 2 * c, 3 * c, dv, row, t, 1.0f, 1.0f, lane, accumulate);
}
