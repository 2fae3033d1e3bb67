package dev.chainrule.wavenet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.testkit.ModelContract;
import dev.chainrule.wavenet.WaveNetConfig.Head;
import dev.chainrule.wavenet.WaveNetConfig.Signal;
import dev.chainrule.wavenet.WaveNetConfig.Stack;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class WaveNetTest {
  /** Dilations 1, 2, 1, 2: a receptive field of 7. */
  private static final Stack SMALL = new Stack(2, 2, 2, 6, 5, 7);

  private static WaveNetConfig config(Signal signal, Head head, Stack stack) {
    return new WaveNetConfig(8000, signal, head, stack, List.of(), null);
  }

  private static WaveBatch random(RandomGenerator rng, int sequences, int length, int levels) {
    Tensor codes = Tensor.zeros(DType.INT32, sequences, length);
    for (long i = 0; i < codes.size(); i++) {
      codes.set(i, rng.nextInt(levels));
    }
    return new WaveBatch(codes, Conditions.NONE);
  }

  private static Stream<DynamicTest> contract(WaveNetConfig config, int alphabet) {
    int levels = config.signal().levels();
    int field = config.receptiveField();
    return ModelContract.of(
            new ModelContract.Subject<>(
                () -> new WaveNet(config),
                (rng, sequences, length) -> random(rng, sequences, length, levels),
                12,
                alphabet,
                5,
                (s, t) -> t - s <= field))
        .tests();
  }

  @TestFactory
  Stream<DynamicTest> muLawCodesKeepTheContract() {
    return contract(config(new Signal(Quantization.MU_LAW, 4, true), Head.softmax(), SMALL), 4);
  }

  @TestFactory
  Stream<DynamicTest> threeTapsAndScalarsKeepTheContract() {
    Stack stack = new Stack(1, 2, 3, 17, 20, 40);
    return contract(config(new Signal(Quantization.MU_LAW, 5, false), Head.softmax(), stack), 5);
  }

  @TestFactory
  Stream<DynamicTest> logisticMixturesKeepTheContract() {
    return contract(config(new Signal(Quantization.LINEAR, 6, false), Head.logistics(2), SMALL), 6);
  }

  @Test
  void receptiveFieldsAreThoseOfTheLiterature() {
    assertThat(WaveNetConfig.muLaw(16000, WaveNetConfig.thirtyLayers()).receptiveField())
        .isEqualTo(3070);
    assertThat(WaveNetConfig.muLaw(22050, new Stack(3, 10, 3, 8, 8, 8)).receptiveField())
        .isEqualTo(6139);
    assertThat(WaveNetConfig.muLaw(16000, new Stack(2, 8, 2, 64, 64, 256)).receptiveField())
        .isEqualTo(511);
    assertThat(WaveNetConfig.muLaw(16000, new Stack(2, 8, 2, 4, 4, 4)).receptiveFieldMillis())
        .isEqualTo(31.9375, within(1e-9));
  }
}
