package dev.chainrule.pixelcnn;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.LogisticMixtureOps;
import dev.chainrule.core.autograd.Ops;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.sampling.CategoricalSampler;
import dev.chainrule.core.sampling.LogisticMixtureSampler;
import dev.chainrule.core.sampling.Sampler;
import dev.chainrule.core.sampling.Warper;
import java.util.List;

/**
 * The family of a value's conditional.
 *
 * @param kind of distribution
 * @param numMixtures logistics of the mixture M; 0 with a softmax
 */
public record ImageOutput(Kind kind, int numMixtures) {
  /** Log-scales of logistics below it count as it, as in PixelCNN++. */
  public static final double MIN_LOG_SCALE = -7;

  /** Families of distributions over the levels. */
  public enum Kind {
    /** A probability of its own for each level. */
    SOFTMAX,
    /** A discretised mixture of logistics (Salimans et al. 2017). */
    LOGISTICS;

    /** The name as the user writes it. */
    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  public ImageOutput {
    boolean fits = kind == Kind.SOFTMAX ? numMixtures == 0 : numMixtures > 0;
    if (!fits) {
      throw new IllegalArgumentException(
          "num_mixtures %d of output %s, expected %s"
              .formatted(numMixtures, kind, kind == Kind.SOFTMAX ? "0" : "1 or more"));
    }
  }

  /** A probability for each level. */
  public static ImageOutput softmax() {
    return new ImageOutput(Kind.SOFTMAX, 0);
  }

  /** A mixture of logistics. */
  public static ImageOutput logistics(int numMixtures) {
    return new ImageOutput(Kind.LOGISTICS, numMixtures);
  }

  /** Numbers that describe the conditional of one value: V logits, or 3 for each logistic. */
  public int numParameters(int levels) {
    return kind == Kind.SOFTMAX ? levels : 3 * numMixtures;
  }

  /**
   * Negative log-likelihoods in nats.
   *
   * @param conditionals [..., P]
   * @param targets N levels
   * @return [N]
   */
  public Variable nll(Tape tape, Variable conditionals, Tensor targets, int levels) {
    return switch (kind) {
      case SOFTMAX -> Ops.crossEntropy(tape, conditionals, targets);
      case LOGISTICS ->
          LogisticMixtureOps.logisticMixture(tape, conditionals, targets, levels, MIN_LOG_SCALE);
    };
  }

  /**
   * Draws levels.
   *
   * @param temperature divides logits, and multiplies scales of logistics; 0 takes the most
   *     probable level, or the mean of the most probable logistic
   */
  public Sampler sampler(int levels, double temperature) {
    return switch (kind) {
      case SOFTMAX ->
          new CategoricalSampler(
              levels, temperature == 1 ? List.of() : List.of(Warper.temperature(temperature)));
      case LOGISTICS -> new LogisticMixtureSampler(numMixtures, levels, MIN_LOG_SCALE, temperature);
    };
  }
}
