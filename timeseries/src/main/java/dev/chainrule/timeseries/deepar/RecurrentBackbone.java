package dev.chainrule.timeseries.deepar;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Ops;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.nn.Gru;
import dev.chainrule.core.nn.Lstm;
import java.util.ArrayList;
import java.util.List;

/** Recurrent layers above each other. */
final class RecurrentBackbone implements Backbone {
  private final double dropout;
  private final List<RecurrentLayer> layers = new ArrayList<>();

  private RecurrentBackbone(double dropout) {
    this.dropout = dropout;
  }

  /** Long short-term memories. */
  static RecurrentBackbone lstm(Parameters parameters, DeepArNetwork network) {
    RecurrentBackbone result = new RecurrentBackbone(network.dropout());
    int units = network.units();
    for (int layer = 0; layer < network.numLayers(); layer++) {
      int inputs = layer == 0 ? network.inputDim() : units;
      Lstm lstm = new Lstm(parameters, "lstm." + layer, inputs, units);
      result.layers.add(new RecurrentLayer.LongShortTerm(lstm, units));
    }
    return result;
  }

  /** Gated recurrent units. */
  static RecurrentBackbone gru(Parameters parameters, DeepArNetwork network) {
    RecurrentBackbone result = new RecurrentBackbone(network.dropout());
    int units = network.units();
    for (int layer = 0; layer < network.numLayers(); layer++) {
      int inputs = layer == 0 ? network.inputDim() : units;
      Gru gru = new Gru(parameters, "gru." + layer, inputs, units);
      result.layers.add(new RecurrentLayer.Gated(gru, units));
    }
    return result;
  }

  @Override
  public Variable forward(Tape tape, Variable x) {
    Variable y = x;
    for (RecurrentLayer layer : layers) {
      y = Ops.dropout(tape, layer.forward(tape, y), dropout);
    }
    return y;
  }

  @Override
  public Steps steps(Kernels kernels, Parameters parameters, int streams, int capacity) {
    return new RecurrentSteps(kernels, parameters, streams);
  }

  private final class RecurrentSteps implements Steps {
    private final Kernels kernels;
    private final Parameters parameters;
    private final int streams;
    private final List<RecurrentLayer.State> states;

    RecurrentSteps(Kernels kernels, Parameters parameters, int streams) {
      this.kernels = kernels;
      this.parameters = parameters;
      this.streams = streams;
      states = layers.stream().map(layer -> layer.state(streams)).toList();
    }

    @Override
    public Tensor step(Tensor x) {
      Tensor y = x;
      for (RecurrentLayer.State state : states) {
        y = state.step(kernels, parameters, y);
      }
      return y;
    }

    @Override
    public Steps repeat(int times) {
      RecurrentSteps many = new RecurrentSteps(kernels, parameters, streams * times);
      for (int i = 0; i < states.size(); i++) {
        List<Tensor> from = states.get(i).carried();
        List<Tensor> to = many.states.get(i).carried();
        for (int k = 0; k < from.size(); k++) {
          DeepArSteps.repeatRows(from.get(k), to.get(k), times);
        }
      }
      return many;
    }

    @Override
    public void reset() {
      for (RecurrentLayer.State state : states) {
        state.carried().forEach(tensor -> tensor.fill(0));
      }
    }
  }
}
