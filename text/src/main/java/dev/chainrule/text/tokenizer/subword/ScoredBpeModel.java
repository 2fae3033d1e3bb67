package dev.chainrule.text.tokenizer.subword;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Byte-pair encoding as SentencePiece does it [KR18]: two neighbours become one where their text is
 * a token, the one of the highest score first.
 */
public final class ScoredBpeModel implements SubwordModel {
  private final PieceTable vocabulary;
  private final int[] ranks;
  private final BitSet unfit;
  private final Fallback fallback;

  /**
   * A model.
   *
   * @param scores of all tokens; higher is merged earlier
   * @param unfit tokens that no text becomes by merging
   */
  public ScoredBpeModel(PieceTable vocabulary, float[] scores, BitSet unfit, Fallback fallback) {
    this.vocabulary = vocabulary;
    this.unfit = unfit;
    this.fallback = fallback;
    this.ranks = ranks(scores);
  }

  /** The highest score has rank 0, equal ones the same. */
  private static int[] ranks(float[] scores) {
    Integer[] order = IntStream.range(0, scores.length).boxed().toArray(Integer[]::new);
    Arrays.sort(order, (a, b) -> Float.compare(scores[b], scores[a]));
    int[] ranks = new int[scores.length];
    for (int i = 1; i < order.length; i++) {
      boolean equal = scores[order[i]] == scores[order[i - 1]];
      ranks[order[i]] = ranks[order[i - 1]] + (equal ? 0 : 1);
    }
    return ranks;
  }

  @Override
  public void encode(String text, int from, int to, IdList out) {
    byte[] utf8 = text.substring(from, to).getBytes(StandardCharsets.UTF_8);
    int[] starts = new int[utf8.length + 1];
    int count = 0;
    for (int i = 0; i < utf8.length; i++) {
      if ((utf8[i] & 0xC0) != 0x80) {
        starts[count++] = i;
      }
    }
    starts[count] = utf8.length;
    MergeLoop loop = new MergeLoop(new int[count], count);
    loop.run((left, right, end) -> merged(utf8, starts[left], starts[end]));
    boolean afterUnknown = false;
    for (int place = 0; place < count; place = loop.next(place)) {
      afterUnknown = emit(utf8, starts[place], starts[loop.next(place)], afterUnknown, out);
    }
  }

  private long merged(byte[] utf8, int from, int to) {
    int id = vocabulary.find(utf8, from, to);
    return id < 0 || unfit.get(id) ? MergeTable.NONE : MergeTable.value(ranks[id], id);
  }

  private boolean emit(byte[] utf8, int from, int to, boolean afterUnknown, IdList out) {
    int id = vocabulary.find(utf8, from, to);
    if (id >= 0 && !unfit.get(id)) {
      out.add(id);
      return false;
    }
    Optional<int[]> bytes = fallback.bytesOf(utf8, from, to);
    if (bytes.isPresent()) {
      out.addAll(bytes.get());
      return false;
    }
    if (fallback.unknown().isEmpty()) {
      throw Fallback.refusal(utf8, from, to);
    }
    if (!afterUnknown) {
      out.add(fallback.unknown().getAsInt());
    }
    return true;
  }
}
