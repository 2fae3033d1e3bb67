package dev.chainrule.experiments.doctor;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.Nd4jBackend;
import dev.chainrule.core.data.DataFolders;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.core.kernel.blas.Gemm;
import dev.chainrule.core.kernel.cuda.CudaReport;
import dev.chainrule.experiments.bench.Ceilings;
import dev.chainrule.experiments.cli.Verb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import jdk.incubator.vector.FloatVector;
import picocli.CommandLine.Command;

/** {@code chainrule doctor}: what this machine has, and what Chainrule makes of it. */
@Command(
    name = "doctor",
    description = "Print what this machine has, what Chainrule makes of it, and how fast it is.")
public final class DoctorCommand extends Verb {
  private static final Path MEMORY_INFO = Path.of("/proc/meminfo");
  private static final double GIB = 1L << 30;

  /** What {@code --json} prints. */
  record Report(
      String jdk,
      String cpu,
      List<String> cpuFeatures,
      int cores,
      int simdLanes,
      Blas blas,
      double memoryGbPerSecond,
      double memoryTriadGbPerSecond,
      String nd4jBackend,
      List<Gpu> gpus,
      Cuda cuda,
      long freeMemoryBytes,
      List<DataFolder> dataFolders) {}

  /** The matrix product; rates in 10⁹ floating-point operations per second. */
  record Blas(String library, String kernelSet, double sgemmGflops, double sgemmGflopsOneThread) {}

  /** The libraries for GPUs: where each is, or why it is not there. */
  record Cuda(String driver, String nvrtc, String cublasLt) {}

  /** A folder in which data sets are looked for. */
  record DataFolder(String path, boolean exists) {}

  @Override
  protected Object run() throws Exception {
    int threads = common().threads();
    Gemm gemm = Gemm.get();
    Ceilings ceilings = Ceilings.measure(threads);
    Cpu cpu = Cpu.read();
    CudaReport cuda = CudaReport.ofThisMachine();
    Report report =
        new Report(
            Runtime.version() + " (" + System.getProperty("java.vendor") + ")",
            cpu.model(),
            cpu.features(),
            Runtime.getRuntime().availableProcessors(),
            FloatVector.SPECIES_PREFERRED.length(),
            new Blas(
                gemm.name(),
                gemm.kernelSet(),
                ceilings.sgemmGflops(),
                threads == 1 ? ceilings.sgemmGflops() : Ceilings.sgemmGflops(1)),
            ceilings.memoryGbPerSecond(),
            Ceilings.triadGbPerSecond(threads),
            Objects.requireNonNullElseGet(Nd4jBackend.obstacle(), Nd4jBackend::name),
            Gpu.list(cuda),
            new Cuda(cuda.driver(), cuda.nvrtc(), cuda.cublasLt()),
            freeMemoryBytes(),
            dataFolders());
    print(report, cuda);
    return report;
  }

  private void print(Report r, CudaReport cuda) {
    row("JDK", r.jdk());
    row("processor", r.cpu() + ", " + r.cores() + " cores");
    row("instructions", String.join(" ", r.cpuFeatures()));
    row("SIMD lanes", r.simdLanes() + " of float32");
    row("engine", common().engine() + ", " + common().threads() + " threads");
    row("", "auto: " + Engines.automatic().reason());
    row(
        "matrix product",
        String.format(
            Locale.ROOT,
            "%s, kernels %s: %.0f GFLOP/s on 1 thread, %.0f on %d",
            r.blas().library(),
            r.blas().kernelSet(),
            r.blas().sgemmGflopsOneThread(),
            r.blas().sgemmGflops(),
            common().threads()));
    row("", Gemm.reason());
    row(
        "memory",
        String.format(
            Locale.ROOT,
            "%.1f GB/s read, %.1f GB/s triad; %.1f GiB free",
            r.memoryGbPerSecond(),
            r.memoryTriadGbPerSecond(),
            r.freeMemoryBytes() / GIB));
    row("ND4J backend", r.nd4jBackend());
    new GpuRows(cuda).print(this::row);
    for (DataFolder folder : r.dataFolders()) {
      row("data folder", folder.path() + (folder.exists() ? "" : " (not there)"));
    }
  }

  private void row(String what, String found) {
    output().printf("%-15s %s%n", what, found);
  }

  /** What the system could still give to programs, in bytes. */
  private static long freeMemoryBytes() throws IOException {
    if (Files.isReadable(MEMORY_INFO)) {
      for (String line : Files.readAllLines(MEMORY_INFO)) {
        if (line.startsWith("MemAvailable:")) {
          return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
        }
      }
    }
    return Runtime.getRuntime().maxMemory();
  }

  private static List<DataFolder> dataFolders() {
    List<DataFolder> found = new ArrayList<>();
    try {
      DataFolders folders = DataFolders.ofEnvironment();
      folders.given().ifPresent(given -> found.add(new DataFolder(given.toString(), true)));
      Path cache = folders.cache();
      found.add(new DataFolder(cache.toString(), Files.isDirectory(cache)));
    } catch (InputException notThere) {
      found.add(new DataFolder(System.getenv(DataFolders.VARIABLE), false));
    }
    return found;
  }
}
