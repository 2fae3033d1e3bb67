package dev.chainrule.core.kernel;

import dev.chainrule.core.array.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Decoders' caches, at awkward sizes. */
final class CacheCases {
  private CacheCases() {}

  static List<KernelCase> list() {
    List<KernelCase> cases = new ArrayList<>();
    for (int width : new int[] {1, 7, 65}) {
      cases.add(
          new KernelCase(
              "putRows 5 9 " + width,
              1,
              (k, t) -> {
                Tensor ids = t.ints(0, 9, 5);
                for (int i = 0; i < 5; i++) {
                  ids.set(i, 2 * (4 - i));
                }
                k.caches().putRows(t.normal(9, width), ids, t.normal(5, width));
              }));
    }
    for (int time : new int[] {0, 1, 3, 4, 31, 32, 33, 66}) {
      cases.add(attention(time, 5, new AttentionShape(2, 2, 0, 0.5, 0)));
      cases.add(attention(time, 32, new AttentionShape(4, 2, 3, 0.4, 1.5)));
    }
    // Scores far below zero
    cases.add(attention(0, 5, new AttentionShape(2, 2, 0, 60, 0)));
    cases.add(attention(40, 65, new AttentionShape(3, 1, 32, 0.2, 0)));
    cases.add(attention(7, 256, new AttentionShape(1, 1, 1, 0.1, 0)));
    return cases;
  }

  /** Rows of streams 2, 0 and 0; caches end with the last time. */
  private static KernelCase attention(int time, int headSize, AttentionShape shape) {
    return new KernelCase(
        "cachedAttention %d %d %s".formatted(time, headSize, shape),
        Math.max(time + 1, headSize),
        (k, t) -> {
          int kv = shape.numKvHeads();
          Tensor streams = t.ints(0, 1, 3);
          streams.set(0, 2);
          Tensor times = t.ints(time, time + 1, 3);
          times.set(0, time + 1);
          times.set(2, time + 1);
          Tensor keys = t.normal(3, kv, time + 2, headSize);
          Tensor values = t.normal(3, kv, time + 2, headSize);
          Tensor qkv = t.normal(3, (shape.numHeads() + 2 * kv) * headSize);
          Tensor y = t.output(3, shape.numHeads() * headSize);
          int width = qkv.dim(1);
          Rows q = new Rows(qkv, 0, width);
          Rows key = new Rows(qkv, (long) shape.numHeads() * headSize, width);
          Rows value = new Rows(qkv, (long) (shape.numHeads() + kv) * headSize, width);
          k.caches().cachedAttention(y, keys, values, q, key, value, streams, times, shape);
        });
  }
}
