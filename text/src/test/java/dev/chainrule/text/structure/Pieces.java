package dev.chainrule.text.structure;

import dev.chainrule.text.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** A vocabulary of given bytes; texts are written in its first tokens that fit. */
final class Pieces implements Tokenizer {
  private final List<byte[]> tokens;
  private final Set<Integer> control;
  private final int addedSpaces;

  private Pieces(List<byte[]> tokens, Set<Integer> control, int addedSpaces) {
    this.tokens = tokens;
    this.control = control;
    this.addedSpaces = addedSpaces;
  }

  static Pieces of(String... texts) {
    return new Pieces(
        Arrays.stream(texts).map(text -> text.getBytes(StandardCharsets.UTF_8)).toList(),
        Set.of(),
        0);
  }

  /** All bytes, each a token, and these after them. */
  static Pieces bytesAnd(String... texts) {
    List<byte[]> tokens = new ArrayList<>();
    for (int b = 0; b < 256; b++) {
      tokens.add(new byte[] {(byte) b});
    }
    tokens.addAll(of(texts).tokens);
    return new Pieces(tokens, Set.of(), 0);
  }

  Pieces withControl(Integer... ids) {
    return new Pieces(tokens, Set.of(ids), addedSpaces);
  }

  Pieces withAddedSpaces(int spaces) {
    return new Pieces(tokens, control, spaces);
  }

  @Override
  public int vocabSize() {
    return tokens.size();
  }

  @Override
  public int[] encode(String text) {
    byte[] left = text.getBytes(StandardCharsets.UTF_8);
    int[] ids = new int[left.length];
    int n = 0;
    while (left.length > 0) {
      int id = tokens.size() - 1;
      while (!fits(tokens.get(id), left)) {
        id--;
      }
      ids[n++] = id;
      left = Arrays.copyOfRange(left, tokens.get(id).length, left.length);
    }
    return Arrays.copyOf(ids, n);
  }

  private static boolean fits(byte[] token, byte[] text) {
    return token.length > 0
        && token.length <= text.length
        && Arrays.equals(token, Arrays.copyOf(text, token.length));
  }

  @Override
  public byte[] bytesOf(int id) {
    return control.contains(id) ? new byte[0] : tokens.get(id);
  }

  @Override
  public boolean isControl(int id) {
    return control.contains(id);
  }

  @Override
  public int addedSpaces() {
    return addedSpaces;
  }
}
