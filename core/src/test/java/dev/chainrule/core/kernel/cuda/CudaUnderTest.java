package dev.chainrule.core.kernel.cuda;

import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.Kernels;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The engine's kernels on the stand-in, for tests of other packages. */
public final class CudaUnderTest implements AutoCloseable {
  private final @Nullable StandIn standIn;
  private final Gpu gpu;
  private final Kernels ownProducts;
  private final Kernels libraryProducts;
  private final Kernels bfloat16;

  private CudaUnderTest(@Nullable StandIn standIn, CudaRuntime runtime, Gpu gpu) {
    this.standIn = standIn;
    this.gpu = gpu;
    ownProducts = wrap(new CudaKernels(gpu, null, Precision.FLOAT32));
    libraryProducts = wrap(new CudaKernels(gpu, runtime.products(), Precision.FLOAT32));
    bfloat16 = wrap(new CudaKernels(gpu, null, Precision.BFLOAT16));
  }

  private Kernels wrap(CudaKernels kernels) {
    return OnDevice.wrap(gpu, kernels);
  }

  /** The engine on the stand-in, or a skipped test. */
  public static CudaUnderTest onStandIn() {
    return onStandIn(Programs::source);
  }

  private static CudaUnderTest onStandIn(UnaryOperator<String> texts) {
    StandIn standIn = StandIn.require();
    CudaRuntime runtime = CudaRuntime.load(new CudaLibraries(standIn.environment()));
    Path cache = standIn.library().resolveSibling("cache");
    Programs programs = new Programs(runtime.compiler(), "sm_90", cache, texts);
    return new CudaUnderTest(standIn, runtime, new Gpu(runtime, 0, programs));
  }

  /** The engine on the first GPU of this machine. */
  public static CudaUnderTest onGpu() {
    CudaRuntime runtime = CudaRuntime.load(new CudaLibraries(System.getenv()));
    return new CudaUnderTest(null, runtime, new Gpu(runtime, 0));
  }

  /** An engine on the stand-in, or a skipped test; who opens it closes it. */
  public static Engine engineOnStandIn() {
    CudaLibraries libraries = new CudaLibraries(StandIn.require().environment());
    return CudaEngine.open(libraries, 0, Precision.FLOAT32);
  }

  /** What the GPU is. */
  public GpuInfo info() {
    return gpu.info();
  }

  /**
   * The same with a fault in the kernel texts.
   *
   * @param was what stands there once or more; its first occurrence is replaced
   * @throws IllegalArgumentException when used, if it does not stand there
   */
  public static CudaUnderTest withFault(String file, String was, String is) {
    return onStandIn(
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
    if (standIn != null) {
      standIn.set("order", order);
    }
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
    order(0);
    gpu.close();
  }
}
