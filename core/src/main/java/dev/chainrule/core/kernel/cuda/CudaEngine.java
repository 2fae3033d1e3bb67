package dev.chainrule.core.kernel.cuda;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.TensorMemory;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.Kernels;
import java.util.List;

/** The engine on one GPU: one worker, whose kernels are parallel inside. */
public final class CudaEngine implements Engine {
  private final Gpu gpu;
  private final Kernels kernels;

  private CudaEngine(CudaRuntime runtime, int ordinal, Precision precision) {
    gpu = new Gpu(runtime, ordinal);
    kernels = new CudaKernels(gpu, runtime.products(), precision);
  }

  /**
   * Opens the engine on the first GPU that it can run on.
   *
   * @throws InputException if there is none, or a library is lacking
   */
  public static CudaEngine open(Precision precision) {
    return open(new CudaLibraries(System.getenv()), precision);
  }

  static CudaEngine open(CudaLibraries libraries, Precision precision) {
    CudaRuntime runtime = CudaRuntime.load(libraries);
    List<GpuInfo> gpus = runtime.driver().gpus();
    for (GpuInfo gpu : gpus) {
      if (gpu.runsKernels()) {
        return new CudaEngine(runtime, gpu.ordinal(), precision);
      }
    }
    throw new InputException(
        gpus.isEmpty()
            ? "the NVIDIA driver finds no GPU"
            : "GPU 0 is a %s of compute capability %s, and the engine cuda needs %d.0 or later"
                .formatted(
                    gpus.getFirst().name(), gpus.getFirst().capabilityText(), GpuInfo.OLDEST / 10));
  }

  /**
   * Opens the engine on a GPU.
   *
   * @param ordinal of the GPU, from 0
   * @throws InputException if there is no such GPU, or a library is lacking
   */
  public static CudaEngine open(int ordinal, Precision precision) {
    return open(new CudaLibraries(System.getenv()), ordinal, precision);
  }

  static CudaEngine open(CudaLibraries libraries, int ordinal, Precision precision) {
    CudaRuntime runtime = CudaRuntime.load(libraries);
    int count = runtime.driver().deviceCount();
    if (ordinal < 0 || ordinal >= count) {
      throw new InputException(
          "there is no GPU %d: the driver finds %d, counted from 0".formatted(ordinal, count));
    }
    return new CudaEngine(runtime, ordinal, precision);
  }

  @Override
  public String name() {
    return "cuda";
  }

  /** What the GPU is. */
  public GpuInfo info() {
    return gpu.info();
  }

  @Override
  public TensorMemory memory() {
    return gpu.memory();
  }

  @Override
  public Kernels kernels(int worker) {
    return kernels;
  }

  /** A graph of the driver's, from the second time on. */
  @Override
  public Runnable repeatable(Runnable work) {
    return new Recording(gpu, work);
  }

  @Override
  public void close() {
    gpu.close();
  }
}
