import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.sampling.CategoricalSampler;
import dev.chainrule.core.sampling.Warper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A way to draw texts: blocks from left to right, each in a number of passes. After pass k of K the
 * k-th part of a block's characters stands, and the others are masked again. Blocks of one
 * character in one pass each are autoregressive sampling; one block in one pass draws all
 * characters at once.
 *
 * @param block characters B; of a network that knows one block only, as many as wanted
 * @param passes K, a divisor of the block
 */
record BlockDrawing(
    String name, BlockDiffusion network, int block, int passes, Order order, double temperature) {
  private static final int LENGTH = BlockDiffusion.LENGTH;
  private static final int TOGETHER = 32;

  /** Which characters of a pass stand. */
  enum Order {
    /** Any, as the diffusion has it. */
    RANDOM("at random"),
    /** Those that were the most probable when they were drawn (MaskGIT, Chang et al. 2022). */
    CONFIDENT("the surest"),
    /** As that, of earlier passes too (Mask-Predict, Ghazvininejad et al. 2019). */
    REFINED("the surest, refined");

    final String said;

    Order(String said) {
      this.said = said;
    }
  }

  /** Passes of a text, which have to wait for each other. */
  int inARow() {
    return LENGTH / block * passes;
  }

  /** Of a text. */
  double multiplyAdds() {
    return network.drawing(network.block == LENGTH ? inARow() : passes);
  }

  /** Draws texts [count, T]; each has random numbers of its own. */
  int[][] draw(Engine engine, int count, long seed) {
    Parameters weights = network.parameters.snapshot(engine);
    int[][] drawn = new int[count][];
    engine.run(
        worker -> {
          Tape tape = Tape.evaluation(engine, worker, weights);
          int to = (int) engine.from(count, worker + 1);
          for (int from = (int) engine.from(count, worker); from < to; from += TOGETHER) {
            List<Draft> drafts = new ArrayList<>();
            for (int s = from; s < Math.min(to, from + TOGETHER); s++) {
              drafts.add(new Draft(CounterRandom.of(seed, s)));
              drawn[s] = drafts.getLast().ids;
            }
            draw(tape, drafts);
          }
        });
    return drawn;
  }

  private void draw(Tape tape, List<Draft> drafts) {
    CategoricalSampler sampler =
        new CategoricalSampler(network.vocabulary, List.of(Warper.temperature(temperature)));
    for (int from = 0; from < LENGTH; from += block) {
      for (int pass = 1; pass <= passes; pass++) {
        int[] all = drafts.stream().flatMapToInt(draft -> Arrays.stream(draft.ids)).toArray();
        Tensor ids = Tensor.of(all, drafts.size(), LENGTH);
        tape.begin();
        Tensor logits =
            network.conditionals(tape, new BlockDiffusion.Noised(ids, ids, ids)).value().host();
        for (int s = 0; s < drafts.size(); s++) {
          Draft draft = drafts.get(s);
          draft.fill(from, logits.slice(s, s + 1), sampler);
          draft.keep(from, block * pass / passes);
        }
      }
    }
  }

  /** A text that is being drawn. */
  private final class Draft {
    final int[] ids = new int[LENGTH];

    /** How much is to be said for each character; the surest stand. */
    final double[] sure = new double[LENGTH];

    final CounterRandom random;

    Draft(CounterRandom random) {
      this.random = random;
      Arrays.fill(ids, network.vocabulary);
    }

    /** Draws what is masked in a block. */
    void fill(int from, Tensor logits, CategoricalSampler sampler) {
      float[] row = new float[network.vocabulary];
      double[] element = new double[1];
      for (int t = from; t < from + block; t++) {
        if (ids[t] == network.vocabulary) {
          logits.read((long) t * row.length, row, 0, row.length);
          double logProb = sampler.sample(row, random, element);
          ids[t] = (int) element[0];
          sure[t] = order == Order.RANDOM ? random.nextDouble() : logProb;
        } else if (order != Order.REFINED) {
          sure[t] = Double.POSITIVE_INFINITY;
        }
      }
    }

    /** Masks all of a block but the surest. */
    void keep(int from, int count) {
      IntStream.range(from, from + block)
          .boxed()
          .sorted(Comparator.comparingDouble(t -> -sure[t]))
          .skip(count)
          .forEach(t -> ids[t] = network.vocabulary);
    }
  }
}
