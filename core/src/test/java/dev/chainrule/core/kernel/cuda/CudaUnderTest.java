package dev.chainrule.core.kernel.cuda;

import dev.chainrule.core.kernel.Kernels;
import java.util.function.UnaryOperator;

/** The engine's kernels on the stand-in, for tests of other packages. */
public final class CudaUnderTest implements AutoCloseable {
  private final StandIn standIn;
  private final Gpu gpu;
  private final Kernels ownProducts;
  private final Kernels libraryProducts;
  private final Kernels bfloat16;

  private CudaUnderTest(StandIn standIn, UnaryOperator<String> texts) {
    this.standIn = standIn;
    CudaRuntime runtime = CudaRuntime.load(new CudaLibraries(standIn.environment()));
    gpu =
        new Gpu(
            runtime,
            0,
            new Programs(
                runtime.compiler(), "sm_90", standIn.library().resolveSibling("cache"), texts));
    ownProducts = wrap(new CudaKernels(gpu, null, Precision.FLOAT32));
    libraryProducts = wrap(new CudaKernels(gpu, runtime.products(), Precision.FLOAT32));
    bfloat16 = wrap(new CudaKernels(gpu, null, Precision.BFLOAT16));
  }

  private Kernels wrap(CudaKernels kernels) {
    return OnDevice.wrap(gpu, kernels);
  }

  /** The engine on the stand-in, or a skipped test. */
  public static CudaUnderTest onStandIn() {
    return new CudaUnderTest(StandIn.require(), Programs::source);
  }

  /**
   * The same with a fault in the kernel texts.
   *
   * @param was what stands there once or more; its first occurrence is replaced
   * @throws IllegalArgumentException when used, if it does not stand there
   */
  public static CudaUnderTest withFault(String file, String was, String is) {
    return new CudaUnderTest(
        StandIn.require(),
        name -> {
          String text = Programs.source(name);
          boolean concerned = file.equals("dialect") || file.equals(name);
          if (concerned && !text.contains(was)) {
            throw new IllegalArgumentException(file + " has no such text: " + was);
          }
          int at = text.indexOf(was);
          return concerned ? text.substring(0, at) + is + text.substring(at + was.length()) : text;
        });
  }

  /** Of threads: 0 forward, 1 backward, 2 shuffled. */
  public void order(int order) {
    standIn.set("order", order);
  }

  /** With products by the engine's own kernels. */
  public Kernels ownProducts() {
    return ownProducts;
  }

  /** With products by what stands in for cuBLASLt. */
  public Kernels libraryProducts() {
    return libraryProducts;
  }

  /** With products of bfloat16 by the engine's own tensor-core kernel. */
  public Kernels bfloat16() {
    return bfloat16;
  }

  @Override
  public void close() {
    standIn.set("order", 0);
    gpu.close();
  }
}
