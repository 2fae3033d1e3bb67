package dev.chainrule.core.sampling;

import dev.chainrule.base.InputException;
import dev.chainrule.base.distribution.Categorical;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.model.Decoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Looks for probable continuations by keeping, after each class, the B most probable beginnings;
 * each is a stream of a decoder, which forks where a beginning has several continuations. A
 * continuation ends with an ending class or at the largest length; the result and its scores are
 * those of Hugging Face's transformers 5.
 *
 * <p>In groups (Vijayakumar et al. 2018) each keeps B / G beginnings of its own, and what groups
 * before it have gone on with in this place counts less.
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
   * @param groups that look each for itself; their number is a divisor of B
   * @param penalties what else is held against classes: of their log-probabilities, as in
   *     transformers
   * @param forced classes that come whatever else, by how many came before; they count as certain,
   *     as in transformers
   */
  public record Config(
      int beams,
      int maxNewElements,
      double lengthPenalty,
      boolean earlyStopping,
      Set<Integer> ends,
      Groups groups,
      Penalties penalties,
      Map<Integer, Integer> forced) {
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
      if (beams % groups.number() != 0) {
        throw new IllegalArgumentException(
            "%d groups of %d beams, expected groups of the same size"
                .formatted(groups.number(), beams));
      }
      forced = Map.copyOf(forced);
      ends = Set.copyOf(ends);
    }

    /** One group, with nothing held against any class. */
    public static Config of(
        int beams,
        int maxNewElements,
        double lengthPenalty,
        boolean earlyStopping,
        Set<Integer> ends) {
      return new Config(
          beams,
          maxNewElements,
          lengthPenalty,
          earlyStopping,
          ends,
          new Groups(1, 0),
          Penalties.none(),
          Map.of());
    }

    /** With classes that end a continuation beside those there are. */
    public Config withEnds(Set<Integer> more) {
      Set<Integer> all = new HashSet<>(ends);
      all.addAll(more);
      return new Config(
          beams, maxNewElements, lengthPenalty, earlyStopping, all, groups, penalties, forced);
    }

    /** In groups. */
    public Config withGroups(int number, double diversityPenalty) {
      return new Config(
          beams,
          maxNewElements,
          lengthPenalty,
          earlyStopping,
          ends,
          new Groups(number, diversityPenalty),
          penalties,
          forced);
    }

    /** With these held against classes. */
    public Config withPenalties(Penalties held) {
      return new Config(
          beams, maxNewElements, lengthPenalty, earlyStopping, ends, groups, held, forced);
    }

    /** With classes that come whatever else, by how many came before. */
    public Config withForced(Map<Integer, Integer> classes) {
      return new Config(
          beams, maxNewElements, lengthPenalty, earlyStopping, ends, groups, penalties, classes);
    }
  }

  /**
   * Groups of beams.
   *
   * @param number 1 or more
   * @param diversity taken from the log-probability of a class as often as earlier groups have gone
   *     on with it in its place
   */
  public record Groups(int number, double diversity) {
    public Groups {
      if (number < 1) {
        throw new IllegalArgumentException("%d groups, expected 1 or more".formatted(number));
      }
      if (!(diversity >= 0 && diversity < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "diversity penalty %s, expected 0 or more".formatted(diversity));
      }
    }
  }

  /**
   * A continuation.
   *
   * @param elements [N] classes, the one that ends it included
   * @param logProbs [N] nats of each under the model's own distribution
   * @param score log-probability of all with what is held against them, over N to the power of the
   *     length penalty
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

    private int[] and(int id) {
      int[] longer = Arrays.copyOf(elements, elements.length + 1);
      longer[elements.length] = id;
      return longer;
    }

    private Beam then(Step step) {
      int n = elements.length;
      int[] longer = and(step.id());
      double[] longerProbs = Arrays.copyOf(logProbs, n + 1);
      longerProbs[n] = step.logProb();
      return new Beam(longer, longerProbs, step.score());
    }
  }

  /** One more class after a beginning: {@code score} is that of all. */
  private record Step(int stream, int id, double logProb, double score) {}

  /** Streams that look for themselves. */
  private final class Group {
    final int first;
    final List<Beam> ended = new ArrayList<>();
    boolean over;

    Group(int first) {
      this.first = first;
      // All streams have read the same: but one of them would say everything several times.
      running[first] = Beam.EMPTY;
    }

    /**
     * Takes the next classes; returns those that it goes on with.
     *
     * @param held against classes; gets what later groups are to leave to this one
     */
    List<Step> next(int length, float[] held) {
      boolean last = length == config.maxNewElements();
      List<Step> next = new ArrayList<>();
      List<Integer> taken = new ArrayList<>();
      List<Step> best = best(first, length, held);
      for (int rank = 0; rank < best.size(); rank++) {
        Step step = best.get(rank);
        boolean ends = ends(step);
        if (!last && !ends) {
          if (next.size() < size) {
            next.add(step);
            taken.add(step.id());
          }
        } else if (rank < size && step.score() > Double.NEGATIVE_INFINITY) {
          end(step, length);
          if (!ends) {
            taken.add(step.id());
          }
        }
      }
      taken.forEach(id -> held[id] += (float) config.groups().diversity());
      over =
          next.isEmpty()
              || isOver(next.getFirst().score() / Math.pow(length, config.lengthPenalty()));
      return over ? List.of() : next;
    }

    private boolean ends(Step step) {
      return config.ends().contains(step.id())
          || (step.score() > Double.NEGATIVE_INFINITY
              && stops.test(running[step.stream()].and(step.id())));
    }

    private void end(Step step, int length) {
      Beam beam = running[step.stream()].then(step);
      double score = beam.score() / Math.pow(length, config.lengthPenalty());
      ended.add(new Beam(beam.elements(), beam.logProbs(), score));
      ended.sort(BEST_FIRST);
      if (ended.size() > size) {
        ended.removeLast();
      }
    }

    private boolean isOver(double bestUnderWay) {
      return ended.size() == size
          && (config.earlyStopping() || bestUnderWay <= ended.getLast().score());
    }
  }

  private static final Comparator<Beam> BEST_FIRST =
      Comparator.comparingDouble(Beam::score).reversed();

  private final Decoder decoder;
  private final int classes;
  private final int[] prompt;
  private final Config config;
  private final Predicate<int[]> stops;
  private final List<Warper> warpers;

  /** Streams of a group. */
  private final int size;

  /** What each stream has so far; its score is not yet over a length. */
  private final Beam[] running;

  private BeamSearch(
      Decoder decoder, int classes, int[] prompt, Config config, Predicate<int[]> stops) {
    this.stops = stops;
    this.decoder = decoder;
    this.classes = classes;
    this.prompt = prompt;
    this.config = config;
    warpers = config.penalties().warpers();
    size = config.beams() / config.groups().number();
    running = new Beam[config.beams()];
    Arrays.fill(running, Beam.IMPOSSIBLE);
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
    return search(decoder, classes, prompt, config, elements -> false);
  }

  /**
   * Looks for continuations that end for other reasons too.
   *
   * @param stops is asked of all classes of a continuation whether it ends with the last of them
   */
  public static List<Beam> search(
      Decoder decoder, int classes, int[] prompt, Config config, Predicate<int[]> stops) {
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
    return new BeamSearch(decoder, classes, prompt, config, stops).search();
  }

  private List<Beam> search() {
    int given = prompt.length;
    decoder.reset();
    decoder.feedAll(new History(config.beams(), Tensor.of(prompt, 1, given)).last(given, given));
    List<Group> groups = new ArrayList<>();
    for (int first = 0; first < config.beams(); first += size) {
      groups.add(new Group(first));
    }
    float[] held = new float[classes];
    for (int length = 1; ; length++) {
      Arrays.fill(held, 0);
      List<Step> next = new ArrayList<>();
      for (Group group : groups) {
        if (!group.over) {
          next.addAll(group.next(length, held));
        }
      }
      if (next.isEmpty()) {
        return groups.stream()
            .flatMap(group -> group.ended.stream())
            .sorted(BEST_FIRST)
            .limit(config.beams())
            .toList();
      }
      advance(next);
    }
  }

  /**
   * The best steps of a group's streams: enough that, without all that end, as many are left.
   *
   * @param length of continuations with the step
   * @param held against classes by what earlier groups have gone on with
   */
  private List<Step> best(int first, int length, float[] held) {
    Integer forced = config.forced().get(length - 1);
    int wanted = Math.max(2, 1 + config.ends().size()) * size;
    Tensor logits = decoder.conditional();
    int width = logits.dim(-1);
    float[] row = new float[width];
    List<Step> best = new ArrayList<>();
    for (int s = first; s < first + size; s++) {
      logits.read((long) s * width, row, 0, width);
      double normalizer = Categorical.logSumExp(row, classes);
      double before = running[s].score();
      float[] bent = warpers.isEmpty() ? row : warped(s, row, normalizer);
      for (int id = 0; id < classes; id++) {
        double logProb = row[id] - normalizer;
        double kept = (warpers.isEmpty() ? logProb : bent[id]) - held[id];
        if (forced != null) {
          kept = id == forced ? 0 : Double.NEGATIVE_INFINITY;
        }
        double score = before + kept;
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

  /** A stream's log-probabilities with what is held against classes; of those banned -infinity. */
  private float[] warped(int stream, float[] row, double normalizer) {
    int[] drawn = running[stream].elements();
    Past past = new Past(classes, prompt);
    for (int id : drawn) {
      past.append(id);
    }
    float[] bent = new float[classes];
    for (int id = 0; id < classes; id++) {
      bent[id] = (float) (row[id] - normalizer);
    }
    Candidates candidates = new Candidates(classes, past);
    candidates.reset(bent);
    warpers.forEach(warper -> warper.warp(candidates));
    Arrays.fill(bent, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < candidates.size(); i++) {
      bent[candidates.id(i)] = (float) candidates.plainLogit(i);
    }
    return bent;
  }

  /** Behind all that are as good: of equal ones those of the first streams and classes count. */
  private static void insert(List<Step> best, Step step) {
    int at = best.size();
    while (at > 0 && best.get(at - 1).score() < step.score()) {
      at--;
    }
    best.add(at, step);
  }

  /** A stream goes on with the first of its steps; the others take over streams of its group. */
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
    for (Step step : others) {
      int free = step.stream() / size * size;
      while (after[free] != null) {
        free++;
      }
      decoder.fork(step.stream(), free);
      go(step, free, after, ids);
    }
    for (int s = 0; s < beams; s++) {
      // Fewer classes than beams, or a group that is over: it goes on, and counts for nothing.
      running[s] = after[s] == null ? Beam.IMPOSSIBLE : after[s];
    }
    decoder.feed(ids);
  }

  private void go(Step step, int stream, Beam[] after, Tensor ids) {
    after[stream] = running[step.stream()].then(step);
    ids.set(stream, step.id());
  }
}
