package dev.chainrule.core.kernel;

/** Nonlinear functions between the two maps of a transformer's block. */
public enum GateFunction {
  /** {@code x sigmoid(x)}, also named swish (Ramachandran et al. 2017). */
  SILU,
  /** {@code x P(N(0, 1) <= x)} (Hendrycks and Gimpel 2016). */
  GELU,
  /**
   * GELU in its tanh form, {@code x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))}, as GPT-2 has it.
   */
  GELU_TANH,
  /** {@code max(x, 0)}; its slope at 0 is 0. */
  RELU
}
