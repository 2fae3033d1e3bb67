package dev.chainrule.text.tokenizer.subword;

import dev.chainrule.base.InputException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;

/**
 * Byte-pair encoding by a list of merges [SHB16], over the bytes of a text [RWC+19] or over its
 * characters, as Hugging Face's library does it.
 */
public final class BpeModel implements SubwordModel {
  private static final int FEW = 128;

  private final PieceTable vocabulary;
  private final MergeTable merges;
  private final BitSet control;
  private final Options options;
  private final Fallback fallback;
  private final int[] symbolOfByte = new int[256];
  private final int[] symbolOfAscii = new int[FEW];

  /**
   * What differs from file to file.
   *
   * @param byteLevel symbols are bytes, which the vocabulary spells in {@link ByteAlphabet}
   * @param ignoreMerges a piece that is a token stays whole
   * @param fuseUnknown unknown characters in a row are one token
   * @param prefix before each symbol but the first of a piece
   * @param suffix after the last symbol of a piece
   */
  public record Options(
      boolean byteLevel, boolean ignoreMerges, boolean fuseUnknown, String prefix, String suffix) {
    /** Of GPT-2. */
    public static final Options BYTE_LEVEL = new Options(true, false, false, "", "");
  }

  /** The merges of a vocabulary, by rank. */
  public interface Merges {
    /** How many there are. */
    int size();

    /** The left token of a merge. */
    String left(int rank);

    /** The right one. */
    String right(int rank);
  }

  /**
   * A model.
   *
   * @param control tokens that no text becomes
   * @throws InputException if a merge names what is no token
   */
  public BpeModel(
      PieceTable vocabulary, Merges merges, BitSet control, Options options, Fallback fallback) {
    this.vocabulary = vocabulary;
    this.control = control;
    this.options = options;
    this.fallback = fallback;
    this.merges = table(merges);
    for (int b = 0; b < symbolOfByte.length; b++) {
      symbolOfByte[b] = vocabulary.find(String.valueOf(ByteAlphabet.letter(b)));
    }
    for (int c = 0; c < FEW; c++) {
      symbolOfAscii[c] = symbol(String.valueOf((char) c));
    }
  }

  private MergeTable table(Merges list) {
    MergeTable table = new MergeTable(list.size());
    int[] ids = new int[3];
    for (int rank = 0; rank < list.size(); rank++) {
      if (list instanceof JoinedMerges joined && options.prefix.isEmpty()) {
        joined.find(rank, vocabulary, ids);
      } else {
        ids[0] = vocabulary.find(list.left(rank));
        ids[1] = vocabulary.find(list.right(rank));
        ids[2] = vocabulary.find(merged(list, rank));
      }
      if (ids[0] < 0 || ids[1] < 0 || ids[2] < 0) {
        String left = list.left(rank);
        String right = list.right(rank);
        String absent = ids[0] < 0 ? left : ids[1] < 0 ? right : merged(list, rank);
        throw new InputException(
            "merge %d is \"%s\" and \"%s\", of which \"%s\" is no token of the vocabulary"
                .formatted(rank + 1, left, right, absent));
      }
      if (!control.get(ids[2])) {
        table.put(ids[0], ids[1], rank, ids[2]);
      }
    }
    return table;
  }

  private String merged(Merges list, int rank) {
    String right = list.right(rank);
    return list.left(rank)
        + (right.startsWith(options.prefix) ? right.substring(options.prefix.length()) : right);
  }

  private int symbol(String text) {
    int id = vocabulary.find(text);
    return id >= 0 && control.get(id) ? PieceTable.ABSENT : id;
  }

  @Override
  public void encode(String text, int from, int to, IdList out) {
    if (options.ignoreMerges) {
      String piece = text.substring(from, to);
      int whole = symbol(options.byteLevel ? ByteAlphabet.spell(piece) : piece);
      if (whole >= 0) {
        out.add(whole);
        return;
      }
    }
    IdList symbols = new IdList();
    if (options.byteLevel) {
      byteSymbols(text.substring(from, to).getBytes(StandardCharsets.UTF_8), symbols);
    } else {
      characterSymbols(text, from, to, symbols);
    }
    int[] ids = symbols.toArray();
    MergeLoop loop = new MergeLoop(ids, ids.length);
    loop.run((left, right, end) -> merges.get(ids[left], ids[right]));
    for (int place = 0; place < ids.length; place = loop.next(place)) {
      out.add(ids[place]);
    }
  }

  private void byteSymbols(byte[] utf8, IdList symbols) {
    for (int i = 0; i < utf8.length; i++) {
      int id = symbolOfByte[utf8[i] & 0xFF];
      if (id < 0 && fallback.unknown().isEmpty()) {
        throw new InputException(
            "the text has byte 0x%02X, for which the vocabulary has no token".formatted(utf8[i]));
      }
      symbols.add(id < 0 ? fallback.unknown().getAsInt() : id);
    }
  }

  private void characterSymbols(String text, int from, int to, IdList symbols) {
    boolean plain = options.prefix.isEmpty() && options.suffix.isEmpty();
    boolean afterUnknown = false;
    for (int at = from; at < to; ) {
      int c = text.codePointAt(at);
      int end = at + Character.charCount(c);
      int id;
      if (plain) {
        id = c < FEW ? symbolOfAscii[c] : symbol(Character.toString(c));
      } else {
        id =
            symbol(
                (at > from ? options.prefix : "")
                    + Character.toString(c)
                    + (end == to ? options.suffix : ""));
      }
      if (id >= 0) {
        symbols.add(id);
        afterUnknown = false;
      } else {
        afterUnknown = unknown(Character.toString(c), afterUnknown, symbols);
      }
      at = end;
    }
  }

  /** Appends what stands for a character; true if it is the token for unknown ones. */
  private boolean unknown(String character, boolean afterUnknown, IdList symbols) {
    byte[] utf8 = character.getBytes(StandardCharsets.UTF_8);
    Optional<int[]> bytes = fallback.bytesOf(utf8, 0, utf8.length);
    if (bytes.isPresent()) {
      symbols.addAll(bytes.get());
      return false;
    }
    if (fallback.unknown().isEmpty()) {
      throw Fallback.refusal(utf8, 0, utf8.length);
    }
    if (!afterUnknown || !options.fuseUnknown) {
      symbols.add(fallback.unknown().getAsInt());
    }
    return true;
  }

  /** Merges as two lists. */
  public static Merges merges(String[] left, String[] right) {
    String[] lefts = Arrays.copyOf(left, left.length);
    String[] rights = Arrays.copyOf(right, left.length);
    return new Merges() {
      @Override
      public int size() {
        return lefts.length;
      }

      @Override
      public String left(int rank) {
        return lefts[rank];
      }

      @Override
      public String right(int rank) {
        return rights[rank];
      }
    };
  }
}
