package dev.chainrule.text.tokenizer.subword;

import dev.chainrule.base.InputException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;

/**
 * The tokens whose scores, log-probabilities, have the highest sum [Kud18], found by Viterbi's
 * algorithm.
 */
public final class UnigramModel implements SubwordModel {
  /** A character without a token scores so much less than the worst token. */
  private static final double UNKNOWN_PENALTY = 10;

  /** Each place of a text looks this far at most. */
  private static final int LONGEST = 1024;

  private static final int UNKNOWN = -1;

  private final PieceTable vocabulary;
  private final double[] scores;
  private final BitSet unfit;
  private final Fallback fallback;
  private final double unknownScore;

  /**
   * A model.
   *
   * @param scores of all tokens, nats
   * @param unfit tokens that no text becomes
   * @throws InputException if a token is longer than 1,024 bytes
   */
  public UnigramModel(PieceTable vocabulary, double[] scores, BitSet unfit, Fallback fallback) {
    if (vocabulary.longest() > LONGEST) {
      throw new InputException(
          "a token has %d bytes, expected at most %d".formatted(vocabulary.longest(), LONGEST));
    }
    this.vocabulary = vocabulary;
    this.scores = scores.clone();
    this.unfit = unfit;
    this.fallback = fallback;
    this.unknownScore = Arrays.stream(scores).min().orElse(0) - UNKNOWN_PENALTY;
  }

  @Override
  public void encode(String text, int from, int to, IdList out) {
    byte[] utf8 = text.substring(from, to).getBytes(StandardCharsets.UTF_8);
    double[] best = new double[utf8.length + 1];
    int[] start = new int[utf8.length + 1];
    int[] token = new int[utf8.length + 1];
    Arrays.fill(start, -1);
    for (int at = 0; at < utf8.length; ) {
      int end = at + 1;
      while (end < utf8.length && isInside(utf8[end])) {
        end++;
      }
      boolean known = reach(utf8, at, end, best, start, token);
      if (!known) {
        improve(at, end, best[at] + unknownScore, UNKNOWN, best, start, token);
      }
      at = end;
    }
    emit(utf8, start, token, out);
  }

  private static boolean isInside(byte b) {
    return (b & 0xC0) == 0x80;
  }

  /** Goes on from a place by every token there; true if one is the character there alone. */
  private boolean reach(
      byte[] utf8, int at, int character, double[] best, int[] start, int[] token) {
    boolean known = false;
    long hash = PieceTable.EMPTY_HASH;
    int last = Math.min(utf8.length, at + vocabulary.longest());
    for (int end = at + 1; end <= last; end++) {
      hash = PieceTable.step(hash, utf8[end - 1]);
      if (end < utf8.length && isInside(utf8[end])) {
        continue;
      }
      int id = vocabulary.find(hash, utf8, at, end);
      if (id >= 0 && !unfit.get(id)) {
        improve(at, end, best[at] + scores[id], id, best, start, token);
        known |= end == character;
      }
    }
    return known;
  }

  private static void improve(
      int from, int to, double score, int id, double[] best, int[] start, int[] token) {
    if (start[to] < 0 || score > best[to]) {
      best[to] = score;
      start[to] = from;
      token[to] = id;
    }
  }

  private void emit(byte[] utf8, int[] start, int[] token, IdList out) {
    IdList ends = new IdList();
    for (int end = utf8.length; end > 0; end = start[end]) {
      ends.add(end);
    }
    for (int i = ends.size() - 1; i >= 0; i--) {
      int end = ends.get(i);
      if (token[end] != UNKNOWN) {
        out.add(token[end]);
        continue;
      }
      int from = start[end];
      while (i > 0 && token[ends.get(i - 1)] == UNKNOWN) {
        end = ends.get(--i); // Unknown characters in a row are one.
      }
      Optional<int[]> bytes = fallback.bytesOf(utf8, from, end);
      if (bytes.isPresent()) {
        out.addAll(bytes.get());
      } else if (fallback.unknown().isPresent()) {
        out.add(fallback.unknown().getAsInt());
      } else {
        throw Fallback.refusal(utf8, from, end);
      }
    }
  }
}
