package dev.chainrule.wavenet;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.LANE;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.VectorOperators.LT;

import dev.chainrule.core.array.Memory;
import dev.chainrule.core.kernel.LogisticMixtureRow;
import dev.chainrule.core.kernel.vector.Lanes;
import dev.chainrule.core.sampling.Sampler;
import java.lang.foreign.MemorySegment;
import java.util.random.RandomGenerator;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Draws a code from a row of a network's output with one uniform number: the smallest code whose
 * cumulative probability exceeds it. Allocates nothing; used by one thread at a time.
 */
public final class SampleChooser implements Sampler {
  private final int levels;
  private final int mixtures;
  private final double temperature;
  private final LogisticMixtureRow mixture;
  private final double[] cumulative;

  @SuppressWarnings("UnusedVariable") // keeps the memory of the weights reachable
  private final MemorySegment scratch;

  private final long weights;

  /** Sum of each vector of weights. */
  private final float[] sums;

  /**
   * For a network's output.
   *
   * @param temperature divides logits, and scales of logistics are multiplied with it; 0 takes the
   *     most probable code, or the mean of the most probable logistic
   */
  public SampleChooser(WaveNetConfig config, double temperature) {
    if (!(temperature >= 0 && temperature < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "temperature %s, expected 0 (greedy) or more".formatted(temperature));
    }
    this.levels = config.signal().levels();
    this.mixtures = config.head().mixtures();
    this.temperature = temperature;
    this.mixture =
        new LogisticMixtureRow(Math.max(1, mixtures), levels, config.head().minLogScale());
    this.cumulative = new double[Math.max(1, mixtures)];
    this.scratch = Memory.allocate(4L * config.numParameters());
    this.weights = scratch.address();
    this.sums = new float[(levels + Lanes.WIDTH - 1) / Lanes.WIDTH];
  }

  /**
   * Draws a code.
   *
   * @param row the network's output for one sample
   * @throws IllegalStateException if the output is not finite
   */
  @Override
  public double sample(float[] row, RandomGenerator rng, double[] code) {
    double uniform = rng.nextDouble();
    return mixtures == 0 ? chooseClass(row, uniform, code) : chooseLevel(row, uniform, code);
  }

  private double chooseClass(float[] row, double uniform, double[] element) {
    float max = max(row);
    double normaliser = exponentiate(row, max, 1f);
    if (!(normaliser >= 1 && normaliser <= levels)) {
      throw new IllegalStateException("the network's output is not finite");
    }
    int code;
    if (temperature > 0) {
      double total =
          temperature == 1 ? normaliser : exponentiate(row, max, (float) (1 / temperature));
      code = draw(uniform * total);
    } else {
      code = first(row, max);
    }
    element[0] = code;
    return row[code] - max - Math.log(normaliser);
  }

  private float max(float[] row) {
    FloatVector max = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    int i = 0;
    for (; i <= levels - Lanes.WIDTH; i += Lanes.WIDTH) {
      max = max.max(FloatVector.fromArray(FLOATS, row, i));
    }
    float largest = max.reduceLanes(VectorOperators.MAX);
    for (; i < levels; i++) {
      largest = Math.max(largest, row[i]);
    }
    return largest;
  }

  private int first(float[] row, float max) {
    int code = 0;
    while (row[code] != max) {
      code++;
    }
    return code;
  }

  /**
   * Weights become {@code exp((logit - max) factor)}; returns their sum, vector after vector as
   * {@link #draw} adds them.
   */
  private double exponentiate(float[] row, float max, float factor) {
    double total = 0;
    for (int i = 0; i < levels; i += Lanes.WIDTH) {
      VectorMask<Float> mask = LANE.compare(LT, (float) (levels - i));
      FloatVector logits = FloatVector.fromArray(FLOATS, row, i, mask);
      Lanes.exp(logits.sub(max).mul(factor)).intoMemorySegment(ALL, weights + 4L * i, ORDER, mask);
      float sum = Lanes.sum(fromMemorySegment(FLOATS, ALL, weights + 4L * i, ORDER, mask));
      sums[i / Lanes.WIDTH] = sum;
      total += sum;
    }
    return total;
  }

  /** First the vector of codes in which the wanted sum is reached, then the code. */
  private int draw(double wanted) {
    int vector = 0;
    double before = 0;
    while (vector < sums.length - 1 && before + sums[vector] <= wanted) {
      before += sums[vector++];
    }
    int code = vector * Lanes.WIDTH;
    int last = Math.min(levels, code + Lanes.WIDTH) - 1;
    double sum = before + Memory.getFloat(weights + 4L * code);
    while (code < last && sum <= wanted) {
      sum += Memory.getFloat(weights + 4L * ++code);
    }
    return code;
  }

  private double chooseLevel(float[] row, double uniform, double[] element) {
    double max = Double.NEGATIVE_INFINITY;
    int best = 0;
    for (int i = 0; i < 3 * mixtures; i++) {
      mixture.parameters[i] = row[i];
      if (i < mixtures && mixture.parameters[i] > max) {
        max = mixture.parameters[i];
        best = i;
      }
    }
    int code;
    if (temperature == 0) {
      code = Quantization.LINEAR.encode(mixture.parameters[mixtures + best], levels);
    } else {
      double sum = 0;
      for (int k = 0; k < mixtures; k++) {
        cumulative[k] = Math.exp((mixture.parameters[k] - max) / temperature);
        sum += cumulative[k];
      }
      code = quantile(uniform, sum);
    }
    double logProb = mixture.logProb(code);
    if (Double.isNaN(logProb)) {
      throw new IllegalStateException("the network's output is not finite");
    }
    element[0] = code;
    return logProb;
  }

  /** The smallest level whose cumulative probability exceeds a number, by bisection. */
  private int quantile(double uniform, double sum) {
    int low = 0;
    int high = levels - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      double edge = (2.0 * middle + 1) / (levels - 1) - 1;
      double mass = 0;
      for (int k = 0; k < mixtures; k++) {
        double mean = mixture.parameters[mixtures + k];
        double scale = mixture.scale(k) * temperature;
        mass += cumulative[k] / sum / (1 + Math.exp(-(edge - mean) / scale));
      }
      if (mass > uniform) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
