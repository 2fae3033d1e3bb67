package dev.chainrule.text.run;

import dev.chainrule.base.distribution.Categorical;
import java.util.ArrayList;
import java.util.List;

/**
 * A text with the probability of each of its tokens.
 *
 * @param ids of all tokens
 * @param places of each token after the first
 */
public record ScoredText(List<Integer> ids, List<Place> places) {
  public ScoredText {
    ids = List.copyOf(ids);
    places = List.copyOf(places);
  }

  /**
   * A token in its place.
   *
   * @param logProb in nats, given all tokens before it
   * @param top the most probable tokens there, the best first
   */
  public record Place(int id, double logProb, List<Candidate> top) {
    public Place {
      top = List.copyOf(top);
    }

    /** A token by the logits of its place [V]. */
    static Place of(float[] logits, int id, int top) {
      double logSum = Categorical.logSumExp(logits, logits.length);
      List<Candidate> best =
          best(logits, top).stream().map(i -> new Candidate(i, logits[i] - logSum)).toList();
      return new Place(id, logits[id] - logSum, best);
    }

    /** Of the largest logits so many, the largest first; of equal ones the first ids. */
    private static List<Integer> best(float[] logits, int top) {
      List<Integer> best = new ArrayList<>();
      int count = Math.min(top, logits.length);
      for (int id = 0; id < logits.length; id++) {
        if (logits[id] == Float.NEGATIVE_INFINITY) {
          continue;
        }
        if (best.size() < count || (count > 0 && logits[id] > logits[best.getLast()])) {
          int at = best.size();
          while (at > 0 && logits[best.get(at - 1)] < logits[id]) {
            at--;
          }
          best.add(at, id);
          if (best.size() > count) {
            best.removeLast();
          }
        }
      }
      return best;
    }
  }

  /** A token that could stand there. */
  public record Candidate(int id, double logProb) {}

  /** Nats of each token after the first. */
  public double[] logProbs() {
    return places.stream().mapToDouble(Place::logProb).toArray();
  }
}
