package dev.chainrule.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.reference.ReferenceKernels;
import java.util.ArrayList;
import java.util.List;

/**
 * One call of an operation on seeded random tensors, by which an engine is held against the
 * reference.
 *
 * @param name the operation and its sizes
 * @param length how many terms the longest sum has
 */
record KernelCase(String name, int length, Body body) {
  private static final Kernels REFERENCE = new ReferenceKernels();

  /** Takes tensors and calls the operation. */
  interface Body {
    void run(Kernels kernels, GuardedTensors tensors);
  }

  /**
   * Every tensor of the call, inputs too, must agree with the reference; nothing else be touched.
   */
  void check(Kernels engine, DType dtype) {
    GuardedTensors expected = new GuardedTensors(dtype, name.hashCode());
    GuardedTensors actual = new GuardedTensors(dtype, name.hashCode());
    body.run(REFERENCE, expected);
    body.run(engine, actual);
    double unit = dtype == DType.FLOAT64 ? 1e-14 : 5e-7;
    double tolerance = unit * (4 + Math.sqrt(length));
    for (int i = 0; i < expected.all().size(); i++) {
      assertClose(i, actual.all().get(i), expected.all().get(i), tolerance);
    }
    actual.assertGuardsIntact();
  }

  private void assertClose(int argument, Tensor actual, Tensor expected, double tolerance) {
    for (long i = 0; i < expected.size(); i++) {
      double e = expected.get(i);
      double a = actual.get(i);
      if (!(Math.abs(a - e) <= tolerance * (1 + Math.abs(e)))) {
        assertThat(a).as("%s: tensor %d %s, element %d", name, argument, expected, i).isEqualTo(e);
      }
    }
  }

  @Override
  public String toString() {
    return name;
  }

  /** Every operation at awkward sizes. */
  static List<KernelCase> all() {
    List<KernelCase> all = new ArrayList<>(new KernelCases().list());
    all.addAll(new ActivationCases().list());
    all.addAll(new ConvolutionCases().list());
    all.addAll(new Conv2dCases().list());
    all.addAll(new WeightNormCases().list());
    all.addAll(RecurrentKernelCases.list());
    all.addAll(MixtureCases.list());
    all.addAll(new TransformerCases().list());
    all.addAll(CacheCases.list());
    return all;
  }
}
