package dev.chainrule.core.nn.transformer;

import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.nn.LayerNorm;
import java.util.ArrayList;
import java.util.List;

/**
 * The blocks and the final norm of a decoder-only transformer (Radford et al. 2019): what a model
 * puts between its embeddings and its output map.
 */
public final class Transformer {
  private final TransformerConfig config;
  final List<TransformerBlock> blocks = new ArrayList<>();
  final LayerNorm finalNorm;

  /** Declares {@code h.0} and so on, and {@code ln_f}. */
  public Transformer(Parameters parameters, TransformerConfig config) {
    this.config = config;
    for (int layer = 0; layer < config.numLayers(); layer++) {
      blocks.add(new TransformerBlock(parameters, "h." + layer, config));
    }
    finalNorm = new LayerNorm(parameters, "ln_f", config.width(), config.bias());
  }

  public TransformerConfig config() {
    return config;
  }

  /**
   * All blocks and the final norm.
   *
   * @param x embedded elements [B, T, C], T at most the context length; not to be used afterwards
   * @return [B, T, C], of which place t depends on elements 0 to t
   */
  public Variable forward(Tape tape, Variable x) {
    for (TransformerBlock block : blocks) {
      x = tape.block(x, input -> block.forward(tape, input));
    }
    return finalNorm.forward(tape, x);
  }
}
