// Matrix products where cuBLASLt is not there, and what both need.
#define GROUP 256
#define TILE 64
#define DEPTH 16

// c [m, n] = a b + bias + add, a [m, k] and b [n, k] with any strides between rows and along the
// depth. The depth is shared by the groups along z; with more than one, parts [z, m, n] are written
// in place of c, without bias and add.
KERNEL GROUP_SIZE(GROUP) void product(
    float* c, i64 ldc, float* parts, const float* RESTRICT a, i64 a_row, i64 a_depth,
    const float* RESTRICT b, i64 b_row, i64 b_depth, const float* RESTRICT bias, const float* add,
    i64 add_ld, int m, int n, int k, int share) {
  SHARED float as[DEPTH][TILE + 4];
  SHARED float bs[DEPTH][TILE + 4];
  int tid = LOCAL_ID, tx = tid % 16, ty = tid / 16;
  int m0 = GROUP_ID * TILE, n0 = GROUP_ID_Y * TILE;
  int from = GROUP_ID_Z * share, to = from + share < k ? from + share : k;
  float acc[4][4];
  for (int i = 0; i < 4; i++)
    for (int j = 0; j < 4; j++) acc[i][j] = 0.0f;
  for (int k0 = from; k0 < to; k0 += DEPTH) {
    BARRIER();
    for (int i = tid; i < TILE * DEPTH; i += GROUP) {
      // Neighbouring threads read neighbouring numbers, whichever way the matrix lies.
      int r = a_depth == 1 ? i / DEPTH : i % TILE, d = a_depth == 1 ? i % DEPTH : i / TILE;
      as[d][r] = m0 + r < m && k0 + d < to ? a[(m0 + r) * a_row + (k0 + d) * a_depth] : 0.0f;
      r = b_depth == 1 ? i / DEPTH : i % TILE;
      d = b_depth == 1 ? i % DEPTH : i / TILE;
      bs[d][r] = n0 + r < n && k0 + d < to ? b[(n0 + r) * b_row + (k0 + d) * b_depth] : 0.0f;
    }
    BARRIER();
    // A sum of its own for each tile keeps long sums exact to more digits.
    float part[4][4];
    for (int i = 0; i < 4; i++)
      for (int j = 0; j < 4; j++) part[i][j] = 0.0f;
    for (int d = 0; d < DEPTH; d++) {
      float x[4], y[4];
      for (int i = 0; i < 4; i++) x[i] = as[d][ty * 4 + i];
      for (int j = 0; j < 4; j++) y[j] = bs[d][tx + 16 * j];
      for (int i = 0; i < 4; i++)
        for (int j = 0; j < 4; j++) part[i][j] = FMA(x[i], y[j], part[i][j]);
    }
    for (int i = 0; i < 4; i++)
      for (int j = 0; j < 4; j++) acc[i][j] += part[i][j];
  }
  for (int i = 0; i < 4; i++)
    for (int j = 0; j < 4; j++) {
      i64 row = m0 + ty * 4 + i, column = n0 + tx + 16 * j;
      if (row >= m || column >= n) continue;
      float s = acc[i][j];
      if (parts) {
        parts[((i64) GROUP_ID_Z * m + row) * n + column] = s;
      } else {
        if (bias) s += bias[column];
        if (add) s += add[row * add_ld + column];
        c[row * ldc + column] = s;
      }
    }
}

// c [m, n] = the sum of parts [count, m, n] + bias + add
KERNEL GROUP_SIZE(GROUP) void product_finish(
    float* c, i64 ldc, const float* RESTRICT parts, int count, const float* RESTRICT bias,
    const float* add, i64 add_ld, int n, i64 size) {
  EACH(i, size, GROUP) {
    i64 row = quotient(i, n), column = i - row * n;
    float s = 0.0f;
    for (int part = 0; part < count; part++) s += parts[part * size + i];
    if (bias) s += bias[column];
    if (add) s += add[row * add_ld + column];
    c[row * ldc + column] = s;
  }
}

#define SQUARE 32

// to [rows, ld] bfloat16, zero from column `depth` on, = from with strides between rows and along
// the depth
KERNEL GROUP_SIZE(GROUP) void pack_bf16(
    u16* RESTRICT to, int ld, const float* RESTRICT from, i64 row_step, i64 depth_step, int rows,
    int depth) {
  SHARED float tile[SQUARE][SQUARE + 1];
  int x = LOCAL_ID % SQUARE, y = LOCAL_ID / SQUARE;
  i64 r0 = (i64) GROUP_ID * SQUARE, d0 = (i64) GROUP_ID_Y * SQUARE;
  for (int i = y; i < SQUARE; i += GROUP / SQUARE) {
    i64 r = depth_step == 1 ? r0 + i : r0 + x, d = depth_step == 1 ? d0 + x : d0 + i;
    float value = r < rows && d < depth ? from[r * row_step + d * depth_step] : 0.0f;
    if (depth_step == 1) tile[i][x] = value;
    else tile[x][i] = value;
  }
  BARRIER();
  for (int i = y; i < SQUARE; i += GROUP / SQUARE)
    if (r0 + i < rows && d0 + x < ld) to[(r0 + i) * ld + d0 + x] = float_to_bf16(tile[i][x]);
}

#define MMA_GROUP 128
#define MMA_DEPTH 32
#define PAD 8

// c [m, n] = a [m, ld] b [n, ld]^T + bias + add; a and b are bfloat16 with zeros after their depth,
// ld a multiple of 8, both on 16 bytes
KERNEL GROUP_SIZE(MMA_GROUP) void product_bf16(
    float* c, i64 ldc, const u16* RESTRICT a, const u16* RESTRICT b, const float* RESTRICT bias,
    const float* add, i64 add_ld, int m, int n, int ld) {
  SHARED __align__(16) u16 as[2][TILE][MMA_DEPTH + PAD];
  SHARED __align__(16) u16 bs[2][TILE][MMA_DEPTH + PAD];
  int tid = LOCAL_ID, warp = tid / 32, lane = tid % 32;
  int m0 = GROUP_ID * TILE, n0 = GROUP_ID_Y * TILE;
  int wm = warp / 2 * 32, wn = warp % 2 * 32;
  int steps = (ld + MMA_DEPTH - 1) / MMA_DEPTH;
  float acc[2][4][4];
  for (int i = 0; i < 2; i++)
    for (int j = 0; j < 4; j++)
      for (int x = 0; x < 4; x++) acc[i][j][x] = 0.0f;
#define LOAD(stage, k0)                                                         \
  for (int i = tid; i < TILE * MMA_DEPTH / 8; i += MMA_GROUP) {                 \
    int r = i / (MMA_DEPTH / 8), q = i % (MMA_DEPTH / 8) * 8;                   \
    int in_a = (k0) + q < ld && m0 + r < m, in_b = (k0) + q < ld && n0 + r < n; \
    const u16* from_a = in_a ? a + (i64) (m0 + r) * ld + (k0) + q : a;          \
    const u16* from_b = in_b ? b + (i64) (n0 + r) * ld + (k0) + q : b;          \
    copy_async(&as[stage][r][q], from_a, in_a ? 16 : 0);                        \
    copy_async(&bs[stage][r][q], from_b, in_b ? 16 : 0);                        \
  }                                                                             \
  COPY_COMMIT();
  LOAD(0, 0)
  for (int s = 0; s < steps; s++) {
    if (s + 1 < steps) {
      LOAD((s + 1) & 1, (s + 1) * MMA_DEPTH)
      COPY_WAIT(1);
    } else {
      COPY_WAIT(0);
    }
    BARRIER();
    int t = s & 1;
    for (int kk = 0; kk < MMA_DEPTH; kk += 16) {
      u32 fa[2][4], fb[4][2];
      for (int i = 0; i < 2; i++) {
        int r = wm + i * 16 + lane / 4, q = kk + lane % 4 * 2;
        fa[i][0] = *(const u32*) &as[t][r][q];
        fa[i][1] = *(const u32*) &as[t][r + 8][q];
        fa[i][2] = *(const u32*) &as[t][r][q + 8];
        fa[i][3] = *(const u32*) &as[t][r + 8][q + 8];
      }
      for (int j = 0; j < 4; j++) {
        int r = wn + j * 8 + lane / 4, q = kk + lane % 4 * 2;
        fb[j][0] = *(const u32*) &bs[t][r][q];
        fb[j][1] = *(const u32*) &bs[t][r][q + 8];
      }
      for (int i = 0; i < 2; i++)
        for (int j = 0; j < 4; j++) mma_16816(acc[i][j], fa[i], fb[j]);
    }
    BARRIER();
  }
  UNROLL for (int i = 0; i < 2; i++)
    UNROLL for (int j = 0; j < 4; j++)
      UNROLL for (int x = 0; x < 4; x++) {
        i64 row = m0 + wm + i * 16 + lane / 4 + x / 2 * 8;
        i64 column = n0 + wn + j * 8 + lane % 4 * 2 + x % 2;
        if (row < m && column < n) {
          float s = acc[i][j][x];
          if (bias) s += bias[column];
          if (add) s += add[row * add_ld + column];
          c[row * ldc + column] = s;
        }
      }
}
