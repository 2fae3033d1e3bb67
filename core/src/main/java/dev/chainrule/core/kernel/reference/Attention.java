package dev.chainrule.core.kernel.reference;

import dev.chainrule.core.array.Tensor;

/** Causal self-attention, one head of one sequence at a time. */
final class Attention {
  private final int time;
  private final int numHeads;
  private final int headSize;
  private final double scale;

  /** For outputs [B, T, C] like y. */
  Attention(Tensor y, int numHeads) {
    this.time = y.dim(1);
    this.numHeads = numHeads;
    this.headSize = y.dim(2) / numHeads;
    this.scale = 1 / Math.sqrt(headSize);
  }

  void forward(Tensor y, Tensor logSumExp, Tensor qkv) {
    for (int b = 0; b < y.dim(0); b++) {
      for (int h = 0; h < numHeads; h++) {
        Head head = new Head(qkv, b, h);
        for (int t = 0; t < time; t++) {
          double lse = head.logSumExp(t);
          logSumExp.set(((long) b * numHeads + h) * time + t, lse);
          double[] sum = new double[headSize];
          for (int s = 0; s <= t; s++) {
            double p = Math.exp(head.score(t, s) - lse);
            for (int i = 0; i < headSize; i++) {
              sum[i] += p * head.v[s][i];
            }
          }
          for (int i = 0; i < headSize; i++) {
            y.set(outputAt(b, t, h) + i, sum[i]);
          }
        }
      }
    }
  }

  void backward(
      Tensor dQkv, boolean accumulate, Tensor dY, Tensor y, Tensor logSumExp, Tensor qkv) {
    for (int b = 0; b < y.dim(0); b++) {
      for (int h = 0; h < numHeads; h++) {
        Head head = new Head(qkv, b, h);
        double[][] dy = rows(dY, outputAt(b, 0, h), numHeads * headSize);
        double[][] dq = new double[time][headSize];
        double[][] dk = new double[time][headSize];
        double[][] dv = new double[time][headSize];
        for (int t = 0; t < time; t++) {
          double lse = logSumExp.get(((long) b * numHeads + h) * time + t);
          double mean = 0;
          for (int i = 0; i < headSize; i++) {
            mean += dy[t][i] * y.get(outputAt(b, t, h) + i);
          }
          for (int s = 0; s <= t; s++) {
            double p = Math.exp(head.score(t, s) - lse);
            double dScore = scale * p * (dot(dy[t], head.v[s]) - mean);
            for (int i = 0; i < headSize; i++) {
              dq[t][i] += dScore * head.k[s][i];
              dk[s][i] += dScore * head.q[t][i];
              dv[s][i] += p * dy[t][i];
            }
          }
        }
        write(dQkv, accumulate, inputAt(b, h, 0), dq);
        write(dQkv, accumulate, inputAt(b, h, 1), dk);
        write(dQkv, accumulate, inputAt(b, h, 2), dv);
      }
    }
  }

  /** One head of one sequence. */
  private final class Head {
    private final double[][] q;
    private final double[][] k;
    private final double[][] v;

    Head(Tensor qkv, int b, int h) {
      int stride = 3 * numHeads * headSize;
      q = rows(qkv, inputAt(b, h, 0), stride);
      k = rows(qkv, inputAt(b, h, 1), stride);
      v = rows(qkv, inputAt(b, h, 2), stride);
    }

    double score(int t, int s) {
      return scale * dot(q[t], k[s]);
    }

    /** The logarithm of the sum of the exponentials of the scores of query t. */
    double logSumExp(int t) {
      double max = Double.NEGATIVE_INFINITY;
      for (int s = 0; s <= t; s++) {
        max = Math.max(max, score(t, s));
      }
      double sum = 0;
      for (int s = 0; s <= t; s++) {
        sum += Math.exp(score(t, s) - max);
      }
      return max + Math.log(sum);
    }
  }

  /** Where the queries (part 0), keys (1) or values (2) of a head begin in [B, T, 3C]. */
  private long inputAt(int b, int h, int part) {
    long width = (long) numHeads * headSize;
    return (3L * b * time + part) * width + (long) h * headSize;
  }

  /** Where position t of a head begins in [B, T, C]. */
  private long outputAt(int b, int t, int h) {
    return (((long) b * time + t) * numHeads + h) * headSize;
  }

  private double[][] rows(Tensor x, long from, int stride) {
    double[][] rows = new double[time][headSize];
    for (int t = 0; t < time; t++) {
      for (int i = 0; i < headSize; i++) {
        rows[t][i] = x.get(from + (long) t * stride + i);
      }
    }
    return rows;
  }

  private void write(Tensor dQkv, boolean accumulate, long from, double[][] rows) {
    for (int t = 0; t < time; t++) {
      for (int i = 0; i < headSize; i++) {
        long at = from + (long) t * 3 * numHeads * headSize + i;
        ReferenceKernels.write(dQkv, accumulate, at, rows[t][i]);
      }
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
