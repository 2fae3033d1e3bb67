package dev.chainrule.core.kernel;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.kernel.cuda.CudaException;
import dev.chainrule.core.kernel.cuda.CudaUnderTest;
import dev.chainrule.core.kernel.cuda.GpuTimings;

/**
 * All operations on the GPU of this machine against the reference, then how long those of GPT-2's
 * training step take: {@code GpuCheck [check] [time ROWS REPEATS]}. Ends with 1 if anything
 * differs.
 */
public final class GpuCheck {
  private GpuCheck() {}

  public static void main(String[] args) {
    int failures = 0;
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "check" -> failures += check();
        case "time" -> {
          GpuTimings.print(Integer.parseInt(args[i + 1]), Integer.parseInt(args[i + 2]));
          i += 2;
        }
        default -> throw new IllegalArgumentException(args[i] + ", expected check or time");
      }
    }
    if (failures > 0) {
      System.exit(1);
    }
  }

  private static int check() {
    long begun = System.nanoTime();
    int failures = 0;
    int count = 0;
    try (CudaUnderTest cuda = CudaUnderTest.onGpu()) {
      System.out.println(cuda.info());
      for (KernelCase kernelCase : KernelCase.all()) {
        for (Kernels kernels : new Kernels[] {cuda.ownProducts(), cuda.libraryProducts()}) {
          count++;
          failures += isRight(kernelCase, kernels) ? 0 : 1;
        }
      }
      count++;
      failures += isRight("bfloat16", () -> new CudaBfloat16Test().all(cuda)) ? 0 : 1;
    }
    System.out.printf(
        "%d checks, %d failures, %.1f s%n", count, failures, (System.nanoTime() - begun) / 1e9);
    return failures;
  }

  private static boolean isRight(KernelCase kernelCase, Kernels kernels) {
    return isRight(kernelCase.name(), () -> kernelCase.check(kernels, DType.FLOAT32));
  }

  private static boolean isRight(String name, Runnable check) {
    try {
      check.run();
      return true;
    } catch (CudaException e) {
      System.out.println("FAILED " + name + ": " + e.getMessage());
      if (e.isFatal()) {
        throw e;
      }
      return false;
    } catch (AssertionError | RuntimeException e) {
      System.out.println("FAILED " + name + ": " + e.getMessage());
      return false;
    }
  }
}
