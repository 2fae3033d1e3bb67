package dev.chainrule.timeseries.deepar;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Ops;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.nn.Gru;
import dev.chainrule.core.nn.Lstm;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
  public Steps steps(Engine engine, Parameters parameters, int streams, int capacity) {
    return new RecurrentSteps(engine, parameters, streams, null);
  }

  @Override
  public boolean stepsAnywhere() {
    return true;
  }

  private final class RecurrentSteps implements Steps {
    private final Engine engine;
    private final Kernels kernels;
    private final Parameters parameters;
    private final int streams;
    private final List<RecurrentLayer.State> states;
    private final @Nullable RecurrentSteps origin;

    RecurrentSteps(
        Engine engine, Parameters parameters, int streams, @Nullable RecurrentSteps origin) {
      this.engine = engine;
      kernels = engine.kernels(0);
      this.origin = origin;
      this.parameters = parameters;
      this.streams = streams;
      states = layers.stream().map(layer -> layer.state(engine, streams)).toList();
      if (origin != null) {
        continueFrom(origin);
      }
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
      return new RecurrentSteps(engine, parameters, streams * times, this);
    }

    private void continueFrom(RecurrentSteps from) {
      for (int i = 0; i < states.size(); i++) {
        List<Tensor> past = from.states.get(i).carried();
        List<Tensor> own = states.get(i).carried();
        for (int k = 0; k < past.size(); k++) {
          DeepArSteps.repeatRows(engine, past.get(k), own.get(k));
        }
      }
    }

    @Override
    public void reset() {
      if (origin == null) {
        for (RecurrentLayer.State state : states) {
          state.carried().forEach(tensor -> kernels.arrays().fill(tensor, 0));
        }
      } else {
        continueFrom(origin);
      }
    }
  }
}
