package dev.chainrule.wavenet;

import static dev.chainrule.core.array.Memory.ALL;
import static dev.chainrule.core.kernel.vector.Lanes.FLOATS;
import static dev.chainrule.core.kernel.vector.Lanes.LANE;
import static dev.chainrule.core.kernel.vector.Lanes.ORDER;
import static jdk.incubator.vector.VectorOperators.LT;

import dev.chainrule.core.array.Memory;
import dev.chainrule.core.kernel.vector.Lanes;
import dev.chainrule.core.sampling.Sampler;
import java.lang.foreign.MemorySegment;
import java.util.random.RandomGenerator;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Draws a code from its logits with one uniform number: the smallest code whose cumulative
 * probability exceeds it, as {@link dev.chainrule.base.distribution.Categorical} has it, in float32
 * and with vectors: at thousands of samples a second the exponentials count. Allocates nothing;
 * used by one thread at a time.
 */
final class CodeSampler implements Sampler {
  private final int levels;
  private final double temperature;

  @SuppressWarnings("UnusedVariable") // keeps the memory of the weights reachable
  private final MemorySegment scratch;

  private final long weights;

  /** Sum of each vector of weights. */
  private final float[] sums;

  /**
   * A sampler.
   *
   * @param levels number of codes
   * @param temperature divides logits; 0 takes the most probable code
   */
  CodeSampler(int levels, double temperature) {
    Sampler.requireTemperature(temperature);
    this.levels = levels;
    this.temperature = temperature;
    this.sums = new float[(levels + Lanes.WIDTH - 1) / Lanes.WIDTH];
    this.scratch = Memory.allocate((long) sums.length * Lanes.BYTES);
    this.weights = scratch.address();
  }

  /**
   * Draws a code. Exactly one number is taken from the generator, greedy or not.
   *
   * @param row logits [levels]
   * @throws IllegalArgumentException if they are not finite
   */
  @Override
  public double sample(float[] row, RandomGenerator rng, double[] element) {
    double uniform = rng.nextDouble();
    float max = max(row);
    double normaliser = exponentiate(row, max, 1f);
    if (!(normaliser >= 1 && normaliser <= levels)) {
      throw new IllegalArgumentException("the network's output is not finite");
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
      float sum = Lanes.sumAt(weights + 4L * i);
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
}
