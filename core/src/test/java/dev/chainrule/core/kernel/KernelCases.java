package dev.chainrule.core.kernel;

import dev.chainrule.core.array.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Every operation, with every choice of optional arguments, at sizes around vector widths. */
final class KernelCases {
  private static final int[] SIZES = {1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 33, 65, 100, 257};
  private static final int[][] MATRICES = {
    {1, 1, 1}, {1, 5, 3}, {2, 1, 4}, {3, 17, 1}, {4, 16, 16}, {5, 31, 33}, {9, 65, 15}, {100, 7, 65}
  };
  private static final boolean[] BOTH = {false, true};

  private final List<KernelCase> cases = new ArrayList<>();

  List<KernelCase> list() {
    for (int n : SIZES) {
      elementwise(n);
      adamW(n);
    }
    for (int[] size : MATRICES) {
      for (boolean accumulate : BOTH) {
        linear(size[0], size[1], size[2], accumulate);
        embedding(size[0], size[1], size[2], accumulate);
        addRows(size[0], size[1], size[2], accumulate);
      }
    }
    embeddingBackward(1500, 513, 1, 40);
    embeddingBackward(2100, 7, 5, 7);
    for (int n : new int[] {1, 31, 32, 33, 64, 65, 300}) {
      // Of a large table some rows often, all rows, and one
      embeddingBackward(n, 600, 9, 5);
      embeddingBackward(n, 513, 1, 513);
      embeddingBackward(n, 512, 300, 1);
    }
    for (int n : new int[] {1, 2, 5, 16}) {
      for (int width : SIZES) {
        for (boolean accumulate : BOTH) {
          layerNorm(n, width, accumulate);
          crossEntropy(n, width, accumulate);
        }
      }
    }
    crossEntropy(3, 1031, false);
    layerNorm(3, 1031, true);
    layerNorm(300, 9, true);
    addRows(130, 2, 9, false);
    for (int time : new int[] {1, 2, 3, 16, 63, 64, 65, 130}) {
      for (boolean accumulate : BOTH) {
        attention(1, time, 1, time == 2 ? 1 : 8, accumulate);
        attention(2, time, 3, 5, accumulate);
      }
    }
    attention(2, 33, 2, 64, false);
    return cases;
  }

  private void add(String name, int length, KernelCase.Body body) {
    cases.add(new KernelCase(name, length, body));
  }

  private void elementwise(int n) {
    add("copy " + n, 1, (k, t) -> k.arrays().copy(t.output(n), t.normal(n)));
    add("fill " + n, 1, (k, t) -> k.arrays().fill(t.output(n), 0));
    add("fill with a value " + n, 1, (k, t) -> k.arrays().fill(t.output(n), -2.5));
    add("addScaled " + n, 1, (k, t) -> k.arrays().addScaled(t.normal(n), t.normal(n), -0.3));
    add("add " + n, 1, (k, t) -> k.arrays().add(t.output(n), t.normal(n), t.normal(n)));
    add(
        "add in place " + n,
        1,
        (k, t) -> inPlace(t.normal(n), y -> k.arrays().add(y, y, t.normal(n))));
    add("squaredNorm " + n, n, (k, t) -> t.output(1).set(0, k.arrays().squaredNorm(t.normal(n))));
    add("gelu " + n, 1, (k, t) -> k.activations().gelu(t.output(n), t.normalAround(0, 3, n)));
    for (boolean accumulate : BOTH) {
      String name = accumulate ? " accumulated " + n : " " + n;
      add(
          "geluBackward" + name,
          1,
          (k, t) ->
              k.activations()
                  .geluBackward(
                      t.gradient(accumulate, n), accumulate, t.normal(n), t.normalAround(0, 3, n)));
      add(
          "geluBackward in place" + name,
          1,
          (k, t) ->
              inPlace(
                  t.normal(n),
                  d -> k.activations().geluBackward(d, accumulate, d, t.normalAround(0, 3, n))));
      add(
          "dropout" + name,
          1,
          (k, t) ->
              k.attention()
                  .dropout(t.gradient(accumulate, n), accumulate, t.normal(n), 0.1, 1234567L * n));
      add(
          "dropout in place" + name,
          1,
          (k, t) ->
              inPlace(
                  t.normal(n), y -> k.attention().dropout(y, accumulate, y, 0.7, -1234567L * n)));
    }
    add(
        "dropout of nothing " + n,
        1,
        (k, t) -> k.attention().dropout(t.output(n), false, t.normal(n), 0, 3));
  }

  private void adamW(int n) {
    AdamWStep step = new AdamWStep(0.7, 0.9, 0.95, 0.01, 1.3, 1e-8, 1e-3);
    add(
        "adamW " + n,
        1,
        (k, t) -> k.arrays().adamW(t.normal(n), t.normal(n), t.normal(n), t.positive(n), step));
  }

  private void linear(int n, int in, int out, boolean accumulate) {
    for (boolean hasBias : BOTH) {
      for (boolean hasResidual : BOTH) {
        String name = "linear %d %d %d %s %s %s";
        add(
            name.formatted(n, in, out, accumulate, hasBias, hasResidual),
            Math.max(in, Math.max(n, out)),
            (k, t) -> {
              Tensor x = t.normal(n, in);
              Tensor w = t.normal(out, in);
              Tensor bias = hasBias ? t.normal(out) : null;
              Tensor residual = hasResidual ? t.normal(n, out) : null;
              k.linear().linear(t.output(n, out), x, w, bias, residual);
              Tensor dX = hasResidual ? null : t.gradient(accumulate, n, in);
              Tensor dW = hasResidual && hasBias ? null : t.normal(out, in);
              Tensor dBias = hasBias ? t.normal(out) : null;
              k.linear().linearBackward(dX, accumulate, dW, dBias, t.normal(n, out), x, w);
            });
      }
    }
  }

  private void embedding(int n, int vocab, int width, boolean repeated) {
    add(
        "embedding %d %d %d %s".formatted(n, vocab, width, repeated),
        n,
        (k, t) -> {
          Tensor ids = t.ints(0, repeated ? 1 : vocab, n);
          k.linear().embedding(t.output(n, width), ids, t.normal(vocab, width));
          k.linear().embeddingBackward(t.normal(vocab, width), t.normal(n, width), ids);
        });
  }

  private void embeddingBackward(int n, int vocab, int width, int used) {
    add(
        "embeddingBackward %d %d %d %d".formatted(n, vocab, width, used),
        n,
        (k, t) -> {
          Tensor ids = t.ints(vocab - used, vocab, n);
          k.linear().embeddingBackward(t.normal(vocab, width), t.normal(n, width), ids);
        });
  }

  private void addRows(int repeats, int r, int width, boolean inPlace) {
    add(
        "addRows %d %d %d %s".formatted(repeats, r, width, inPlace),
        repeats,
        (k, t) -> {
          Tensor x = t.normal(repeats * r, width);
          Tensor y = inPlace ? x : t.output(repeats * r, width);
          k.linear().addRows(y, x, t.normal(r, width));
          k.linear().addRowsBackward(t.normal(r, width), t.normal(repeats * r, width));
        });
  }

  private void layerNorm(int n, int width, boolean accumulate) {
    add(
        "layerNorm %d %d %s".formatted(n, width, accumulate),
        Math.max(n, width),
        (k, t) -> {
          Tensor x = t.normalAround(2, 1, n, width);
          Tensor mean = t.output(n);
          Tensor rstd = t.output(n);
          Tensor gain = t.normal(width);
          Tensor bias = accumulate ? t.normal(width) : null;
          k.attention().layerNorm(t.output(n, width), mean, rstd, x, gain, bias, 1e-2);
          Tensor dX = t.gradient(accumulate, n, width);
          Tensor dBias = accumulate ? t.normal(width) : null;
          Tensor dY = t.normal(n, width);
          k.attention()
              .layerNormBackward(dX, accumulate, t.normal(width), dBias, dY, mean, rstd, x, gain);
        });
  }

  private void crossEntropy(int n, int vocab, boolean accumulate) {
    add(
        "crossEntropy %d %d %s".formatted(n, vocab, accumulate),
        vocab,
        (k, t) -> {
          Tensor logits = t.normalAround(0, 5, n, vocab);
          Tensor targets = t.ints(accumulate ? -1 : 0, vocab, n);
          Tensor logSumExp = t.output(n);
          k.softmax().crossEntropy(t.output(n), logSumExp, logits, targets);
          Tensor dLogits = t.gradient(accumulate, n, vocab);
          k.softmax()
              .crossEntropyBackward(dLogits, accumulate, t.normal(n), logSumExp, logits, targets);
        });
  }

  private void attention(int batch, int time, int heads, int headSize, boolean accumulate) {
    int width = heads * headSize;
    add(
        "causalAttention %d %d %d %d %s".formatted(batch, time, heads, headSize, accumulate),
        Math.max(time, headSize),
        (k, t) -> {
          Tensor y = t.output(batch, time, width);
          Tensor logSumExp = t.output(batch, heads, time);
          Tensor qkv = t.normal(batch, time, 3 * width);
          k.attention().causalAttention(y, logSumExp, qkv, heads);
          Tensor dQkv = t.gradient(accumulate, batch, time, 3 * width);
          Tensor dY = t.normal(batch, time, width);
          k.attention().causalAttentionBackward(dQkv, accumulate, dY, y, logSumExp, qkv, heads);
        });
  }

  private interface InPlace {
    void run(Tensor y);
  }

  private static void inPlace(Tensor y, InPlace call) {
    call.run(y);
  }
}
