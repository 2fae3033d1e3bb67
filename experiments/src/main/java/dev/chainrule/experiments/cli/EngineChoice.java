package dev.chainrule.experiments.cli;

import java.util.Locale;

/** The values of {@code --engine}. */
public enum EngineChoice {
  /** The fastest engine that this machine can run. */
  AUTO,
  /** Fused Vector API kernels and BLAS on the CPU. */
  VECTOR,
  /** Kernels on an NVIDIA GPU, products in float32. */
  CUDA,
  /** The same with products in bfloat16. */
  CUDA_BF16,
  /** ND4J's own operations, on whatever backend is on the class path. */
  ND4J,
  /** Plain loops: slow, the definition of what the others compute. */
  REFERENCE;

  /** What is meant by the name of an engine. */
  static EngineChoice named(String engine) {
    return valueOf(engine.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  /** The name as the user writes it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
