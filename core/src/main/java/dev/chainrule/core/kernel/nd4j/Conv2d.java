package dev.chainrule.core.kernel.nd4j;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.Taps;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Convolutions over images: one product a tap, of the rectangle of places that it reads. */
record Conv2d(Tensor x, Tensor y, Taps taps, Numbers numbers) {
  /** Numbers of the rows that taps with a stride read, made once for each geometry. */
  static final class Numbers {
    private final Map<List<Integer>, INDArray> made = new HashMap<>();

    private INDArray of(Conv2d c, int k) {
      Taps taps = c.taps;
      List<Integer> geometry =
          List.of(
              c.x.dim(0),
              c.x.dim(1),
              c.x.dim(2),
              c.y.dim(1),
              c.y.dim(2),
              taps.dy(k),
              taps.dx(k),
              taps.stride());
      return made.computeIfAbsent(geometry, absent -> Nd4j.createFromArray(c.inputRows(k)));
    }
  }

  void forward(Temporaries t, Tensor w, @Nullable Tensor bias, @Nullable Tensor residual) {
    INDArray sum = residual == null ? zeros(t, y) : t.own(residual.ndarray().dup('c'));
    if (bias != null) {
      sum.reshape('c', y.rows(), y.dim(3)).addiRowVector(bias.ndarray().reshape('c', 1, y.dim(3)));
    }
    for (int k = 0; k < taps.count(); k++) {
      if (reads(k)) {
        INDArray read = read(t, k);
        INDArray target = Views.part(sum, output(k));
        INDArray product = t.own(read.mmul(weight(t, w, k).transpose()));
        target.addi(product.reshape('c', target.shape()));
      }
    }
    y.ndarray().assign(sum);
  }

  /** With x the gradient that is written, y that of the output. */
  void backwardInput(Temporaries t, boolean accumulate, Tensor w) {
    INDArray sum = accumulate ? t.own(x.ndarray().dup('c')) : zeros(t, x);
    for (int k = 0; k < taps.count(); k++) {
      if (reads(k)) {
        INDArray d = rows(t, Views.part(y.ndarray(), output(k)));
        addRows(sum, t.own(d.mmul(weight(t, w, k))), k);
      }
    }
    x.ndarray().assign(sum);
  }

  /** With y the gradient of the output. */
  void backwardWeight(Temporaries t, Tensor dW) {
    for (int k = 0; k < taps.count(); k++) {
      if (reads(k)) {
        INDArray d = rows(t, Views.part(y.ndarray(), output(k)));
        INDArray read = read(t, k);
        slice(dW, k).addi(t.own(d.transpose().mmul(read)));
      }
    }
  }

  private static INDArray zeros(Temporaries t, Tensor like) {
    return t.own(like.ndarray().ulike().assign(0));
  }

  /** The weights of a tap [O, I], copied. */
  private INDArray weight(Temporaries t, Tensor w, int k) {
    return t.own(slice(w, k).dup('c'));
  }

  /** A view of the weights of a tap [O, I]. */
  private INDArray slice(Tensor w, int k) {
    return Views.slice(w.ndarray(), 1, k);
  }

  /** A copy of a rectangle of places as rows [N, C]. */
  private static INDArray rows(Temporaries t, INDArray rectangle) {
    INDArray copy = t.own(rectangle.dup('c'));
    return copy.reshape('c', copy.length() / copy.size(3), copy.size(3));
  }

  private boolean reads(int k) {
    return first(taps.dy(k)) < end(taps.dy(k), x.dim(1), y.dim(1))
        && first(taps.dx(k)) < end(taps.dx(k), x.dim(2), y.dim(2));
  }

  private long[] output(int k) {
    return new long[] {
      0,
      y.dim(0),
      first(taps.dy(k)),
      end(taps.dy(k), x.dim(1), y.dim(1)),
      first(taps.dx(k)),
      end(taps.dx(k), x.dim(2), y.dim(2)),
      0,
      y.dim(3)
    };
  }

  /** What a tap reads [N, I]. */
  private INDArray read(Temporaries t, int k) {
    if (taps.stride() == 1) {
      return rows(t, Views.part(x.ndarray(), input(k)));
    }
    INDArray places = x.ndarray().reshape('c', x.rows(), x.dim(3));
    return Picking.rows(t, places, numbers.of(this, k));
  }

  private void addRows(INDArray sum, INDArray values, int k) {
    if (taps.stride() == 1) {
      INDArray target = Views.part(sum, input(k));
      target.addi(values.reshape('c', target.shape()));
      return;
    }
    INDArray places = sum.reshape('c', x.rows(), x.dim(3));
    Picking.addRows(places, numbers.of(this, k), values);
  }

  /** The rectangle that a tap reads, where there is no stride. */
  private long[] input(int k) {
    int dy = taps.dy(k);
    int dx = taps.dx(k);
    return new long[] {
      0,
      x.dim(0),
      first(dy) + dy,
      end(dy, x.dim(1), y.dim(1)) + dy,
      first(dx) + dx,
      end(dx, x.dim(2), y.dim(2)) + dx,
      0,
      x.dim(3)
    };
  }

  /** The input place of each output place of {@link #output}. */
  private int[] inputRows(int k) {
    int fromH = first(taps.dy(k));
    int endH = end(taps.dy(k), x.dim(1), y.dim(1));
    int fromW = first(taps.dx(k));
    int endW = end(taps.dx(k), x.dim(2), y.dim(2));
    int[] rows = new int[x.dim(0) * (endH - fromH) * (endW - fromW)];
    int n = 0;
    for (int b = 0; b < x.dim(0); b++) {
      for (int h = fromH; h < endH; h++) {
        for (int w = fromW; w < endW; w++) {
          int row = h * taps.stride() + taps.dy(k);
          rows[n++] = (b * x.dim(1) + row) * x.dim(2) + w * taps.stride() + taps.dx(k);
        }
      }
    }
    return rows;
  }

  /** The first output place whose input is not before the image. */
  private int first(int shift) {
    return Math.max(0, Math.ceilDiv(-shift, taps.stride()));
  }

  /** One past the last output place whose input is not past the image. */
  private int end(int shift, int inputs, int outputs) {
    return Math.min(outputs, Math.floorDiv(inputs - 1 - shift, taps.stride()) + 1);
  }
}
