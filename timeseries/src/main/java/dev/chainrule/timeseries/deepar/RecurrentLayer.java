package dev.chainrule.timeseries.deepar;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.nn.Gru;
import dev.chainrule.core.nn.Lstm;
import java.util.List;

/** A layer of a {@link RecurrentBackbone}. */
sealed interface RecurrentLayer {
  /**
   * All steps, from a state of zeros.
   *
   * @param x time-major [T, B, inputs]
   * @return [T, B, units]
   */
  Variable forward(Tape tape, Variable x);

  /** A state of zeros. */
  State state(Engine engine, int streams);

  /** What a layer carries from step to step. */
  interface State {
    /**
     * One step.
     *
     * @param x [1, streams, inputs]
     * @return [1, streams, units], valid until the next step
     */
    Tensor step(Kernels kernels, Parameters parameters, Tensor x);

    /** All that is carried, each [streams, units]. */
    List<Tensor> carried();
  }

  /** Long short-term memory. */
  record LongShortTerm(Lstm lstm, int units) implements RecurrentLayer {
    @Override
    public Variable forward(Tape tape, Variable x) {
      return lstm.forward(tape, x);
    }

    @Override
    public State state(Engine engine, int streams) {
      return new LstmState(
          lstm,
          engine.zeros(DType.FLOAT32, streams, units),
          engine.zeros(DType.FLOAT32, streams, units),
          engine.zeros(DType.FLOAT32, 1, streams, units),
          engine.zeros(DType.FLOAT32, 1, streams, units),
          engine.zeros(DType.FLOAT32, 1, streams, 4 * units));
    }
  }

  /** The state before and after a step. */
  record LstmState(Lstm lstm, Tensor h, Tensor c, Tensor nextH, Tensor nextC, Tensor gates)
      implements State {
    @Override
    public Tensor step(Kernels kernels, Parameters parameters, Tensor x) {
      Tensor wx = parameters.value(lstm.inputWeight());
      Tensor wh = parameters.value(lstm.recurrentWeight());
      kernels.recurrent().lstm(nextH, nextC, gates, x, wx, wh, parameters.value(lstm.bias()), h, c);
      kernels.arrays().copy(h, nextH);
      kernels.arrays().copy(c, nextC);
      return nextH;
    }

    @Override
    public List<Tensor> carried() {
      return List.of(h, c);
    }
  }

  /** Gated recurrent units. */
  record Gated(Gru gru, int units) implements RecurrentLayer {
    @Override
    public Variable forward(Tape tape, Variable x) {
      return gru.forward(tape, x);
    }

    @Override
    public State state(Engine engine, int streams) {
      return new GruState(
          gru,
          engine.zeros(DType.FLOAT32, streams, units),
          engine.zeros(DType.FLOAT32, 1, streams, units),
          engine.zeros(DType.FLOAT32, 1, streams, 4 * units));
    }
  }

  /** The state before and after a step. */
  record GruState(Gru gru, Tensor h, Tensor nextH, Tensor gates) implements State {
    @Override
    public Tensor step(Kernels kernels, Parameters parameters, Tensor x) {
      Tensor wx = parameters.value(gru.inputWeight());
      Tensor wh = parameters.value(gru.recurrentWeight());
      kernels.recurrent().gru(nextH, gates, x, wx, wh, parameters.value(gru.bias()), h);
      kernels.arrays().copy(h, nextH);
      return nextH;
    }

    @Override
    public List<Tensor> carried() {
      return List.of(h);
    }
  }
}
