package dev.chainrule.experiments.bench;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.wavenet.WaveBatch;
import dev.chainrule.wavenet.WaveNet;
import dev.chainrule.wavenet.WaveNetConfig;

/**
 * One sample of the network of {@link WaveNetSamplingBenchmark} without queues, on one core: the
 * whole receptive field is computed anew. What the queues save is the rate there over this one.
 */
record WaveNetNaiveBenchmark() implements Benchmark {
  @Override
  public String name() {
    return "wavenet.sample.30x64.one_core.naive";
  }

  @Override
  public Work prepare(Setup setup) {
    WaveNetConfig config = WaveNetTrainingBenchmark.CONFIG;
    WaveNet model = new WaveNet(config);
    model.parameters().allocate(DType.FLOAT32, setup.seed());
    return new Recomputing(model, setup.open());
  }

  private static final class Recomputing implements Work {
    private final WaveNet model;
    private final Tape tape;
    private final int field;
    private final WaveBatch past;

    Recomputing(WaveNet model, Engine engine) {
      this.model = model;
      this.tape = Tape.evaluation(engine, model.parameters());
      this.field = model.config().receptiveField();
      this.past = WaveNetTrainingBenchmark.batch(1, field);
    }

    @Override
    public void repeat(Laps laps) {
      while (!laps.done()) {
        tape.begin();
        model.conditionals(tape, past);
        laps.lap();
      }
    }

    @Override
    public Cost cost() {
      long weights = WaveNetTrainingBenchmark.multipliedWeights(model.parameters().count());
      return Cost.arithmetic(2.0 * weights * field, 1);
    }
  }
}
