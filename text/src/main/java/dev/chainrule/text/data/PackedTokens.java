package dev.chainrule.text.data;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.data.TokenSequence;
import dev.chainrule.text.tokenizer.Tokenizer;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Documents as one row of tokens.
 *
 * @param tokens of all documents, one after the other
 * @param learnt as long as the tokens, 1 for those that are learnt and counted, 0 for those that
 *     are only given; null where all are learnt
 * @param begin what the model expects at the beginning of a text: every window of these tokens
 *     begins with it, in place of its first token, which nothing predicts there
 */
public record PackedTokens(
    TokenSequence tokens, @Nullable TokenSequence learnt, OptionalInt begin) {
  public PackedTokens {
    if (learnt != null && learnt.length() != tokens.length()) {
      throw new IllegalArgumentException(
          "%d tokens of which %d are said to be learnt or not, expected equally many"
              .formatted(tokens.length(), learnt.length()));
    }
  }

  /** Tokens that are all learnt, of which any may begin a window. */
  public static PackedTokens of(TokenSequence tokens) {
    return new PackedTokens(tokens, null, OptionalInt.empty());
  }

  /** The same, and what begins a text by this vocabulary, if these begin so. */
  PackedTokens begunBy(Tokenizer tokenizer) {
    List<Integer> before = tokenizer.specials().before();
    boolean begun = !before.isEmpty() && length() > 0 && tokens.get(0) == before.getFirst();
    return begun ? new PackedTokens(tokens, learnt, OptionalInt.of(before.getFirst())) : this;
  }

  /** Puts what begins a text at the beginning of each window [B, T]. */
  Tensor begun(Tensor windows) {
    if (begin.isPresent()) {
      for (long b = 0; b < windows.dim(0); b++) {
        windows.set(b * windows.dim(1), begin.getAsInt());
      }
    }
    return windows;
  }

  /** Number of tokens. */
  public long length() {
    return tokens.length();
  }

  /** Tokens {@code from} (inclusive) to {@code to} (exclusive). */
  public PackedTokens range(long from, long to) {
    return new PackedTokens(
        tokens.range(from, to), learnt == null ? null : learnt.range(from, to), begin);
  }

  /** Tokens that are learnt. */
  public long learntCount() {
    TokenSequence counts = learnt;
    if (counts == null) {
      return length();
    }
    long count = 0;
    for (long i = 0; i < length(); i++) {
      count += counts.get(i);
    }
    return count;
  }

  /** UTF-8 bytes of the tokens that are learnt, the unit of bits per byte: markers have none. */
  public long countBytes(Tokenizer tokenizer) {
    int[] lengths = new int[tokenizer.vocabSize()];
    Set<Integer> markers = Markers.of(tokenizer).ids();
    for (int id = 0; id < lengths.length; id++) {
      lengths[id] = markers.contains(id) ? 0 : tokenizer.bytesOf(id).length;
    }
    TokenSequence counts = learnt;
    long bytes = 0;
    for (long i = 0; i < length(); i++) {
      bytes += counts == null || counts.get(i) == 1 ? lengths[tokens.get(i)] : 0;
    }
    return bytes;
  }

  /** A row of zeros and ones of which few bytes are kept. */
  static TokenSequence bits(BitSet bits, int length) {
    return new Bits(bits, length);
  }

  private record Bits(BitSet bits, int size) implements TokenSequence {
    @Override
    public long length() {
      return size;
    }

    @Override
    public int get(long i) {
      return bits.get(Objects.checkIndex((int) i, size)) ? 1 : 0;
    }

    @Override
    public void copyTo(long from, int count, Tensor target, long at) {
      Objects.checkFromIndexSize(from, count, (long) size);
      for (int i = 0; i < count; i++) {
        target.set(at + i, get(from + i));
      }
    }
  }
}
