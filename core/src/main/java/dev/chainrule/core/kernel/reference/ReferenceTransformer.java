package dev.chainrule.core.kernel.reference;

import static dev.chainrule.core.kernel.reference.ReferenceKernels.write;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.AttentionShape;
import dev.chainrule.core.kernel.GateFunction;
import dev.chainrule.core.kernel.TransformerKernels;
import org.jspecify.annotations.Nullable;

/** What transformers since LLaMA have, in plain loops. */
final class ReferenceTransformer implements TransformerKernels {
  @Override
  public void rmsNorm(Tensor y, Tensor rootInverse, Tensor x, Tensor gain, double epsilon) {
    int width = gain.dim(0);
    for (long n = 0; n < x.size() / width; n++) {
      double squares = 0;
      for (int i = 0; i < width; i++) {
        squares += x.get(n * width + i) * x.get(n * width + i);
      }
      double scale = 1 / Math.sqrt(squares / width + epsilon);
      for (int i = 0; i < width; i++) {
        y.set(n * width + i, x.get(n * width + i) * scale * gain.get(i));
      }
      rootInverse.set(n, scale);
    }
  }

  /** With g = dY * gain, r one over the root and n = x r: {@code dX = r (g - n mean(g n))}. */
  @Override
  public void rmsNormBackward(
      @Nullable Tensor dX,
      boolean accumulate,
      @Nullable Tensor dGain,
      Tensor dY,
      Tensor rootInverse,
      Tensor x,
      Tensor gain) {
    int width = gain.dim(0);
    double[] gains = new double[width];
    for (long n = 0; n < x.size() / width; n++) {
      double scale = rootInverse.get(n);
      double sum = 0;
      for (int i = 0; i < width; i++) {
        double dyn = dY.get(n * width + i) * x.get(n * width + i) * scale;
        gains[i] += dyn;
        sum += dyn * gain.get(i);
      }
      for (int i = 0; i < width && dX != null; i++) {
        long at = n * width + i;
        double d = dY.get(at) * gain.get(i) - x.get(at) * scale * sum / width;
        write(dX, accumulate, at, scale * d);
      }
    }
    for (int i = 0; i < width && dGain != null; i++) {
      write(dGain, true, i, gains[i]);
    }
  }

  @Override
  public void rotary(
      Tensor y, boolean accumulate, Tensor x, Tensor cos, Tensor sin, boolean inverse) {
    int half = cos.dim(1);
    int time = x.dim(1);
    int heads = x.dim(2) / (2 * half);
    for (long row = 0; row < (long) x.dim(0) * time; row++) {
      for (int h = 0; h < heads; h++) {
        for (int i = 0; i < half; i++) {
          long at = (row * heads + h) * 2 * half + i;
          double c = cos.get(row % time * half + i);
          double s = inverse ? -sin.get(row % time * half + i) : sin.get(row % time * half + i);
          double a = x.get(at);
          double b = x.get(at + half);
          write(y, accumulate, at, a * c - b * s);
          write(y, accumulate, at + half, b * c + a * s);
        }
      }
    }
  }

  @Override
  public void groupedAttention(
      Tensor y, Tensor logSumExp, Tensor q, Tensor k, Tensor v, AttentionShape shape) {
    new GroupedAttention(q, k, v, shape).forward(y, logSumExp);
  }

  @Override
  public void groupedAttentionBackward(
      @Nullable Tensor dQ,
      @Nullable Tensor dK,
      @Nullable Tensor dV,
      boolean accumulate,
      Tensor dY,
      Tensor y,
      Tensor logSumExp,
      Tensor q,
      Tensor k,
      Tensor v,
      AttentionShape shape) {
    new GroupedAttention(q, k, v, shape).backward(dQ, dK, dV, accumulate, dY, y, logSumExp);
  }

  @Override
  public void gatedUnit(Tensor y, Tensor gate, @Nullable Tensor up, GateFunction f) {
    for (long i = 0; i < y.size(); i++) {
      y.set(i, Gates.value(f, gate.get(i)) * (up == null ? 1 : up.get(i)));
    }
  }

  @Override
  public void gatedUnitBackward(
      @Nullable Tensor dGate,
      boolean accumulate,
      @Nullable Tensor dUp,
      boolean accumulateUp,
      Tensor dY,
      Tensor gate,
      @Nullable Tensor up,
      GateFunction f) {
    for (long i = 0; i < dY.size(); i++) {
      double d = dY.get(i);
      if (dGate != null) {
        double slope = Gates.slope(f, gate.get(i)) * (up == null ? 1 : up.get(i));
        write(dGate, accumulate, i, d * slope);
      }
      if (dUp != null) {
        write(dUp, accumulateUp, i, d * Gates.value(f, gate.get(i)));
      }
    }
  }

  @Override
  public void softCap(Tensor y, Tensor x, double cap) {
    for (long i = 0; i < y.size(); i++) {
      y.set(i, cap * Math.tanh(x.get(i) / cap));
    }
  }

  @Override
  public void softCapBackward(Tensor dX, boolean accumulate, Tensor dY, Tensor y, double cap) {
    for (long i = 0; i < dX.size(); i++) {
      double tanh = y.get(i) / cap;
      write(dX, accumulate, i, dY.get(i) * (1 - tanh * tanh));
    }
  }
}
