package dev.chainrule.text.tokenizer.subword;

import dev.chainrule.base.InputException;
import dev.chainrule.text.tokenizer.SpecialTokens;
import dev.chainrule.text.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A tokenizer of parts of words: added tokens are found, the rest is normalised, split, and written
 * in tokens by a model. Safe for use by several threads.
 */
public final class SubwordTokenizer implements Tokenizer {
  private final Parts parts;
  private final SpecialTokens specials;
  private final StoredTokenizer stored;
  private final AddedTokens added;
  private final BitSet control;
  private final boolean asItIs;
  private final PieceCache cache = new PieceCache();

  /** Spellings of added tokens that are found in normalised text, as they are found there. */
  private final Map<Integer, String> found = new HashMap<>();

  /**
   * What it is made of.
   *
   * @param vocabulary all tokens, added ones too
   * @param added tokens that are looked for first
   * @param control tokens that are no text
   * @param normalizer prepares the text
   * @param splitter splits it
   * @param model writes pieces in tokens
   * @param text what a token's spelling stands for
   */
  public record Parts(
      PieceTable vocabulary,
      List<AddedToken> added,
      BitSet control,
      Normalizer normalizer,
      PreTokenizer splitter,
      SubwordModel model,
      TokenText text) {
    public Parts {
      added = List.copyOf(added);
      control = (BitSet) control.clone();
    }
  }

  /** A tokenizer, and how it is kept in a file. */
  public SubwordTokenizer(Parts parts, SpecialTokens specials, StoredTokenizer stored) {
    this.parts = parts;
    this.specials = specials;
    this.stored = stored;
    this.added = new AddedTokens(parts.added, parts.normalizer);
    this.control = parts.control;
    this.asItIs = parts.normalizer.equals(Normalizer.NONE);
    for (AddedToken token : parts.added) {
      if (token.normalized()) {
        found.put(token.id(), parts.normalizer.apply(token.content()));
      }
    }
  }

  /** The same with other special tokens, which its file does not name. */
  public SubwordTokenizer withSpecials(SpecialTokens other) {
    return new SubwordTokenizer(parts, other, stored);
  }

  /** How it is kept in a file. */
  public StoredTokenizer stored() {
    return stored;
  }

  /** The tokens that are looked for before all else. */
  public List<AddedToken> addedTokens() {
    return added.all();
  }

  /** The token of this spelling, or {@link PieceTable#ABSENT}. */
  public int find(String piece) {
    return parts.vocabulary.find(piece);
  }

  @Override
  public int vocabSize() {
    return parts.vocabulary.size();
  }

  @Override
  public SpecialTokens specials() {
    return specials;
  }

  @Override
  public int[] encode(String text) {
    return encode(text, false);
  }

  @Override
  public int[] encodeMarked(String text) {
    return encode(text, true);
  }

  private int[] encode(String text, boolean marked) {
    WholeText.require(text);
    IdList out = new IdList();
    added.split(
        text,
        marked,
        new AddedTokens.Parts() {
          @Override
          public void token(int id) {
            out.add(id);
          }

          @Override
          public void text(int from, int to) {
            if (asItIs && !added.anyNormalized()) {
              pieces(text, from, to, from == 0, out);
            } else {
              normalized(text.substring(from, to), from == 0, marked, out);
            }
          }
        });
    return out.toArray();
  }

  private void normalized(String section, boolean first, boolean marked, IdList out) {
    String text = parts.normalizer.apply(section);
    added.splitNormalized(
        text,
        marked,
        new AddedTokens.Parts() {
          @Override
          public void token(int id) {
            out.add(id);
          }

          @Override
          public void text(int from, int to) {
            pieces(text, from, to, first && from == 0, out);
          }
        });
  }

  private void pieces(String text, int from, int to, boolean first, IdList out) {
    parts.splitter.split(text, from, to, first, (t, f, e, start) -> piece(t, f, e, out));
  }

  private void piece(String text, int from, int to, IdList out) {
    int[] ids = cache.find(text, from, to);
    if (ids == null) {
      IdList fresh = new IdList();
      parts.model.encode(text, from, to, fresh);
      ids = fresh.toArray();
      cache.put(text, from, to, ids);
    }
    out.addAll(ids);
  }

  @Override
  public byte[] bytesOf(int id) {
    if (isControl(id)) {
      return new byte[0];
    }
    String spelling = found.get(id);
    return parts.text.bytes(spelling == null ? parts.vocabulary.text(id) : spelling);
  }

  @Override
  public boolean isControl(int id) {
    requireToken(id);
    return control.get(id);
  }

  @Override
  public int addedSpaces() {
    return parts.text.addedSpaces();
  }

  @Override
  public String piece(int id) {
    requireToken(id);
    return parts.vocabulary.text(id);
  }

  /** The texts of all tokens in the order of their ids, empty where an id has none. */
  public List<String> pieces() {
    List<String> all = new ArrayList<>(vocabSize());
    for (int id = 0; id < vocabSize(); id++) {
      all.add(parts.vocabulary.text(id));
    }
    return all;
  }

  private void requireToken(int id) {
    if (id < 0 || id >= vocabSize()) {
      throw new InputException("token id %d, expected 0 to %d".formatted(id, vocabSize() - 1));
    }
  }
}
