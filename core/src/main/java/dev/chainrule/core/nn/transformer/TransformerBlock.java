package dev.chainrule.core.nn.transformer;

import dev.chainrule.core.autograd.Initializer;
import dev.chainrule.core.autograd.Ops;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.nn.CausalSelfAttention;
import dev.chainrule.core.nn.LayerNorm;
import dev.chainrule.core.nn.Linear;

/**
 * A pre-norm transformer block (Radford et al. 2019): {@code x + attention(norm(x))}, then {@code x
 * + mlp(norm(x))}.
 */
final class TransformerBlock {
  private static final double INIT_STD = 0.02;

  final LayerNorm norm1;
  final CausalSelfAttention attention;
  final LayerNorm norm2;
  final Linear expand;
  final Linear contract;
  private final double dropout;

  TransformerBlock(Parameters parameters, String name, TransformerConfig config) {
    int width = config.width();
    boolean bias = config.bias();
    Initializer normal = Initializer.normal(INIT_STD);
    // 2 L maps write into the residual stream; scaled so, its variance does not grow with L.
    Initializer residual = Initializer.normal(INIT_STD / Math.sqrt(2.0 * config.numLayers()));
    norm1 = new LayerNorm(parameters, name + ".ln_1", width, bias);
    attention =
        new CausalSelfAttention(
            parameters, name + ".attn", width, config.numHeads(), bias, normal, residual);
    norm2 = new LayerNorm(parameters, name + ".ln_2", width, bias);
    expand = new Linear(parameters, name + ".mlp.c_fc", width, 4 * width, bias, normal);
    contract = new Linear(parameters, name + ".mlp.c_proj", 4 * width, width, bias, residual);
    dropout = config.dropout();
  }

  /**
   * One block.
   *
   * @param x [B, T, C]
   */
  Variable forward(Tape tape, Variable x) {
    Variable attended = attention.attend(tape, norm1.forward(tape, x));
    x = addProjection(tape, attention.projection(), attended, x);
    Variable hidden = Ops.gelu(tape, expand.forward(tape, norm2.forward(tape, x)));
    return addProjection(tape, contract, hidden, x);
  }

  private Variable addProjection(Tape tape, Linear projection, Variable branch, Variable x) {
    if (dropout == 0) {
      return projection.forward(tape, branch, x);
    }
    return Ops.add(tape, x, Ops.dropout(tape, projection.forward(tape, branch), dropout));
  }
}
