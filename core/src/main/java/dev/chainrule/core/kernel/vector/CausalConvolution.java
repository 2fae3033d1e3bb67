package dev.chainrule.core.kernel.vector;

import dev.chainrule.core.kernel.blas.Gemm;

/**
 * Causal dilated convolution along time as one matrix product a tap: row t of a sequence times the
 * weights of tap k is added to row {@code t + (K-1-k) dilation}, so that no window is ever copied.
 *
 * @param batch sequences
 * @param time places in each
 * @param taps K
 */
record CausalConvolution(Gemm gemm, int batch, int time, int in, int out, int taps, int dilation) {

  void forward(long y, long x, long w, long bias) {
    for (int b = 0; b < batch; b++) {
      long yb = y + 4L * b * time * out;
      long xb = x + 4L * b * time * in;
      if (bias != 0) {
        for (int t = 0; t < time; t++) {
          Linear.copy(yb + 4L * t * out, bias, out);
        }
      }
      // The tap of the present comes first: it alone reaches every row.
      for (int k = taps - 1; k >= 0; k--) {
        int back = back(k);
        float beta = bias != 0 || k < taps - 1 ? 1f : 0f;
        gemm.sgemm(
            false,
            true,
            time - back,
            out,
            in,
            1f,
            xb,
            in,
            w + weight(k),
            in,
            beta,
            yb + 4L * back * out,
            out);
      }
    }
  }

  void backward(long dX, boolean accumulate, long dW, long dBias, long dY, long x, long w) {
    for (int b = 0; b < batch; b++) {
      long dYb = dY + 4L * b * time * out;
      for (int k = taps - 1; k >= 0; k--) {
        int back = back(k);
        int rows = time - back;
        long dYk = dYb + 4L * back * out;
        if (dW != 0) {
          long xb = x + 4L * b * time * in;
          gemm.sgemm(true, false, out, in, rows, 1f, dYk, out, xb, in, 1f, dW + weight(k), in);
        }
        if (dX != 0) {
          float beta = accumulate || k < taps - 1 ? 1f : 0f;
          long dXb = dX + 4L * b * time * in;
          gemm.sgemm(false, false, rows, in, out, 1f, dYk, out, w + weight(k), in, beta, dXb, in);
        }
      }
    }
    if (dBias != 0) {
      Linear.sumRows(dBias, dY, batch * time, out);
    }
  }

  /** How far back tap k looks, at most the whole sequence. */
  private int back(int k) {
    return (int) Math.min(time, (taps - 1L - k) * dilation);
  }

  private long weight(int k) {
    return 4L * k * out * in;
  }
}
