package dev.chainrule.core.engine;

import dev.chainrule.core.array.Logs;
import dev.chainrule.core.array.Nd4jBackend;
import dev.chainrule.core.kernel.blas.Gemm;
import dev.chainrule.core.kernel.cuda.CudaEngine;
import dev.chainrule.core.kernel.cuda.CudaReport;
import dev.chainrule.core.kernel.cuda.GpuInfo;
import dev.chainrule.core.kernel.cuda.Precision;
import dev.chainrule.core.kernel.nd4j.Nd4jKernels;
import dev.chainrule.core.kernel.reference.ReferenceKernels;
import dev.chainrule.core.kernel.vector.VectorKernels;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** Engines by name. */
public final class Engines {
  /** The system property that says what {@code auto} means; without it, the fastest that runs. */
  public static final String PROPERTY = "chainrule.kernels";

  /** What {@link #open} takes. */
  public static final List<String> NAMES =
      List.of("auto", "vector", "cuda", "cuda-bf16", "nd4j", "reference");

  private static final Logger LOG = Logs.of(Engines.class);
  private static final String VECTOR_MODULE = "jdk.incubator.vector";

  private Engines() {}

  /**
   * What {@code auto} means here.
   *
   * @param name vector, cuda, nd4j or reference
   * @param reason why, in a sentence
   */
  public record Choice(String name, String reason) {}

  /**
   * A new engine; who opens it closes it.
   *
   * @param name one of {@link #NAMES}
   * @param threads of the processor that it may use, at least 1
   * @throws IllegalArgumentException if the name is none of them
   * @throws IllegalStateException if the engine cannot run here
   */
  public static Engine open(String name, int threads) {
    return switch (name) {
      case "auto" -> open(automatic().name(), threads);
      case "vector" -> vector(threads);
      case "cuda" -> CudaEngine.open(Precision.FLOAT32);
      case "cuda-bf16" -> CudaEngine.open(Precision.BFLOAT16);
      case "nd4j" ->
          Nd4jBackend.isCuda() ? new Nd4jEngine() : HostEngine.of(Nd4jKernels::new, threads);
      case "reference" -> HostEngine.of(ReferenceKernels::new, threads);
      default -> throw unknown("the engine", name);
    };
  }

  private static Engine vector(int threads) {
    if (vectorModuleIsMissing()) {
      throw new IllegalStateException(
          "the engine vector needs the flag --add-modules " + VECTOR_MODULE + " of java");
    }
    return HostEngine.of(VectorKernels::new, threads);
  }

  private static boolean vectorModuleIsMissing() {
    return ModuleLayer.boot().findModule(VECTOR_MODULE).isEmpty();
  }

  /**
   * What {@code auto} means here, found once. A Java that was started without the flag that the
   * fast engine needs is told so then, on standard error, since all would be slow and nothing
   * wrong.
   *
   * @throws IllegalArgumentException if the system property names no engine
   */
  public static Choice automatic() {
    String property = System.getProperty(PROPERTY, "auto");
    if (property.equals("auto")) {
      return Found.CHOICE;
    }
    if (!NAMES.contains(property)) {
      throw unknown("system property " + PROPERTY, property);
    }
    return new Choice(property, "system property %s is %s".formatted(PROPERTY, property));
  }

  private static IllegalArgumentException unknown(String what, String name) {
    return new IllegalArgumentException(
        "%s is '%s', expected one of %s".formatted(what, name, String.join(", ", NAMES)));
  }

  /** Looked for at first use, because it loads native libraries. */
  private static final class Found {
    static final Choice CHOICE = find();

    private static Choice find() {
      GpuInfo gpu = CudaReport.ofThisMachine().usable();
      if (gpu != null) {
        String reason = "there is a usable GPU, " + gpu.name();
        // On standard error: what a program computes with by itself is no detail for a log.
        System.err.printf(
            "chainrule: computing on GPU %d (%s), engine cuda; --engine vector computes on the"
                + " processor%n",
            gpu.ordinal(), gpu.name());
        return new Choice("cuda", reason);
      }
      String obstacle = obstacleToVector();
      Choice choice =
          obstacle == null
              ? new Choice("vector", "the Vector API and a matrix product library are there")
              : new Choice("nd4j", "the vector engine cannot run: " + obstacle);
      LOG.info("engine {}: {}", choice.name(), choice.reason());
      return choice;
    }

    private static @Nullable String obstacleToVector() {
      if (vectorModuleIsMissing()) {
        System.err.printf(
            "chainrule: computing by ND4J, many times slower: start java with --add-modules %s%n",
            VECTOR_MODULE);
        return "Java was started without --add-modules " + VECTOR_MODULE;
      }
      String obstacle = Gemm.obstacle();
      return obstacle == null ? null : "no matrix product library: " + obstacle;
    }
  }
}
