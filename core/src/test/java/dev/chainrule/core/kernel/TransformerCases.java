package dev.chainrule.core.kernel;

import dev.chainrule.core.array.Tensor;
import java.util.ArrayList;
import java.util.List;

/** What transformers since LLaMA have, at awkward sizes. */
final class TransformerCases {
  private static final boolean[] BOTH = {false, true};

  private final List<KernelCase> cases = new ArrayList<>();

  List<KernelCase> list() {
    for (int width : new int[] {1, 2, 7, 8, 9, 15, 16, 17, 33, 65, 257}) {
      for (boolean accumulate : BOTH) {
        rmsNorm(5, 1, width, accumulate);
        rmsNorm(2, 3, width, accumulate);
        rotary(2, 5, 3, 2 * width, accumulate);
      }
    }
    // More rows than a group has, and than one group sums
    rmsNorm(9, 1, 5, false);
    rmsNorm(300, 1, 9, true);
    rotary(3, 130, 2, 24, true);
    for (int n : new int[] {1, 3, 8, 17, 100, 1023, 1025, 10_001}) {
      for (boolean accumulate : BOTH) {
        for (GateFunction f : GateFunction.values()) {
          gatedUnit(n, f, accumulate);
        }
        softCap(n, 30, accumulate);
        softCap(n, 0.5, accumulate);
      }
    }
    for (int time : new int[] {1, 2, 3, 16, 63, 64, 65, 130}) {
      for (boolean accumulate : BOTH) {
        attention(1, time, 4, new AttentionShape(2, 2, 0, 0.5, 0), accumulate);
        attention(2, time, 5, new AttentionShape(4, 2, 0, 0.4, 2), accumulate);
        attention(2, time, 3, new AttentionShape(3, 1, 1, 0.7, 0), accumulate);
        attention(1, time, 8, new AttentionShape(2, 1, 7, 0.3, 1.5), accumulate);
        attention(1, time, 6, new AttentionShape(6, 3, 64, 0.3, 0), accumulate);
        attention(1, time, 6, new AttentionShape(1, 1, 65, 0.3, 0), accumulate);
      }
    }
    attention(1, 200, 64, new AttentionShape(2, 1, 66, 0.125, 20), false);
    return cases;
  }

  private void add(String name, int length, KernelCase.Body body) {
    cases.add(new KernelCase(name, length, body));
  }

  private void rmsNorm(int n, int groups, int width, boolean accumulate) {
    add(
        "rmsNorm %d %d %d %s".formatted(n, groups, width, accumulate),
        Math.max(n * groups, width),
        (k, t) -> {
          int all = groups * width;
          Tensor x = t.normalAround(1, 2, n, all);
          Tensor gain = t.normal(width);
          Tensor root = t.output(n, groups);
          k.transformer().rmsNorm(t.output(n, all), root, x, gain, 1e-2);
          Tensor dY = t.normal(n, all);
          Tensor dX = t.gradient(accumulate, n, all);
          k.transformer().rmsNormBackward(dX, accumulate, t.normal(width), dY, root, x, gain);
          k.transformer().rmsNormBackward(null, accumulate, t.normal(width), dY, root, x, gain);
          Tensor alone = t.gradient(accumulate, n, all);
          k.transformer().rmsNormBackward(alone, accumulate, null, dY, root, x, gain);
        });
  }

  private void rotary(int batch, int time, int heads, int headSize, boolean accumulate) {
    add(
        "rotary %d %d %d %d %s".formatted(batch, time, heads, headSize, accumulate),
        1,
        (k, t) -> {
          Tensor cos = t.normal(time + 2, headSize / 2);
          Tensor sin = t.normal(time + 2, headSize / 2);
          int width = heads * headSize;
          Tensor x = t.normal(batch, time, width);
          Tensor y = t.gradient(accumulate, batch, time, width);
          k.transformer().rotary(y, accumulate, x, cos, sin, false);
          Tensor back = t.gradient(accumulate, batch, time, width);
          k.transformer().rotary(back, accumulate, x, cos, sin, true);
          k.transformer().rotary(x, false, x, cos, sin, accumulate);
        });
  }

  private void gatedUnit(int n, GateFunction f, boolean accumulate) {
    add(
        "gatedUnit %d %s %s".formatted(n, f, accumulate),
        1,
        (k, t) -> {
          Tensor gate = t.normalAround(0, 3, n);
          Tensor up = t.normal(n);
          Tensor dY = t.normal(n);
          k.transformer().gatedUnit(t.output(n), gate, up, f);
          k.transformer().gatedUnit(t.output(n), gate, null, f);
          Tensor dGate = t.gradient(accumulate, n);
          Tensor dUp = t.gradient(!accumulate, n);
          k.transformer().gatedUnitBackward(dGate, accumulate, dUp, !accumulate, dY, gate, up, f);
          Tensor alone = t.gradient(accumulate, n);
          k.transformer().gatedUnitBackward(alone, accumulate, null, false, dY, gate, null, f);
          Tensor upAlone = t.gradient(accumulate, n);
          k.transformer().gatedUnitBackward(null, false, upAlone, accumulate, dY, gate, up, f);
          Tensor both = t.normal(n);
          k.transformer().gatedUnitBackward(both, true, both, true, dY, gate, gate, f);
          Tensor written = t.output(n);
          k.transformer().gatedUnitBackward(dY, false, written, false, dY, gate, up, f);
        });
  }

  private void softCap(int n, double cap, boolean accumulate) {
    add(
        "softCap %d %s %s".formatted(n, cap, accumulate),
        1,
        (k, t) -> {
          Tensor x = t.normalAround(0, 20, n);
          x.set(0, 1000);
          Tensor y = t.output(n);
          Tensor dY = t.normal(n);
          k.transformer().softCap(y, x, cap);
          k.transformer().softCapBackward(t.gradient(accumulate, n), accumulate, dY, y, cap);
          k.transformer().softCapBackward(dY, false, dY, y, cap);
          k.transformer().softCap(x, x, cap);
        });
  }

  private void attention(
      int batch, int time, int headSize, AttentionShape shape, boolean accumulate) {
    int width = shape.numHeads() * headSize;
    int kvWidth = shape.numKvHeads() * headSize;
    add(
        "groupedAttention %d %d %d %s %s".formatted(batch, time, headSize, shape, accumulate),
        Math.max(time, headSize) * shape.group(),
        (k, t) -> {
          Tensor y = t.output(batch, time, width);
          Tensor lse = t.output(batch, shape.numHeads(), time);
          Tensor q = t.normal(batch, time, width);
          Tensor key = t.normal(batch, time, kvWidth);
          Tensor v = t.normal(batch, time, kvWidth);
          k.transformer().groupedAttention(y, lse, q, key, v, shape);
          Tensor dY = t.normal(batch, time, width);
          Tensor dQ = t.gradient(accumulate, batch, time, width);
          Tensor dK = t.gradient(accumulate, batch, time, kvWidth);
          Tensor dV = t.gradient(accumulate, batch, time, kvWidth);
          k.transformer()
              .groupedAttentionBackward(dQ, dK, dV, accumulate, dY, y, lse, q, key, v, shape);
          Tensor onlyV = t.gradient(accumulate, batch, time, kvWidth);
          k.transformer()
              .groupedAttentionBackward(
                  null, null, onlyV, accumulate, dY, y, lse, q, key, v, shape);
          Tensor both = t.normal(batch, time, kvWidth);
          k.transformer()
              .groupedAttentionBackward(null, both, both, true, dY, y, lse, q, key, v, shape);
        });
  }
}
