// Decoding: what earlier elements left is read and written where arrays of integers say. HS, the head
// size, comes by -D.
#ifndef HS
#define HS 64
#endif
#define GROUP 256
#define WARPS (GROUP / 32)
#define DIMS ((HS + 31) / 32)  // of a head, in a lane
#define TIMES 4                // that a warp reads at once

// table [v, c], ids [n], x [n, c]; count = n c
KERNEL GROUP_SIZE(GROUP) void put_rows(
    float* RESTRICT table, const int* RESTRICT ids, const float* RESTRICT x, int c, i64 count) {
  EACH(i, count, GROUP) {
    i64 n = quotient(i, c);
    table[(ids[n] - n) * c + i] = x[i];
  }
}

// keys and values [streams, kv, capacity, HS], k and v [n, kv, HS] with strides; count = n kv HS
KERNEL GROUP_SIZE(GROUP) void cache_put(
    float* RESTRICT keys, float* RESTRICT values, const float* RESTRICT k, i64 k_stride,
    const float* RESTRICT v, i64 v_stride, const int* RESTRICT streams,
    const int* RESTRICT times, int kv, int capacity, i64 count) {
  EACH(i, count, GROUP) {
    i64 head = i / HS, n = quotient(head, kv);
    int d = (int) (i - head * HS), h = (int) (head - n * kv);
    i64 to = (((i64) streams[n] * kv + h) * capacity + times[n]) * HS + d;
    keys[to] = k[n * k_stride + h * HS + d];
    values[to] = v[n * v_stride + h * HS + d];
  }
}

// y [n, heads, HS]; `shared` heads of queries read one of keys; `window` 0 sees all. Warps take every
// eighth time, each with sums of its own (Dao 2023); groups (n, heads).
KERNEL GROUP_SIZE(GROUP) void cache_attend(
    float* RESTRICT y, const float* RESTRICT keys, const float* RESTRICT values,
    const float* RESTRICT q, i64 q_stride, const int* RESTRICT streams,
    const int* RESTRICT times, int heads, int shared, int capacity, int window, float scale, float cap) {
  SHARED float tops[WARPS];
  SHARED float sums[WARPS];
  SHARED float parts[WARPS][HS];
  int warp = LOCAL_ID / 32, lane = LOCAL_ID % 32, n = GROUP_ID, h = GROUP_ID_Y;
  int kv = heads / shared, time = times[n];
  int first = window > 0 && time >= window ? time - window + 1 : 0;
  const float* query = q + n * q_stride + h * HS;
  i64 base = ((i64) streams[n] * kv + h / shared) * capacity * HS;
  float qs[DIMS], acc[DIMS], top = NEG_INF, sum = 0.0f;
  UNROLL for (int d = 0; d < DIMS; d++) {
    qs[d] = lane + 32 * d < HS ? query[lane + 32 * d] * scale : 0.0f;
    acc[d] = 0.0f;
  }
  for (int t0 = first + warp * TIMES; t0 <= time; t0 += WARPS * TIMES) {
    float s[TIMES], best = top;
    UNROLL for (int j = 0; j < TIMES; j++) {
      s[j] = 0.0f;
      if (t0 + j <= time) {
        const float* key = keys + base + (i64) (t0 + j) * HS;
        UNROLL for (int d = 0; d < DIMS; d++)
          if (lane + 32 * d < HS) s[j] = FMA(qs[d], key[lane + 32 * d], s[j]);
      }
    }
    UNROLL for (int j = 0; j < TIMES; j++) {
      float u = warp_sum(s[j]);
      if (cap > 0.0f) u = cap * tanhf(u / cap);
      s[j] = t0 + j <= time ? u : NEG_INF;
      best = MAX(best, s[j]);
    }
    float old = expf(top - best);
    top = best;
    sum *= old;
    UNROLL for (int d = 0; d < DIMS; d++) acc[d] *= old;
    UNROLL for (int j = 0; j < TIMES; j++) {
      if (t0 + j <= time) {
        float p = expf(s[j] - best);
        const float* value = values + base + (i64) (t0 + j) * HS;
        sum += p;
        UNROLL for (int d = 0; d < DIMS; d++)
          if (lane + 32 * d < HS) acc[d] = FMA(p, value[lane + 32 * d], acc[d]);
      }
    }
  }
  if (lane == 0) {
    tops[warp] = top;
    sums[warp] = sum;
  }
  UNROLL for (int d = 0; d < DIMS; d++)
    if (lane + 32 * d < HS) parts[warp][lane + 32 * d] = acc[d];
  BARRIER();
  float all = tops[0], total = 0.0f;
  for (int w = 1; w < WARPS; w++) all = MAX(all, tops[w]);
  for (int w = 0; w < WARPS; w++) total = FMA(sums[w], expf(tops[w] - all), total);
  for (int d = LOCAL_ID; d < HS; d += GROUP) {
    float out = 0.0f;
    for (int w = 0; w < WARPS; w++) out = FMA(parts[w][d], expf(tops[w] - all), out);
    y[((i64) n * heads + h) * HS + d] = out / total;
  }
}
