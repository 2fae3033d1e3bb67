package dev.chainrule.timeseries.deepar;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Ops;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.nn.Gru;
import java.util.ArrayList;
import java.util.List;

/** Gated recurrent units above each other. */
final class GruBackbone implements Backbone {
  private final DeepArNetwork network;
  private final List<Gru> layers = new ArrayList<>();

  GruBackbone(Parameters parameters, DeepArNetwork network) {
    this.network = network;
    for (int layer = 0; layer < network.numLayers(); layer++) {
      int inputs = layer == 0 ? network.inputDim() : network.units();
      layers.add(new Gru(parameters, "gru." + layer, inputs, network.units()));
    }
  }

  @Override
  public Variable forward(Tape tape, Variable x) {
    Variable y = x;
    for (Gru layer : layers) {
      y = Ops.dropout(tape, layer.forward(tape, y), network.dropout());
    }
    return y;
  }

  @Override
  public Steps steps(Kernels kernels, Parameters parameters, int streams, int capacity) {
    return new GruSteps(kernels, parameters, streams);
  }

  private final class GruSteps implements Steps {
    private final Kernels kernels;
    private final Parameters parameters;
    private final int streams;
    private final List<State> states = new ArrayList<>();

    /** The state of one layer before and after a step. */
    private record State(Tensor h, Tensor nextH, Tensor gates) {}

    GruSteps(Kernels kernels, Parameters parameters, int streams) {
      this.kernels = kernels;
      this.parameters = parameters;
      this.streams = streams;
      int units = network.units();
      for (int i = 0; i < layers.size(); i++) {
        states.add(
            new State(
                zeros(streams, units), zeros(1, streams, units), zeros(1, streams, 4 * units)));
      }
    }

    private static Tensor zeros(int... shape) {
      return Tensor.zeros(DType.FLOAT32, shape);
    }

    @Override
    public Tensor step(Tensor x) {
      Tensor y = x;
      for (int i = 0; i < states.size(); i++) {
        State state = states.get(i);
        Gru layer = layers.get(i);
        Tensor wx = parameters.value(layer.inputWeight());
        Tensor wh = parameters.value(layer.recurrentWeight());
        Tensor bias = parameters.value(layer.bias());
        kernels.gru(state.nextH(), state.gates(), y, wx, wh, bias, state.h());
        state.h().copyFrom(state.nextH());
        y = state.nextH();
      }
      return y;
    }

    @Override
    public Steps repeat(int times) {
      GruSteps many = new GruSteps(kernels, parameters, streams * times);
      for (int i = 0; i < states.size(); i++) {
        DeepArDecoder.repeatRows(states.get(i).h(), many.states.get(i).h(), times);
      }
      return many;
    }

    @Override
    public void reset() {
      for (State state : states) {
        state.h().fill(0);
      }
    }
  }
}
