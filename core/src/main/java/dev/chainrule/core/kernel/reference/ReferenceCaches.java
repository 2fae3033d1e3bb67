package dev.chainrule.core.kernel.reference;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.AttentionShape;
import dev.chainrule.core.kernel.CacheKernels;
import dev.chainrule.core.kernel.Rows;

/** What is kept from step to step, in plain loops. */
public final class ReferenceCaches implements CacheKernels {
  @Override
  public void putRows(Tensor table, Tensor ids, Tensor x) {
    int width = table.dim(-1);
    for (int n = 0; n < ids.size(); n++) {
      for (int i = 0; i < width; i++) {
        table.set((long) ids.getInt(n) * width + i, x.get((long) n * width + i));
      }
    }
  }

  @Override
  public void cachedAttention(
      Tensor y,
      Tensor keys,
      Tensor values,
      Rows q,
      Rows k,
      Rows v,
      Tensor streams,
      Tensor times,
      AttentionShape shape) {
    int headSize = keys.dim(3);
    int kvHeads = shape.numKvHeads();
    for (int n = 0; n < streams.size(); n++) {
      for (int h = 0; h < kvHeads; h++) {
        long to = at(keys, streams.getInt(n), h, times.getInt(n));
        for (int d = 0; d < headSize; d++) {
          keys.set(to + d, k.tensor().get(k.at(n) + (long) h * headSize + d));
          values.set(to + d, v.tensor().get(v.at(n) + (long) h * headSize + d));
        }
      }
    }
    for (int n = 0; n < streams.size(); n++) {
      for (int h = 0; h < shape.numHeads(); h++) {
        long query = q.at(n) + (long) h * headSize;
        long out = ((long) n * shape.numHeads() + h) * headSize;
        int kv = h / shape.group();
        attend(
            y, out, keys, values, q.tensor(), query, streams.getInt(n), kv, times.getInt(n), shape);
      }
    }
  }

  private static void attend(
      Tensor y,
      long out,
      Tensor keys,
      Tensor values,
      Tensor q,
      long query,
      int stream,
      int kv,
      int time,
      AttentionShape shape) {
    int headSize = keys.dim(3);
    int first = shape.first(time);
    double[] weights = new double[time + 1 - first];
    double max = Double.NEGATIVE_INFINITY;
    for (int t = first; t <= time; t++) {
      double score = 0;
      for (int d = 0; d < headSize; d++) {
        score += q.get(query + d) * keys.get(at(keys, stream, kv, t) + d);
      }
      score *= shape.scale();
      double cap = shape.softcap();
      weights[t - first] = cap == 0 ? score : cap * Math.tanh(score / cap);
      max = Math.max(max, weights[t - first]);
    }
    double total = 0;
    double[] sums = new double[headSize];
    for (int t = first; t <= time; t++) {
      double weight = Math.exp(weights[t - first] - max);
      total += weight;
      for (int d = 0; d < headSize; d++) {
        sums[d] += weight * values.get(at(values, stream, kv, t) + d);
      }
    }
    for (int d = 0; d < headSize; d++) {
      y.set(out + d, sums[d] / total);
    }
  }

  private static long at(Tensor cache, int stream, int head, int time) {
    return (((long) stream * cache.dim(1) + head) * cache.dim(2) + time) * cache.dim(3);
  }
}
