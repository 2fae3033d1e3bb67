package dev.chainrule.core.train;

import dev.chainrule.core.array.Tensor;
import java.io.IOException;

/**
 * Processes that train one model together: each computes the gradient of its share of every batch,
 * and all take the same step on the sum. They begin with the same weights, by seed or checkpoint,
 * and keep them equal to the bit, because a sum has the same bits in all. So nothing but sums
 * passes between them, and what they learn is what one process learns from the same batches, but
 * for the order of addition.
 */
public interface Peers {
  /** A process by itself. */
  Peers NONE =
      new Peers() {
        @Override
        public int rank() {
          return 0;
        }

        @Override
        public int count() {
          return 1;
        }

        @Override
        public void sum(Tensor gradients, double[] numbers) {
          // Its own are all there are.
        }
      };

  /** The same of an array in any memory. */
  static void total(Peers peers, Tensor array, double[] numbers) throws IOException {
    Tensor host = array.host();
    peers.sum(host, numbers);
    if (!array.onHost()) {
      array.copyFrom(host);
    }
  }

  /** Which of them this is, from 0; the first one keeps the checkpoint. */
  int rank();

  /** How many there are. */
  int count();

  /**
   * Replaces numbers by their sums over all processes, which are the same bits in each. Returns
   * when all have called it.
   *
   * @param gradients float32, in memory that the processor can read
   * @param numbers a few more, summed in double precision
   * @throws IOException if another process is gone
   */
  void sum(Tensor gradients, double[] numbers) throws IOException;
}
