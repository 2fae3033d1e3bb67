package dev.chainrule.wavenet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.core.kernel.WeightFormat;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.sampling.Sampler;
import dev.chainrule.wavenet.WaveNetConfig.Head;
import dev.chainrule.wavenet.WaveNetConfig.Label;
import dev.chainrule.wavenet.WaveNetConfig.Local;
import dev.chainrule.wavenet.WaveNetConfig.Signal;
import dev.chainrule.wavenet.WaveNetConfig.Stack;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The fast sampler against the plain one, with every kind of condition. */
class WaveGeneratorTest {
  private static final Engine VECTOR = Engines.open("vector", 1);

  private static final int LENGTH = 60;
  private static final List<Label> LABELS =
      List.of(new Label("digit", List.of("0", "1", "2")), new Label("speaker", List.of("a", "b")));

  private static final WaveNetConfig SOFTMAX =
      new WaveNetConfig(
          8000,
          new Signal(Quantization.MU_LAW, 256, true),
          Head.softmax(),
          new Stack(2, 3, 2, 24, 20, 40),
          LABELS,
          new Local(5, 12, List.of(3, 4)));

  private static final WaveNetConfig MIXTURE =
      new WaveNetConfig(
          16000,
          new Signal(Quantization.LINEAR, 65536, false),
          Head.logistics(3),
          new Stack(1, 4, 3, 8, 8, 16),
          List.of(),
          null);

  private static WaveNet model(WaveNetConfig config) {
    WaveNet model = new WaveNet(config);
    model.parameters().allocate(DType.FLOAT32, 7);
    return model;
  }

  private static Conditions conditions(WaveNetConfig config, int streams) {
    if (config.labels().isEmpty()) {
      return Conditions.NONE;
    }
    CounterRandom rng = CounterRandom.of(5);
    Tensor labels = Tensor.zeros(DType.INT32, streams, 2);
    Tensor frames = Tensor.zeros(DType.FLOAT32, streams, LENGTH / 12, 5);
    for (int s = 0; s < streams; s++) {
      labels.set(2L * s, s % 3);
      labels.set(2L * s + 1, s % 2);
    }
    for (long i = 0; i < frames.size(); i++) {
      frames.set(i, rng.nextGaussian());
    }
    return new Conditions(labels, frames);
  }

  private static int[][] inPieces(WaveNetConfig config, int streams, int piece, WeightFormat p) {
    WaveNetDecoder decoder =
        (WaveNetDecoder)
            model(config)
                .decoder(VECTOR, WaveBatch.room(streams, conditions(config, streams), LENGTH), p);
    WaveGenerator generator = new WaveGenerator(decoder, config, 0.9, 42);
    int[][] all = new int[streams][LENGTH];
    for (int from = 0; from < LENGTH; from += piece) {
      int[][] codes = new int[streams][Math.min(piece, LENGTH - from)];
      generator.generate(codes);
      for (int s = 0; s < streams; s++) {
        System.arraycopy(codes[s], 0, all[s], from, codes[s].length);
      }
    }
    return all;
  }

  /** Recomputes the whole past for every sample. */
  private static int[][] plainly(WaveNetConfig config, int streams) {
    WaveNet model = model(config);
    Tape tape = Tape.evaluation(Engines.open("vector", 1), model.parameters());
    Tensor codes = Tensor.zeros(DType.INT32, streams, LENGTH);
    codes.fill(3);
    Sampler chooser = config.sampler(0.9);
    CounterRandom[] random = new CounterRandom[streams];
    for (int s = 0; s < streams; s++) {
      random[s] = CounterRandom.of(42, s);
    }
    float[] row = new float[config.numParameters()];
    double[] code = new double[1];
    int[][] all = new int[streams][LENGTH];
    for (int t = 0; t < LENGTH; t++) {
      tape.begin();
      Tensor rows =
          model.conditionals(tape, new WaveBatch(codes, conditions(config, streams))).value();
      for (int s = 0; s < streams; s++) {
        rows.read((long) config.numParameters() * (s * LENGTH + t), row, 0, row.length);
        chooser.sample(row, random[s], code);
        all[s][t] = (int) code[0];
        codes.set((long) s * LENGTH + t, all[s][t]);
      }
    }
    return all;
  }

  @Test
  void fastAndPlainSamplersDrawTheSameSamples() {
    assertThat(inPieces(SOFTMAX, 3, LENGTH, WeightFormat.FLOAT32))
        .isDeepEqualTo(plainly(SOFTMAX, 3));
    assertThat(inPieces(SOFTMAX, 1, LENGTH, WeightFormat.FLOAT32))
        .isDeepEqualTo(plainly(SOFTMAX, 1));
  }

  @Test
  void mixturesOfLogisticsAreSampledOnTheSixteenBitGrid() {
    int[][] fast = inPieces(MIXTURE, 2, LENGTH, WeightFormat.FLOAT32);
    int[][] plain = plainly(MIXTURE, 2);
    for (int s = 0; s < 2; s++) {
      for (int t = 0; t < LENGTH; t++) {
        // A level of 65,536 is finer than float32 sums in another order agree.
        assertThat(fast[s][t]).isCloseTo(plain[s][t], within(8));
      }
    }
  }

  @Test
  void piecesOfAnyLengthGiveTheSameSamples() {
    int[][] whole = inPieces(SOFTMAX, 5, LENGTH, WeightFormat.FLOAT32);
    assertThat(inPieces(SOFTMAX, 5, 7, WeightFormat.FLOAT32)).isDeepEqualTo(whole);
    assertThat(inPieces(SOFTMAX, 5, 1, WeightFormat.FLOAT32)).isDeepEqualTo(whole);
  }

  @ParameterizedTest
  @EnumSource
  void aStreamDoesNotDependOnThoseBesideIt(WeightFormat precision) {
    int[][] nine = inPieces(SOFTMAX, 9, LENGTH, precision);
    int[][] three = inPieces(SOFTMAX, 3, LENGTH, precision);
    int[][] one = inPieces(SOFTMAX, 1, LENGTH, precision);
    assertThat(three[0]).isEqualTo(one[0]);
    assertThat(nine[0]).isEqualTo(one[0]);
    assertThat(nine[2]).isEqualTo(three[2]);
  }

  @ParameterizedTest
  @CsvSource({"BFLOAT16, 0.01", "INT8, 0.02"})
  void roundedWeightsGiveNearlyTheSameDistributions(WeightFormat precision, double tolerance) {
    WaveNet model = model(SOFTMAX);
    Tensor exact =
        model.decoder(VECTOR, WaveBatch.room(1, conditions(SOFTMAX, 1), 9)).conditional();
    Tensor rounded =
        model
            .decoder(VECTOR, WaveBatch.room(1, conditions(SOFTMAX, 1), 9), precision)
            .conditional();
    for (int i = 0; i < 256; i++) {
      assertThat(rounded.get(i)).isCloseTo(exact.get(i), within(tolerance));
    }
    assertThat(rounded.toFloats()).isNotEqualTo(exact.toFloats());
  }

  @Test
  void aPromptMayBeShorterThanTheReceptiveField() {
    WaveNetConfig config = SOFTMAX.withLocal(null).withLabels(List.of());
    Decoder decoder = model(config).decoder(VECTOR, WaveBatch.room(1, Conditions.NONE, 9));
    WaveGenerator generator = new WaveGenerator(decoder, config, 1, 3, new float[] {0.1f, -0.2f});
    int[][] codes = new int[1][5];
    generator.generate(codes);
    assertThat(decoder.position(0)).isEqualTo(2 + 4);
    assertThat(generator.logProb(0)).isNegative();
  }

  @Test
  void drawsFollowTheDistribution() {
    Tensor row = Tensor.zeros(DType.FLOAT32, 256);
    row.fill(-30);
    row.set(10, Math.log(1));
    row.set(11, Math.log(2));
    row.set(200, Math.log(5));
    Sampler chooser = SOFTMAX.sampler(1);
    CounterRandom rng = CounterRandom.of(1);
    float[] logits = row.toFloats();
    double[] code = new double[1];
    int[] counts = new int[256];
    for (int i = 0; i < 8000; i++) {
      chooser.sample(logits, rng, code);
      counts[(int) code[0]]++;
    }
    assertThat(counts[10]).isCloseTo(1000, within(120));
    assertThat(counts[11]).isCloseTo(2000, within(160));
    assertThat(counts[200]).isCloseTo(5000, within(180));
  }

  @Test
  void conditionsThatDoNotFitAreRefused() {
    WaveNet model = model(SOFTMAX);
    assertThatThrownBy(() -> model.decoder(VECTOR, WaveBatch.room(1, Conditions.NONE, 9)))
        .hasMessage("labels null, expected int32[1, 2]");
    Tensor unknown = Tensor.of(new int[] {0, 2}, 1, 2);
    assertThatThrownBy(
            () -> model.decoder(VECTOR, WaveBatch.room(1, new Conditions(unknown, null), 9)))
        .hasMessage("speaker number 2, expected 0 to 1");
    assertThatThrownBy(() -> LABELS.get(1).index("eve"))
        .hasMessage("unknown speaker eve, expected one of a, b");
    assertThatThrownBy(() -> new Local(80, 256, List.of(4, 4, 4)))
        .hasMessage("upsampling factors [4, 4, 4] have the product 64, expected the hop 256");
  }
}
