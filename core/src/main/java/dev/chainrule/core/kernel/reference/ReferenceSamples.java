package dev.chainrule.core.kernel.reference;

import dev.chainrule.core.kernel.SampleKernels;
import dev.chainrule.core.kernel.WeightFormat;

/** The definition of small products on arrays: float32 weights, rows without padding. */
public final class ReferenceSamples implements SampleKernels {
  private record Anywhere() implements Place {}

  /** A matrix [outputs, inputs]. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Matrix(float[] weights, int inputs) implements Product {
    @Override
    public void product(
        float[] y,
        int yStride,
        float[] init,
        int initStride,
        float[] x,
        int from,
        int xStride,
        int streams) {
      for (int s = 0; s < streams; s++) {
        for (int o = 0; o < weights.length / inputs; o++) {
          y[s * yStride + o] = init[s * initStride + o];
        }
        accumulate(y, s * yStride, x, from + s * xStride);
      }
    }

    @Override
    public void accumulate(float[] sums, int at, float[] x, int from) {
      for (int o = 0; o < weights.length / inputs; o++) {
        double sum = sums[at + o];
        for (int i = 0; i < inputs; i++) {
          sum += (double) weights[o * inputs + i] * x[from + i];
        }
        sums[at + o] = (float) sum;
      }
    }

    @Override
    public long bytes() {
      return 4L * weights.length;
    }
  }

  @Override
  public boolean has(WeightFormat format) {
    return format == WeightFormat.FLOAT32;
  }

  @Override
  public int rows(int streams) {
    return streams;
  }

  @Override
  public int padded(int outputs) {
    return outputs;
  }

  @Override
  public long bytes(WeightFormat format, int outputs, int inputs) {
    return 4L * outputs * inputs;
  }

  @Override
  public Place place(long bytes, int streams) {
    return new Anywhere();
  }

  @Override
  public Product pack(Place place, WeightFormat format, Entries matrix, int outputs, int inputs) {
    if (!has(format)) {
      throw new IllegalArgumentException("weights as " + format + ", expected float32");
    }
    float[] weights = new float[outputs * inputs];
    for (int o = 0; o < outputs; o++) {
      for (int i = 0; i < inputs; i++) {
        weights[o * inputs + i] = matrix.at(o, i);
      }
    }
    return new Matrix(weights, inputs);
  }

  @Override
  public void copy(float[] source, int from, float[] target, int to, int count) {
    System.arraycopy(source, from, target, to, count);
  }

  @Override
  public void gatedActivation(float[] y, int to, float[] x, int channels, int rows) {
    for (int row = 0; row < rows; row++) {
      int out = row * (y.length / rows) + to;
      int a = row * (x.length / rows);
      for (int i = 0; i < channels; i++) {
        double sigmoid = 1 / (1 + Math.exp(-x[a + channels + i]));
        y[out + i] = (float) (Math.tanh(x[a + i]) * sigmoid);
      }
    }
  }

  @Override
  public void add(float[] y, float[] x) {
    for (int i = 0; i < y.length; i++) {
      y[i] += x[i % x.length];
    }
  }

  @Override
  public void relu(float[] x) {
    for (int i = 0; i < x.length; i++) {
      x[i] = Math.max(x[i], 0);
    }
  }
}
