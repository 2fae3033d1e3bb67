package dev.chainrule.core.nn;

import dev.chainrule.core.autograd.Initializer;
import dev.chainrule.core.autograd.Ops;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;

/**
 * Multi-head self-attention in which position t sees positions 0 to t (Vaswani et al. 2017, section
 * 3.2). Queries, keys and values come from one product.
 */
public final class CausalSelfAttention {
  private final Linear qkv;
  private final Linear projection;
  private final int numHeads;

  /**
   * Declares {@code name.c_attn} [3 width, width] and {@code name.c_proj} [width, width].
   *
   * @param projectionInitializer of the map back into the residual stream
   */
  public CausalSelfAttention(
      Parameters parameters,
      String name,
      int width,
      int numHeads,
      boolean bias,
      Initializer initializer,
      Initializer projectionInitializer) {
    qkv = new Linear(parameters, name + ".c_attn", width, 3 * width, bias, initializer);
    projection =
        new Linear(parameters, name + ".c_proj", width, width, bias, projectionInitializer);
    this.numHeads = numHeads;
  }

  /**
   * The attended values of all heads, before the projection.
   *
   * @param x [B, T, width]
   * @return [B, T, width]
   */
  public Variable attend(Tape tape, Variable x) {
    return Ops.causalAttention(tape, qkv.forward(tape, x), numHeads);
  }

  /** The map of queries, keys and values. */
  public Linear qkv() {
    return qkv;
  }

  /** The map back into the residual stream. */
  public Linear projection() {
    return projection;
  }
}
