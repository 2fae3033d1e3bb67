package dev.chainrule.timeseries.deepar;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Initializer;
import dev.chainrule.core.autograd.Ops;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.RecurrentOps;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.nn.CausalSelfAttention;
import dev.chainrule.core.nn.LayerNorm;
import dev.chainrule.core.nn.Linear;
import java.util.ArrayList;
import java.util.List;

/**
 * Blocks of causal self-attention (Vaswani et al. 2017), with the norms before attention and
 * perceptron (Radford et al. 2019). Steps are told apart by sines and cosines, so that forecasts
 * may be longer than those of training.
 */
final class TransformerBackbone implements Backbone {
  private static final double INIT_STD = 0.02;

  final DeepArNetwork network;
  final List<Block> blocks = new ArrayList<>();
  final LayerNorm finalNorm;

  /** The parts of one block. */
  record Block(
      LayerNorm norm1,
      CausalSelfAttention attention,
      LayerNorm norm2,
      Linear expand,
      Linear contract) {}

  TransformerBackbone(Parameters parameters, DeepArNetwork network) {
    this.network = network;
    int width = network.units();
    Initializer normal = Initializer.normal(INIT_STD);
    // 2 L maps write into the residual stream; scaled so, its variance does not grow with L.
    Initializer residual = Initializer.normal(INIT_STD / Math.sqrt(2.0 * network.numLayers()));
    for (int layer = 0; layer < network.numLayers(); layer++) {
      String name = "block." + layer;
      blocks.add(
          new Block(
              new LayerNorm(parameters, name + ".ln_1", width, true),
              new CausalSelfAttention(
                  parameters, name + ".attn", width, network.numHeads(), true, normal, residual),
              new LayerNorm(parameters, name + ".ln_2", width, true),
              new Linear(parameters, name + ".mlp.c_fc", width, 4 * width, true, normal),
              new Linear(parameters, name + ".mlp.c_proj", 4 * width, width, true, residual)));
    }
    finalNorm = new LayerNorm(parameters, "ln_f", width, true);
  }

  @Override
  public Variable forward(Tape tape, Variable x) {
    Variable y = RecurrentOps.swapAxes(tape, Ops.add(tape, x, places(tape, x.value())));
    for (Block block : blocks) {
      Variable attended = block.attention().attend(tape, block.norm1().forward(tape, y));
      y = addTo(tape, y, block.attention().projection(), attended);
      Variable hidden = block.expand().forward(tape, block.norm2().forward(tape, y));
      y = addTo(tape, y, block.contract(), Ops.gelu(tape, hidden));
    }
    return RecurrentOps.swapAxes(tape, finalNorm.forward(tape, y));
  }

  private Variable addTo(Tape tape, Variable x, Linear map, Variable branch) {
    if (network.dropout() == 0) {
      return map.forward(tape, branch, x);
    }
    return Ops.add(tape, x, Ops.dropout(tape, map.forward(tape, branch), network.dropout()));
  }

  private static Variable places(Tape tape, Tensor x) {
    Tensor places = tape.numbers(x.shape());
    int width = x.dim(2);
    for (int t = 0; t < x.dim(0); t++) {
      for (int i = 0; i < width; i++) {
        double place = place(t, i, width);
        for (int b = 0; b < x.dim(1); b++) {
          places.set(((long) t * x.dim(1) + b) * width + i, place);
        }
      }
    }
    return tape.constant(places);
  }

  /** Component i of what tells step t from others (Vaswani et al. 2017, section 3.5). */
  static double place(int t, int i, int width) {
    double angle = t / Math.pow(10_000, (i - i % 2) / (double) width);
    return i % 2 == 0 ? Math.sin(angle) : Math.cos(angle);
  }

  @Override
  public Steps steps(Engine engine, Parameters parameters, int streams, int capacity) {
    return new TransformerSteps(this, engine.kernels(0), parameters, streams, capacity);
  }

  @Override
  public boolean stepsAnywhere() {
    return false;
  }
}
