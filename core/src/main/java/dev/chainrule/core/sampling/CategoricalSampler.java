package dev.chainrule.core.sampling;

import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Draws classes: the warpers are applied to the logits in their order, then one uniform number
 * picks the class. Keeps scratch memory; an instance is used by one thread at a time.
 */
public final class CategoricalSampler implements Sampler {
  private final Warper[] warpers;
  private final Candidates candidates;
  private final @Nullable Past past;
  private final @Nullable Constraint constraint;

  /**
   * A sampler.
   *
   * @param numClasses V
   * @param warpers applied first to last; none draws from the model's distribution as it is
   */
  public CategoricalSampler(int numClasses, List<Warper> warpers) {
    this(numClasses, warpers, null);
  }

  /**
   * A sampler for one stream, all of whose classes it draws, with warpers that look at its past.
   *
   * @param past what came before; grows with each class
   */
  public CategoricalSampler(int numClasses, List<Warper> warpers, @Nullable Past past) {
    this(numClasses, warpers, past, null);
  }

  /**
   * A sampler for one stream, all of whose classes it draws.
   *
   * @param past what came before, where warpers look at it; grows with each class
   * @param constraint says what may come next; hears of each class
   */
  public CategoricalSampler(
      int numClasses, List<Warper> warpers, @Nullable Past past, @Nullable Constraint constraint) {
    this.warpers = warpers.toArray(Warper[]::new);
    this.past = past;
    this.constraint = constraint;
    this.candidates = new Candidates(numClasses, past);
  }

  /**
   * Draws a class. Exactly one number is taken from the generator, greedy or not, so that position
   * t of a stream always meets the t-th number.
   *
   * @param logits [V]
   * @param element [1], the class
   * @return log-probability of the class in nats under the logits as given, before any warper
   */
  @Override
  public double sample(float[] logits, RandomGenerator rng, double[] element) {
    double uniform = rng.nextDouble();
    if (constraint != null) {
      candidates.reset(logits, constraint.allowed());
    } else {
      candidates.reset(logits);
      if (warpers.length == 0) {
        // The likelihood has the exponentials of the draw.
        int drawn = drawn(candidates.draw(uniform), element);
        return logits[drawn] - candidates.drawnLogSumExp();
      }
    }
    // Of the only class that a constraint allows nothing else is asked.
    boolean open = constraint == null || candidates.size() > 1;
    for (int i = 0; i < warpers.length && open; i++) {
      warpers[i].warp(candidates);
    }
    int id = candidates.size() == 1 ? candidates.id(0) : candidates.draw(uniform);
    return logits[drawn(id, element)] - candidates.logSumExp(logits);
  }

  private int drawn(int id, double[] element) {
    element[0] = id;
    if (past != null) {
      past.append(id);
    }
    if (constraint != null) {
      constraint.accept(id);
    }
    return id;
  }
}
