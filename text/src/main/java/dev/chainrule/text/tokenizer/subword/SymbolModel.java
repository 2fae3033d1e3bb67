package dev.chainrule.text.tokenizer.subword;

import java.util.List;

/**
 * SentencePiece's symbols of the user: wherever one stands in a prepared text it is its token,
 * leftmost, and of these longest, and a model writes what lies between them.
 */
public final class SymbolModel implements SubwordModel {
  private final SubwordModel between;
  private final List<Symbol> symbols;
  private final CharTrie trie = new CharTrie();

  /**
   * A symbol.
   *
   * @param text as it stands in a prepared text; not empty
   */
  public record Symbol(int id, String text) {
    public Symbol {
      if (text.isEmpty()) {
        throw new IllegalArgumentException("symbol %d is empty, expected text".formatted(id));
      }
    }
  }

  /** Symbols, and what writes all else. */
  public SymbolModel(List<Symbol> symbols, SubwordModel between) {
    this.between = between;
    this.symbols = List.copyOf(symbols);
    for (int i = 0; i < symbols.size(); i++) {
      trie.put(symbols.get(i).text(), i);
    }
  }

  @Override
  public void encode(String text, int from, int to, IdList out) {
    String piece = text.substring(from, to);
    int done = 0;
    int at = 0;
    while (at < piece.length()) {
      int found = trie.longest(piece, at);
      if (found < 0) {
        at++;
        continue;
      }
      if (done < at) {
        between.encode(piece, done, at, out);
      }
      out.add(symbols.get(found).id());
      at += symbols.get(found).text().length();
      done = at;
    }
    if (done < piece.length()) {
      between.encode(piece, done, piece.length(), out);
    }
  }
}
