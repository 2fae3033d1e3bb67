// Steps of decoding: products of a few rows with weights that stay the same. A warp has an output,
// of up to ROWS rows at once; a row comes out the same beside any others.
#define GROUP 256
#define ROWS 4

KERNEL GROUP_SIZE(GROUP) void step_pack_bf16(
    u16* RESTRICT to, const float* RESTRICT from, i64 n) {
  EACH(i, n, GROUP) to[i] = float_to_bf16(from[i]);
}

// One group an output: whole numbers from -127 to 127 and what they are multiplied with
KERNEL GROUP_SIZE(GROUP) void step_pack_int8(
    signed char* RESTRICT to, float* RESTRICT scales, const float* RESTRICT from, int inputs) {
  SHARED float scratch[GROUP / 32];
  i64 first = (i64) GROUP_ID * inputs;
  float top = 0.0f;
  for (int i = LOCAL_ID; i < inputs; i += GROUP) top = MAX(top, fabsf(from[first + i]));
  top = group_max(scratch, GROUP / 32, top);
  float scale = top / 127.0f;
  for (int i = LOCAL_ID; i < inputs; i += GROUP)
    to[first + i] = (signed char) (scale > 0.0f ? rintf(from[first + i] / scale) : 0.0f);
  if (LOCAL_ID == 0) scales[GROUP_ID] = scale;
}

#define WEIGHT_float32(w, i) (((const float*) (w))[i])
#define WEIGHT_bf16(w, i) bf16_to_float(((const u16*) (w))[i])
#define WEIGHT_int8(w, i) ((float) ((const signed char*) (w))[i])

// y[n] = base[n] + bias + x[n] w^T, outputs `from` to `to`; w [outputs, inputs] in a format
#define PRODUCT(format)                                                                       \
  float sum[ROWS];                                                                            \
  int lane = LOCAL_ID % 32, o = from + GROUP_ID * (GROUP / 32) + LOCAL_ID / 32;               \
  int n0 = GROUP_ID_Y * ROWS;                                                                 \
  UNROLL for (int r = 0; r < ROWS; r++) sum[r] = 0.0f;                                        \
  if (o < to) {                                                                               \
    for (int i = lane; i < inputs; i += 32) {                                                 \
      float weight = WEIGHT_##format(w, (i64) o * inputs + i);                                \
      UNROLL for (int r = 0; r < ROWS; r++)                                                   \
        if (n0 + r < rows) sum[r] = FMA(weight, x[(n0 + r) * x_stride + i], sum[r]);          \
    }                                                                                         \
  }                                                                                           \
  UNROLL for (int r = 0; r < ROWS; r++) {                                                     \
    float s = warp_sum(sum[r]);                                                               \
    int n = n0 + r;                                                                           \
    if (lane == 0 && o < to && n < rows) {                                                    \
      if (scales) s *= scales[o];                                                             \
      if (bias) s += bias[o];                                                                 \
      if (base) s += base[n * base_stride + o];                                               \
      y[n * y_stride + o] = s;                                                                \
    }                                                                                         \
  }

KERNEL GROUP_SIZE(GROUP) void step_product_float32(
    float* y, i64 y_stride, const float* base, i64 base_stride, const void* RESTRICT w,
    const float* RESTRICT scales, const float* RESTRICT bias, const float* RESTRICT x, i64 x_stride,
    int rows, int inputs, int from, int to) {
  PRODUCT(float32)
}

KERNEL GROUP_SIZE(GROUP) void step_product_bf16(
    float* y, i64 y_stride, const float* base, i64 base_stride, const void* RESTRICT w,
    const float* RESTRICT scales, const float* RESTRICT bias, const float* RESTRICT x, i64 x_stride,
    int rows, int inputs, int from, int to) {
  PRODUCT(bf16)
}

KERNEL GROUP_SIZE(GROUP) void step_product_int8(
    float* y, i64 y_stride, const float* base, i64 base_stride, const void* RESTRICT w,
    const float* RESTRICT scales, const float* RESTRICT bias, const float* RESTRICT x, i64 x_stride,
    int rows, int inputs, int from, int to) {
  PRODUCT(int8)
}

// y[n] = x[n] of `width` numbers each; count = rows width
KERNEL GROUP_SIZE(GROUP) void copy_rows(
    float* y, i64 y_stride, const float* x, i64 x_stride, int width, i64 count) {
  EACH(i, count, GROUP) {
    i64 n = quotient(i, width), at = i - n * width;
    y[n * y_stride + at] = x[n * x_stride + at];
  }
}
