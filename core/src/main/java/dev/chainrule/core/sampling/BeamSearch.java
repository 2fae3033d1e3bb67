package dev.chainrule.core.sampling;

import dev.chainrule.base.InputException;
import dev.chainrule.base.distribution.Categorical;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.model.Decoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Looks for probable continuations by keeping, after each class, the B most probable beginnings;
 * each is a stream of a decoder, which forks where a beginning has several continuations. A
 * continuation ends with an ending class or at the largest length; the result and its scores are
 * those of Hugging Face's transformers 5.
 */
public final class BeamSearch {
  /**
   * How it looks.
   *
   * @param beams B, 1 or more
   * @param maxNewElements longest continuation, 1 or more
   * @param lengthPenalty continuations compare by log-probability over length to this power: above
   *     0 longer ones gain
   * @param earlyStopping whether it is over with the B-th ended continuation; else when none under
   *     way can, at its present length, be better than the worst of B
   * @param ends classes that end a continuation
   */
  public record Config(
      int beams,
      int maxNewElements,
      double lengthPenalty,
      boolean earlyStopping,
      Set<Integer> ends) {
    public Config {
      if (beams < 1) {
        throw new IllegalArgumentException("%d beams, expected 1 or more".formatted(beams));
      }
      if (maxNewElements < 1) {
        throw new IllegalArgumentException(
            "%d new elements, expected 1 or more".formatted(maxNewElements));
      }
      if (!Double.isFinite(lengthPenalty)) {
        throw new IllegalArgumentException(
            "length penalty %s, expected a number".formatted(lengthPenalty));
      }
      ends = Set.copyOf(ends);
    }
  }

  /**
   * A continuation.
   *
   * @param elements [N] classes, the one that ends it included
   * @param logProbs [N] nats of each
   * @param score log-probability of all, over N to the power of the length penalty
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Beam(int[] elements, double[] logProbs, double score) {
    private static final Beam EMPTY = new Beam(new int[0], new double[0], 0);
    private static final Beam IMPOSSIBLE =
        new Beam(new int[0], new double[0], Double.NEGATIVE_INFINITY);

    /** Log-probability of the whole in nats. */
    public double logProb() {
      return Arrays.stream(logProbs).sum();
    }

    private Beam then(int id, double logProb) {
      int n = elements.length;
      int[] longer = Arrays.copyOf(elements, n + 1);
      double[] longerProbs = Arrays.copyOf(logProbs, n + 1);
      longer[n] = id;
      longerProbs[n] = logProb;
      return new Beam(longer, longerProbs, score + logProb);
    }
  }

  /** One more class after a beginning: {@code score} is the log-probability of all. */
  private record Step(int stream, int id, double logProb, double score) {}

  private final Decoder decoder;
  private final int classes;
  private final Config config;
  private final List<Beam> ended = new ArrayList<>();

  /** What each stream has so far; its score is the log-probability, not yet over a length. */
  private Beam[] running;

  private BeamSearch(Decoder decoder, int classes, Config config) {
    this.decoder = decoder;
    this.classes = classes;
    this.config = config;
    running = new Beam[config.beams()];
    // All streams have read the same: but one of them would say everything B times.
    Arrays.fill(running, Beam.IMPOSSIBLE);
    running[0] = Beam.EMPTY;
  }

  /**
   * Looks for continuations.
   *
   * @param decoder of B streams
   * @param classes V; logits beyond are of no class
   * @param prompt 1 class or more
   * @return at most B, the best first
   * @throws InputException if prompt and continuation are longer than the decoder can hold
   */
  public static List<Beam> search(Decoder decoder, int classes, int[] prompt, Config config) {
    if (decoder.streams() != config.beams()) {
      throw new IllegalArgumentException(
          "a decoder of %d streams, expected one for each of %d beams"
              .formatted(decoder.streams(), config.beams()));
    }
    if (prompt.length + config.maxNewElements() - 1L > decoder.capacity()) {
      throw new InputException(
          "a prompt of %d tokens and %d more, expected at most %d in all: beams do not go beyond"
                  .formatted(prompt.length, config.maxNewElements(), decoder.capacity() + 1)
              + " what the model sees at once");
    }
    return new BeamSearch(decoder, classes, config).search(prompt);
  }

  private List<Beam> search(int[] prompt) {
    int beams = config.beams();
    int given = prompt.length;
    decoder.reset();
    decoder.feedAll(new History(beams, Tensor.of(prompt, 1, given)).last(given, given));
    for (int length = 1; ; length++) {
      boolean last = length == config.maxNewElements();
      List<Step> next = new ArrayList<>();
      List<Step> best = best();
      for (int rank = 0; rank < best.size(); rank++) {
        Step step = best.get(rank);
        if (!last && !config.ends().contains(step.id())) {
          if (next.size() < beams) {
            next.add(step);
          }
        } else if (rank < beams && step.score() > Double.NEGATIVE_INFINITY) {
          end(step, length);
        }
      }
      if (next.isEmpty()
          || over(next.getFirst().score() / Math.pow(length, config.lengthPenalty()))) {
        return List.copyOf(ended);
      }
      advance(next);
    }
  }

  private void end(Step step, int length) {
    Beam beam = running[step.stream()].then(step.id(), step.logProb());
    double score = beam.score() / Math.pow(length, config.lengthPenalty());
    ended.add(new Beam(beam.elements(), beam.logProbs(), score));
    ended.sort(Comparator.comparingDouble(Beam::score).reversed());
    if (ended.size() > config.beams()) {
      ended.removeLast();
    }
  }

  private boolean over(double bestUnderWay) {
    return ended.size() == config.beams()
        && (config.earlyStopping() || bestUnderWay <= ended.getLast().score());
  }

  /** The best steps of all streams: enough that, without all that end, B are left. */
  private List<Step> best() {
    int wanted = Math.max(2, 1 + config.ends().size()) * config.beams();
    Tensor logits = decoder.conditional();
    int width = logits.dim(-1);
    float[] row = new float[width];
    List<Step> best = new ArrayList<>();
    for (int s = 0; s < running.length; s++) {
      logits.read((long) s * width, row, 0, width);
      double normalizer = Categorical.logSumExp(row, classes);
      double before = running[s].score();
      for (int id = 0; id < classes; id++) {
        double logProb = row[id] - normalizer;
        double score = before + logProb;
        if (best.size() < wanted || score > best.getLast().score()) {
          insert(best, new Step(s, id, logProb, score));
          if (best.size() > wanted) {
            best.removeLast();
          }
        }
      }
    }
    return best;
  }

  /** Behind all that are as good: of equal ones those of the first streams and classes count. */
  private static void insert(List<Step> best, Step step) {
    int at = best.size();
    while (at > 0 && best.get(at - 1).score() < step.score()) {
      at--;
    }
    best.add(at, step);
  }

  /** A stream goes on with the first of its steps; the others take over streams without one. */
  private void advance(List<Step> next) {
    int beams = config.beams();
    Beam[] after = new Beam[beams];
    Tensor ids = Tensor.zeros(DType.INT32, beams);
    List<Step> others = new ArrayList<>();
    for (Step step : next) {
      if (after[step.stream()] == null) {
        go(step, step.stream(), after, ids);
      } else {
        others.add(step);
      }
    }
    int free = 0;
    for (Step step : others) {
      while (after[free] != null) {
        free++;
      }
      decoder.fork(step.stream(), free);
      go(step, free, after, ids);
    }
    for (int s = 0; s < beams; s++) {
      // Fewer classes than beams: what is left over goes on, and counts for nothing.
      after[s] = after[s] == null ? Beam.IMPOSSIBLE : after[s];
    }
    running = after;
    decoder.feed(ids);
  }

  private void go(Step step, int stream, Beam[] after, Tensor ids) {
    after[stream] = running[step.stream()].then(step.id(), step.logProb());
    ids.set(stream, step.id());
  }
}
