package dev.chainrule.core.kernel.nd4j;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.Taps;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Convolutions over images: one product a tap, of the rectangle of places that it reads. */
record Conv2d(Tensor x, Tensor y, Taps taps) {
  void forward(Temporaries t, Tensor w, @Nullable Tensor bias, @Nullable Tensor residual) {
    INDArray sum = residual == null ? zeros(t, y) : t.own(residual.ndarray().dup('c'));
    if (bias != null) {
      sum.reshape('c', y.rows(), y.dim(3)).addiRowVector(bias.ndarray().reshape('c', 1, y.dim(3)));
    }
    for (int k = 0; k < taps.count(); k++) {
      if (reads(k)) {
        INDArray read = read(t, k);
        INDArray target = sum.get(output(k));
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
        INDArray d = rows(t, y.ndarray().get(output(k)));
        addRows(sum, t.own(d.mmul(weight(t, w, k))), k);
      }
    }
    x.ndarray().assign(sum);
  }

  /** With y the gradient of the output. */
  void backwardWeight(Temporaries t, Tensor dW) {
    for (int k = 0; k < taps.count(); k++) {
      if (reads(k)) {
        INDArray d = rows(t, y.ndarray().get(output(k)));
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
    return w.ndarray().get(NDArrayIndex.all(), NDArrayIndex.point(k), NDArrayIndex.all());
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

  private INDArrayIndex[] output(int k) {
    return new INDArrayIndex[] {
      NDArrayIndex.all(),
      NDArrayIndex.interval(first(taps.dy(k)), end(taps.dy(k), x.dim(1), y.dim(1))),
      NDArrayIndex.interval(first(taps.dx(k)), end(taps.dx(k), x.dim(2), y.dim(2))),
      NDArrayIndex.all()
    };
  }

  /** What a tap reads [N, I]. ND4J's intervals with a stride are of no use: it miscounts them. */
  private INDArray read(Temporaries t, int k) {
    INDArray places = x.ndarray().reshape('c', x.rows(), x.dim(3));
    return t.own(Nd4j.pullRows(places, 1, inputRows(k)));
  }

  private void addRows(INDArray sum, INDArray values, int k) {
    INDArray places = sum.reshape('c', x.rows(), x.dim(3));
    int[] rows = inputRows(k);
    for (int n = 0; n < rows.length; n++) {
      places.getRow(rows[n]).addi(values.getRow(n));
    }
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
