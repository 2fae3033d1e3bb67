package dev.chainrule.core.kernel.reference;

import static dev.chainrule.core.kernel.reference.ReferenceKernels.write;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.AttentionShape;
import org.jspecify.annotations.Nullable;

/** Causal self-attention of heads that share keys and values, one query at a time. */
final class GroupedAttention {
  private final Tensor q;
  private final Tensor k;
  private final Tensor v;
  private final AttentionShape shape;
  private final int batch;
  private final int time;
  private final int headSize;

  GroupedAttention(Tensor q, Tensor k, Tensor v, AttentionShape shape) {
    this.q = q;
    this.k = k;
    this.v = v;
    this.shape = shape;
    batch = q.dim(0);
    time = q.dim(1);
    headSize = q.dim(2) / shape.numHeads();
  }

  void forward(Tensor y, Tensor logSumExp) {
    for (int b = 0; b < batch; b++) {
      for (int h = 0; h < shape.numHeads(); h++) {
        for (int t = 0; t < time; t++) {
          double lse = logSumExp(b, h, t);
          logSumExp.set(row(b, h, t), lse);
          double[] sum = new double[headSize];
          for (int s = shape.first(t); s <= t; s++) {
            double p = Math.exp(score(b, h, t, s) - lse);
            for (int i = 0; i < headSize; i++) {
              sum[i] += p * v.get(keyAt(b, s, h) + i);
            }
          }
          for (int i = 0; i < headSize; i++) {
            y.set(queryAt(b, t, h) + i, sum[i]);
          }
        }
      }
    }
  }

  void backward(
      @Nullable Tensor dQ,
      @Nullable Tensor dK,
      @Nullable Tensor dV,
      boolean accumulate,
      Tensor dY,
      Tensor y,
      Tensor logSumExp) {
    double[] dq = new double[Math.toIntExact(q.size())];
    double[] dk = new double[Math.toIntExact(k.size())];
    double[] dv = new double[Math.toIntExact(v.size())];
    for (int b = 0; b < batch; b++) {
      for (int h = 0; h < shape.numHeads(); h++) {
        for (int t = 0; t < time; t++) {
          double lse = logSumExp.get(row(b, h, t));
          int at = Math.toIntExact(queryAt(b, t, h));
          double mean = dot(dY, at, y, at);
          for (int s = shape.first(t); s <= t; s++) {
            int key = Math.toIntExact(keyAt(b, s, h));
            double score = score(b, h, t, s);
            double p = Math.exp(score - lse);
            double dScore = p * (dot(dY, at, v, key) - mean) * slope(score) * shape.scale();
            for (int i = 0; i < headSize; i++) {
              dq[at + i] += dScore * k.get(key + i);
              dk[key + i] += dScore * q.get(at + i);
              dv[key + i] += p * dY.get(at + i);
            }
          }
        }
      }
    }
    writeAll(dQ, accumulate, dq);
    writeAll(dK, accumulate, dk);
    writeAll(dV, accumulate, dv);
  }

  private static void writeAll(@Nullable Tensor to, boolean accumulate, double[] values) {
    for (int i = 0; i < values.length && to != null; i++) {
      write(to, accumulate, i, values[i]);
    }
  }

  private double score(int b, int h, int t, int s) {
    double score = shape.scale() * dot(q, queryAt(b, t, h), k, keyAt(b, s, h));
    double cap = shape.softcap();
    return cap == 0 ? score : cap * Math.tanh(score / cap);
  }

  /** Of a score that may have been capped, by what it was before. */
  private double slope(double score) {
    double tanh = shape.softcap() == 0 ? 0 : score / shape.softcap();
    return 1 - tanh * tanh;
  }

  private double logSumExp(int b, int h, int t) {
    double max = Double.NEGATIVE_INFINITY;
    for (int s = shape.first(t); s <= t; s++) {
      max = Math.max(max, score(b, h, t, s));
    }
    double sum = 0;
    for (int s = shape.first(t); s <= t; s++) {
      sum += Math.exp(score(b, h, t, s) - max);
    }
    return max + Math.log(sum);
  }

  private double dot(Tensor a, long atA, Tensor b, long atB) {
    double sum = 0;
    for (int i = 0; i < headSize; i++) {
      sum += a.get(atA + i) * b.get(atB + i);
    }
    return sum;
  }

  private long row(int b, int h, int t) {
    return ((long) b * shape.numHeads() + h) * time + t;
  }

  private long queryAt(int b, int t, int h) {
    return (((long) b * time + t) * shape.numHeads() + h) * headSize;
  }

  /** Where the key, and the value, of a position lies that head h of the queries reads. */
  private long keyAt(int b, int s, int h) {
    return (((long) b * time + s) * shape.numKvHeads() + h / shape.group()) * headSize;
  }
}
