package dev.chainrule.core.kernel.cuda;

/** How the engine multiplies matrices; sums, parameters and all else are float32. */
public enum Precision {
  /** Float32 throughout. */
  FLOAT32,
  /** Float32 with 10 bits of mantissa in products, where cuBLASLt has it. */
  TF32,
  /** Operands of products are rounded to bfloat16; the parameters themselves stay float32. */
  BFLOAT16
}
