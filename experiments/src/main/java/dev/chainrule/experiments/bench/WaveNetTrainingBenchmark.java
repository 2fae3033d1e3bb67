package dev.chainrule.experiments.bench;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.kernel.Engines;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.optim.AdamW;
import dev.chainrule.core.optim.LearningRateSchedule;
import dev.chainrule.core.parallel.Workers;
import dev.chainrule.core.safetensors.SafetensorsWriter;
import dev.chainrule.core.train.Evaluator;
import dev.chainrule.core.train.TrainConfig;
import dev.chainrule.core.train.Trainer;
import dev.chainrule.core.train.TrainingListener;
import dev.chainrule.wavenet.Conditions;
import dev.chainrule.wavenet.WaveBatch;
import dev.chainrule.wavenet.WaveNet;
import dev.chainrule.wavenet.WaveNetConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A training step of a WaveNet of 30 layers, 64 residual, 2 x 64 gate and 256 skip channels:
 * forward, backward, clipping to norm 1, AdamW.
 *
 * @param batchSize clips B in a batch
 * @param length samples T in a clip
 */
record WaveNetTrainingBenchmark(int batchSize, int length) implements Benchmark {
  private static final double LEARNING_RATE = 1e-3;

  static final WaveNetConfig CONFIG = WaveNetConfig.muLaw(16_000, WaveNetConfig.thirtyLayers());

  @Override
  public String name() {
    return "wavenet.train.30x64.B%dT%d".formatted(batchSize, length);
  }

  @Override
  public Work prepare(Setup setup) {
    WaveNet model = new WaveNet(CONFIG);
    model.parameters().allocate(DType.FLOAT32, setup.seed());
    List<Kernels> kernels = new ArrayList<>();
    for (int i = 0; i < setup.threads(); i++) {
      kernels.add(Engines.create(setup.engine()));
    }
    return new Steps(setup, model, kernels, new Workers(setup.threads()));
  }

  /** Weights that take part in products for every sample: all but the vectors of codes. */
  static long multipliedWeights(long parameters) {
    return parameters - (long) CONFIG.signal().levels() * CONFIG.stack().residualChannels();
  }

  /** The batch that the peer's {@code batch_of} makes too: pseudo-random codes [B, T]. */
  static WaveBatch batch(int batchSize, int length) {
    int[] codes = new int[batchSize * length];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (int) (((i * 2_654_435_761L) & 0xFFFF_FFFFL) >>> 16) % 256;
    }
    return new WaveBatch(Tensor.of(codes, batchSize, length), Conditions.NONE);
  }

  static void writeWeights(Path file, long seed) throws IOException {
    Parameters parameters = new WaveNet(CONFIG).parameters();
    parameters.allocate(DType.FLOAT32, seed);
    SafetensorsWriter writer = new SafetensorsWriter();
    parameters.views(parameters.values()).forEach(writer::add);
    writer.write(file);
  }

  private final class Steps implements Work {
    private final Setup setup;
    private final WaveNet model;
    private final List<Kernels> kernels;
    private final Workers workers;
    private final WaveBatch batch;
    private final Peer peer;

    Steps(Setup setup, WaveNet model, List<Kernels> kernels, Workers workers) {
      this.setup = setup;
      this.model = model;
      this.kernels = kernels;
      this.workers = workers;
      batch = batch(batchSize, length);
      double loss = new Evaluator<>(model, workers, kernels, 1).evaluate(List.of(batch)).nll();
      List<String> arguments =
          List.of(
              "train",
              "--batch",
              Integer.toString(batchSize),
              "--length",
              Integer.toString(length));
      peer = new Peer("wavenet_step.py", file -> writeWeights(file, setup.seed()), arguments, loss);
    }

    @Override
    public void repeat(Laps laps) throws IOException {
      TrainConfig endless =
          new TrainConfig(
              setup.seed(),
              TrainConfig.Limits.steps(Long.MAX_VALUE),
              new TrainConfig.Cadence(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE),
              1,
              1,
              1.0,
              0);
      TrainingListener counter =
          new TrainingListener() {
            @Override
            public void stepDone(long step, double nll, double gradientNorm, double rate) {
              laps.lap();
            }
          };
      Trainer<WaveBatch> trainer =
          new Trainer<>(
              model,
              endless,
              new AdamW(AdamW.Config.defaults()),
              LearningRateSchedule.constant(LEARNING_RATE),
              workers,
              kernels,
              List.of(counter));
      trainer.run(
          i -> batch, List.of(), Trainer.Progress.start(), (progress, best) -> {}, laps::done);
    }

    @Override
    public Cost cost() {
      double samples = (double) batchSize * length;
      double flop = 6.0 * multipliedWeights(model.parameters().count()) * samples;
      return Cost.arithmetic(flop, samples);
    }

    @Override
    public Peer peer() {
      return peer;
    }

    @Override
    public void close() {
      workers.close();
    }
  }
}
