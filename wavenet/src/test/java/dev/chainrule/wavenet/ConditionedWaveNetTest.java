package dev.chainrule.wavenet;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.model.AutoregressiveModel;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.testkit.ModelContract;
import dev.chainrule.wavenet.WaveNetConfig.Head;
import dev.chainrule.wavenet.WaveNetConfig.Label;
import dev.chainrule.wavenet.WaveNetConfig.Local;
import dev.chainrule.wavenet.WaveNetConfig.Signal;
import dev.chainrule.wavenet.WaveNetConfig.Stack;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The contract with labels and features, the same for all sequences: gradients of both too. */
class ConditionedWaveNetTest {
  private static final int FEATURES = 3;

  private static final WaveNetConfig CONFIG =
      new WaveNetConfig(
          8000,
          new Signal(Quantization.MU_LAW, 4, true),
          Head.softmax(),
          new Stack(2, 2, 2, 6, 5, 7),
          List.of(new Label("digit", List.of("0", "1")), new Label("speaker", List.of("a", "b"))),
          new Local(FEATURES, 1, List.of(1)));

  /** A network whose conditions follow from the length of the clips. */
  private record Conditioned(WaveNet net) implements AutoregressiveModel<WaveBatch> {
    static Conditions conditions(int streams, int samples) {
      Tensor labels = Tensor.zeros(DType.INT32, streams, 2);
      Tensor frames = Tensor.zeros(DType.FLOAT32, streams, samples, FEATURES);
      for (long i = 0; i < labels.size(); i++) {
        labels.set(i, i % 2);
      }
      for (long i = 0; i < frames.size(); i++) {
        frames.set(i, Math.sin(i % (samples * FEATURES)));
      }
      return new Conditions(labels, frames);
    }

    private static WaveBatch with(WaveBatch batch) {
      return new WaveBatch(batch.elements(), conditions(batch.size(), batch.length()));
    }

    @Override
    public Parameters parameters() {
      return net.parameters();
    }

    @Override
    public int givenElements() {
      return 0;
    }

    @Override
    public Variable conditionals(Tape tape, WaveBatch batch) {
      return net.conditionals(tape, with(batch));
    }

    @Override
    public Variable nll(Tape tape, WaveBatch batch) {
      return net.nll(tape, with(batch));
    }

    @Override
    public Decoder decoder(Engine engine, WaveBatch streams) {
      return net.decoder(engine, with(streams));
    }
  }

  @TestFactory
  Stream<DynamicTest> labelsAndFeaturesKeepTheContract() {
    return ModelContract.of(
            new ModelContract.Subject<WaveBatch>(
                () -> new Conditioned(new WaveNet(CONFIG)),
                (rng, sequences, length) -> {
                  Tensor codes = Tensor.zeros(DType.INT32, sequences, length);
                  for (long i = 0; i < codes.size(); i++) {
                    codes.set(i, rng.nextInt(4));
                  }
                  return new WaveBatch(codes, Conditions.NONE);
                },
                12,
                4,
                5,
                (s, t) -> t - s <= CONFIG.receptiveField()))
        .tests();
  }
}
