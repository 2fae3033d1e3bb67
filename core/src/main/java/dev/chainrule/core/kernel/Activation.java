package dev.chainrule.core.kernel;

/** Functions of one number that stand between linear maps. */
public enum Activation {
  /** {@code max(x, 0)}; its slope at 0 is 0. */
  RELU,
  /** {@code x} above 0, else {@code e^x - 1} (Clevert et al. 2016). */
  ELU
}
