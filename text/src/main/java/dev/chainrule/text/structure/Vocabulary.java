package dev.chainrule.text.structure;

import dev.chainrule.text.data.Markers;
import dev.chainrule.text.tokenizer.Tokenizer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of a tokenizer as a tree of their bytes, made once for all structures. Immutable, for
 * any number of threads.
 *
 * <p>The tree's nodes lie in the order in which a walk meets them, so that what is below a node are
 * the nodes up to its end, and the tokens below it are neighbours too. Control tokens are no text
 * and not in it.
 */
public final class Vocabulary {
  private static final int MOST_BYTES = 4;

  private final Tokenizer tokenizer;
  private final CodePoints alphabet;
  private final int longest;
  private final Tree tree;

  /**
   * The tree; node 0 is its root.
   *
   * @param bytes of each node, the last of what it stands for
   * @param depths how many bytes it stands for
   * @param ends the node after all that are below it
   * @param from where the tokens of it and of all below it begin; one more than there are nodes
   * @param tokens in the order of the nodes
   * @param groups {@link ByteGroups} of it and all below it, as bits
   * @param characters that begin at it and below it, at most
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Tree(
      byte[] bytes,
      int[] depths,
      int[] ends,
      int[] from,
      int[] tokens,
      long[] groups,
      int[] characters) {}

  private Vocabulary(Tokenizer tokenizer, CodePoints alphabet, int longest, Tree tree) {
    this.tokenizer = tokenizer;
    this.alphabet = alphabet;
    this.longest = longest;
    this.tree = tree;
  }

  /** The vocabulary of a tokenizer: at 262,144 tokens a second's work and 15 MB. */
  public static Vocabulary of(Tokenizer tokenizer) {
    Set<Integer> markers = Markers.of(tokenizer).ids();
    int vocabSize = tokenizer.vocabSize();
    List<Token> tokens = new ArrayList<>();
    for (int id = 0; id < vocabSize; id++) {
      byte[] bytes = tokenizer.bytesOf(id);
      if (bytes.length > 0 && !tokenizer.isControl(id) && !markers.contains(id)) {
        tokens.add(new Token(id, bytes));
      }
    }
    boolean parts = hasAllBytes(tokens);
    if (!parts) {
      // A part of a character is of use where there are tokens for all the rest of it.
      tokens.removeIf(token -> token.text() == null);
    }
    tokens.sort((a, b) -> Arrays.compareUnsigned(a.bytes(), b.bytes()));
    int longest = tokens.stream().mapToInt(token -> token.bytes().length).max().orElse(0);
    return new Vocabulary(tokenizer, alphabet(tokens, parts), longest, tree(tokens));
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Token(int id, byte[] bytes) {
    /** The text of it; null if that is no whole characters. */
    @Nullable String text() {
      try {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      } catch (CharacterCodingException e) {
        return null;
      }
    }
  }

  private static Tree tree(List<Token> sorted) {
    int nodes = 1;
    byte[] before = {};
    for (Token token : sorted) {
      nodes += token.bytes().length - common(before, token.bytes());
      before = token.bytes();
    }
    byte[] symbols = new byte[nodes];
    int[] depths = new int[nodes];
    int[] ends = new int[nodes];
    int[] from = new int[nodes + 1];
    int[] path = new int[1];
    int node = 0;
    before = new byte[0];
    for (int i = 0; i < sorted.size(); i++) {
      byte[] bytes = sorted.get(i).bytes();
      int common = common(before, bytes);
      for (int depth = before.length; depth > common; depth--) {
        ends[path[depth]] = node + 1;
      }
      path = path.length <= bytes.length ? Arrays.copyOf(path, 2 * bytes.length + 1) : path;
      for (int depth = common + 1; depth <= bytes.length; depth++) {
        path[depth] = ++node;
        symbols[node] = bytes[depth - 1];
        depths[node] = depth;
        from[node] = i;
      }
      before = bytes;
    }
    for (int depth = before.length; depth >= 0; depth--) {
      ends[path[depth]] = nodes;
    }
    from[nodes] = sorted.size();
    int[] ids = sorted.stream().mapToInt(Token::id).toArray();
    return described(symbols, depths, ends, from, ids);
  }

  /** With what is below each node. */
  private static Tree described(byte[] bytes, int[] depths, int[] ends, int[] from, int[] tokens) {
    int nodes = bytes.length;
    long[] groups = new long[nodes];
    int[] characters = new int[nodes];
    int[] parents = new int[nodes];
    int[] missing = new int[nodes];
    int[] path = new int[1 + Arrays.stream(depths).max().orElse(0)];
    for (int node = 1; node < nodes; node++) {
      int parent = path[depths[node] - 1];
      path[depths[node]] = node;
      parents[node] = parent;
      int before = bytes[parent] & 0xFF;
      int symbol = bytes[node] & 0xFF;
      missing[node] = ByteGroups.missing(missing[parent], before, symbol);
      int group = missing[node] < 0 ? ByteGroups.BROKEN : ByteGroups.of(symbol);
      groups[node] = 1L << group;
      characters[node] = missing[parent] == 0 ? 1 : 0;
    }
    for (int node = nodes - 1; node > 0; node--) {
      int parent = parents[node];
      groups[parent] |= groups[node];
      int begins = missing[parents[parent]] == 0 ? 1 : 0;
      characters[parent] = Math.max(characters[parent], begins + characters[node]);
      if (missing[parent] != 0) {
        // Who comes here is within a character: what is below is not plain text from there.
        groups[node] |= 1L << ByteGroups.BROKEN;
      }
    }
    return new Tree(bytes, depths, ends, from, tokens, groups, characters);
  }

  private static int common(byte[] a, byte[] b) {
    int differ = Arrays.mismatch(a, b);
    return differ < 0 ? a.length : differ;
  }

  /** Whether each byte of characters of several bytes is a token. */
  private static boolean hasAllBytes(List<Token> tokens) {
    BitSet single = new BitSet();
    for (Token token : tokens) {
      if (token.bytes().length == 1) {
        single.set(token.bytes()[0] & 0xFF);
      }
    }
    // 0xC0 and 0xC1 are in no UTF-8.
    return single.nextClearBit(0xC2) > 0xF4 && single.nextClearBit(0x80) >= 0xC0;
  }

  /**
   * The characters that can be written whatever came before: all whose bytes are tokens, and those
   * that are one token. With others a text could be begun that no token completes.
   */
  private static CodePoints alphabet(List<Token> tokens, boolean parts) {
    int[] characters =
        tokens.stream()
            .filter(token -> token.bytes().length <= MOST_BYTES)
            .map(Token::text)
            .filter(text -> text != null && text.codePointCount(0, text.length()) == 1)
            .mapToInt(text -> String.valueOf(text).codePointAt(0))
            .toArray();
    CodePoints known = CodePoints.of(characters);
    return parts ? known.or(CodePoints.range(0x80, Character.MAX_CODE_POINT)) : known;
  }

  /** What its tokens are of. */
  Tokenizer tokenizer() {
    return tokenizer;
  }

  /** The characters that texts are made of. */
  CodePoints alphabet() {
    return alphabet;
  }

  /** Bytes of the longest token. */
  int longest() {
    return longest;
  }

  Tree tree() {
    return tree;
  }
}
