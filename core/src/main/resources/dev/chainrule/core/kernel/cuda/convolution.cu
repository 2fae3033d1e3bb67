// Convolutions are products over gathered rows: what an output place reads lies beside each other.
#define GROUP 256

// to [rows, taps, width]: row n0 + n of [b, t], tap k reads `back[k]` steps earlier, or later where
// it is negative; zero outside of the sequence. count = rows taps width
KERNEL GROUP_SIZE(GROUP) void gather_steps(
    float* RESTRICT to, const float* RESTRICT x, i64 n0, int t, int taps, int dilation, int sign,
    int width, i64 count) {
  EACH(i, count, GROUP) {
    i64 place = quotient(i, width), row0 = quotient(place, taps), n = n0 + row0;
    int k = (int) (place - row0 * taps), at = (int) (i - place * width);
    i64 first = quotient(n, t) * t;
    int source = (int) (n - first) - sign * (taps - 1 - k) * dilation;
    to[i] = source < 0 || source >= t ? 0.0f : x[(first + source) * width + at];
  }
}

// to [rows, taps, width]: row n0 + n of [b, h, w] of places that read x [b, xh, xw, width]
KERNEL GROUP_SIZE(GROUP) void gather_places(
    float* RESTRICT to, const float* RESTRICT x, const int* RESTRICT dy, const int* RESTRICT dx,
    i64 n0, int h, int w, int xh, int xw, int stride, int taps, int width, i64 count) {
  EACH(i, count, GROUP) {
    i64 place = quotient(i, width), row0 = quotient(place, taps), n = n0 + row0;
    int k = (int) (place - row0 * taps), at = (int) (i - place * width);
    i64 line = quotient(n, w), b = quotient(line, h);
    int row = (int) (line - b * h) * stride + dy[k], column = (int) (n - line * w) * stride + dx[k];
    int inside = row >= 0 && row < xh && column >= 0 && column < xw;
    to[i] = inside ? x[((b * xh + row) * xw + column) * width + at] : 0.0f;
  }
}

// The reverse: to [rows, taps, width], row n0 + n of input places [b, xh, xw]: what the output
// places y [b, h, w, width] that read it by tap k hold
KERNEL GROUP_SIZE(GROUP) void gather_readers(
    float* RESTRICT to, const float* RESTRICT y, const int* RESTRICT dy, const int* RESTRICT dx,
    i64 n0, int h, int w, int xh, int xw, int stride, int taps, int width, i64 count) {
  EACH(i, count, GROUP) {
    i64 place = quotient(i, width), row0 = quotient(place, taps), n = n0 + row0;
    int k = (int) (place - row0 * taps), at = (int) (i - place * width);
    i64 line = quotient(n, xw), b = quotient(line, xh);
    int row = (int) (line - b * xh) - dy[k], column = (int) (n - line * xw) - dx[k];
    int inside = row >= 0 && column >= 0 && row % stride == 0 && column % stride == 0 &&
                 row / stride < h && column / stride < w;
    i64 from = ((b * h + row / stride) * w + column / stride) * width + at;
    to[i] = inside ? y[from] : 0.0f;
  }
}
