package dev.chainrule.core.sampling;

import dev.chainrule.core.array.Tensor;
import java.util.List;

/**
 * What a {@link Generator} made.
 *
 * @param sequences one for each stream
 * @param cancelled whether it was cut short from outside
 */
public record Generation(List<Sequence> sequences, boolean cancelled) {
  public Generation {
    sequences = List.copyOf(sequences);
  }

  /**
   * The generated elements of one stream, those given left out.
   *
   * @param elements [N], or [N, D] where an element is several numbers
   * @param logProbs [N] nats under the model's own distribution, whatever warpers did, each given
   *     what the model saw at the time
   * @param stopped whether the last element ended the stream
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Sequence(Tensor elements, double[] logProbs, boolean stopped) {
    /** Number of elements N. */
    public int length() {
      return logProbs.length;
    }

    /** Log-probability of the whole in nats. */
    public double logProb() {
      double sum = 0;
      for (double logProb : logProbs) {
        sum += logProb;
      }
      return sum;
    }
  }
}
