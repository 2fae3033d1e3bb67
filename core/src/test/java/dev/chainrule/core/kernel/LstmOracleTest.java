package dev.chainrule.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.vector.VectorKernels;
import java.util.random.RandomGenerator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Deeplearning4j's LSTM layer as an oracle: outputs, and gradients of a sum of squares. */
class LstmOracleTest {
  private static final int TIME = 7;
  private static final int BATCH = 3;
  private static final int INPUTS = 5;
  private static final int UNITS = 11;

  /** Where the gates i, f, g, o stand among Deeplearning4j's columns. */
  private static final int[] THEIR_PLACE = {3, 1, 0, 2};

  private final RandomGenerator rng = CounterRandom.of(8);
  private final Tensor x = normal(TIME, BATCH, INPUTS);
  private final Tensor targets = normal(TIME, BATCH, UNITS);
  private final Tensor wx = normal(4 * UNITS, INPUTS);
  private final Tensor wh = normal(4 * UNITS, UNITS);
  private final Tensor bias = normal(4 * UNITS);
  private final MultiLayerNetwork theirs = network();

  private Tensor normal(int... shape) {
    Tensor tensor = Tensor.zeros(DType.FLOAT32, shape);
    for (long i = 0; i < tensor.size(); i++) {
      tensor.set(i, 0.5 * rng.nextGaussian());
    }
    return tensor;
  }

  private static MultiLayerNetwork network() {
    LSTM layer =
        new LSTM.Builder()
            .nIn(INPUTS)
            .nOut(UNITS)
            .activation(Activation.TANH)
            .gateActivationFunction(Activation.SIGMOID)
            .build();
    RnnLossLayer loss =
        new RnnLossLayer.Builder(LossFunctions.LossFunction.L2)
            .activation(Activation.IDENTITY)
            .build();
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .dataType(DataType.FLOAT)
                .list()
                .layer(layer)
                .layer(loss)
                .build());
    network.init();
    return network;
  }

  @BeforeEach
  void giveThemOurWeights() {
    theirs.setParam("0_W", theirs(wx));
    theirs.setParam("0_RW", theirs(wh));
    theirs.setParam("0_b", theirs(bias));
  }

  @Test
  void givesTheirOutputsAndGradients() {
    Kernels kernels = new VectorKernels();
    Tensor h = Tensor.zeros(DType.FLOAT32, TIME, BATCH, UNITS);
    Tensor c = Tensor.zeros(DType.FLOAT32, TIME, BATCH, UNITS);
    Tensor gates = Tensor.zeros(DType.FLOAT32, TIME, BATCH, 4 * UNITS);
    kernels.recurrent().lstm(h, c, gates, x, wx, wh, bias, null, null);
    assertSame(sequences(h), theirs.output(sequences(x)));

    Tensor dH = Tensor.zeros(DType.FLOAT32, TIME, BATCH, UNITS);
    for (long i = 0; i < dH.size(); i++) {
      dH.set(i, 2 * (h.get(i) - targets.get(i)));
    }
    Tensor dWx = Tensor.zeros(DType.FLOAT32, 4 * UNITS, INPUTS);
    Tensor dWh = Tensor.zeros(DType.FLOAT32, 4 * UNITS, UNITS);
    Tensor dBias = Tensor.zeros(DType.FLOAT32, 4 * UNITS);
    kernels
        .recurrent()
        .lstmBackward(null, false, dWx, dWh, dBias, dH, h, c, gates, x, wx, wh, null, null);
    theirs.setInput(sequences(x));
    theirs.setLabels(sequences(targets));
    theirs.computeGradientAndScore();
    assertSame(theirs(dWx), theirs.gradient().getGradientFor("0_W"));
    assertSame(theirs(dWh), theirs.gradient().getGradientFor("0_RW"));
    assertSame(theirs(dBias).ravel(), theirs.gradient().getGradientFor("0_b"));
  }

  /** Weights or gradients [4H, N] as Deeplearning4j has them, [N, 4H]. */
  private static INDArray theirs(Tensor ours) {
    int columns = ours.rank() == 1 ? 1 : ours.dim(1);
    INDArray result = Nd4j.create(DataType.FLOAT, columns, 4L * UNITS);
    for (int gate = 0; gate < 4; gate++) {
      for (int unit = 0; unit < UNITS; unit++) {
        for (int column = 0; column < columns; column++) {
          double value = ours.get((long) (gate * UNITS + unit) * columns + column);
          result.putScalar(column, (long) THEIR_PLACE[gate] * UNITS + unit, value);
        }
      }
    }
    return result;
  }

  /** [T, B, C] as [B, C, T]. */
  private static INDArray sequences(Tensor ours) {
    INDArray result = Nd4j.create(DataType.FLOAT, ours.dim(1), ours.dim(2), ours.dim(0));
    long i = 0;
    for (int t = 0; t < ours.dim(0); t++) {
      for (int b = 0; b < ours.dim(1); b++) {
        for (int channel = 0; channel < ours.dim(2); channel++) {
          result.putScalar(b, channel, t, ours.get(i++));
        }
      }
    }
    return result;
  }

  private static void assertSame(INDArray ours, INDArray theirs) {
    assertThat(theirs.shape()).isEqualTo(ours.shape());
    double largest = ours.sub(theirs).amaxNumber().doubleValue();
    assertThat(largest).isCloseTo(0, within(1e-4));
  }
}
