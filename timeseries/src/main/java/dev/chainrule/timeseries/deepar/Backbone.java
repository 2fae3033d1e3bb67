package dev.chainrule.timeseries.deepar;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.engine.Engine;

/** The layers between inputs and outputs, whose step t sees steps 0 to t. */
interface Backbone {
  /** The layers that a configuration asks for. */
  static Backbone of(Parameters parameters, DeepArNetwork network) {
    return switch (network.kind()) {
      case LSTM -> RecurrentBackbone.lstm(parameters, network);
      case GRU -> RecurrentBackbone.gru(parameters, network);
      case TRANSFORMER -> new TransformerBackbone(parameters, network);
    };
  }

  /**
   * All steps at once.
   *
   * @param x time-major [T, B, inputDim]
   * @return [T, B, units]
   */
  Variable forward(Tape tape, Variable x);

  /**
   * The same one step at a time.
   *
   * @param capacity most steps that are taken
   */
  Steps steps(Engine engine, Parameters parameters, int streams, int capacity);

  /** Whether its steps run in any memory, by operations on tensors alone. */
  boolean stepsAnywhere();

  /** A state of some streams, which is fed a step of each. */
  interface Steps {
    /**
     * One step: the same operations on the same arrays each time, where {@link #stepsAnywhere}.
     *
     * @param x [1, streams, inputDim]
     * @return [1, streams, units], valid until the next step
     */
    Tensor step(Tensor x);

    /**
     * So many streams of each of these, which begin where it stands, and where it has to stay;
     * stream s goes on from s / times.
     */
    Steps repeat(int times);

    /** Back to where the streams began. */
    void reset();
  }
}
