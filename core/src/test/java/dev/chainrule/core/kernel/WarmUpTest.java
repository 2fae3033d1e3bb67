package dev.chainrule.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.vector.VectorKernels;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Results do not depend on how warm the program is: interpreted and compiled code give the same
 * bits, or a run that is resumed would not end where one that went on does.
 */
class WarmUpTest {
  private static final int EVERY = 12;
  private static final int ROUNDS = 200;

  @Test
  void aKernelGivesTheSameBitsEveryTime() {
    Kernels kernels = new VectorKernels();
    List<KernelCase> all = KernelCase.all();
    List<KernelCase> cases = new ArrayList<>();
    for (int i = 0; i < all.size(); i += EVERY) {
      cases.add(all.get(i));
    }
    List<List<float[]>> first = cases.stream().map(c -> run(c, kernels)).toList();
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < cases.size(); i++) {
        List<float[]> again = run(cases.get(i), kernels);
        for (int tensor = 0; tensor < again.size(); tensor++) {
          assertThat(again.get(tensor))
              .as("%s, tensor %d, round %d", cases.get(i), tensor, round)
              .isEqualTo(first.get(i).get(tensor));
        }
      }
    }
  }

  private static List<float[]> run(KernelCase kernelCase, Kernels kernels) {
    GuardedTensors tensors = new GuardedTensors(DType.FLOAT32, 7);
    kernelCase.body().run(kernels, tensors);
    return tensors.all().stream()
        .filter(t -> t.dtype() == DType.FLOAT32)
        .map(Tensor::toFloats)
        .toList();
  }
}
