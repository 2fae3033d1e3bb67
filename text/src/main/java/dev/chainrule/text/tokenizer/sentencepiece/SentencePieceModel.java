package dev.chainrule.text.tokenizer.sentencepiece;

import dev.chainrule.base.InputException;
import dev.chainrule.text.tokenizer.subword.IdList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * What a {@code tokenizer.model} says.
 *
 * @param pieces the tokens, U+2581 for a space
 * @param scores of the tokens
 * @param types of the tokens, by {@link PieceType#number}
 * @param options of the whole
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record SentencePieceModel(
    List<String> pieces, float[] scores, int[] types, Options options) {
  /** Kinds of tokens, numbered as SentencePiece and GGUF number them. */
  public enum PieceType {
    /** Text. */
    NORMAL(1),
    /** For characters that no other token has. */
    UNKNOWN(2),
    /** No text. */
    CONTROL(3),
    /** Text that is found before all else. */
    USER_DEFINED(4),
    /** Never written. */
    UNUSED(5),
    /** A byte. */
    BYTE(6);

    private final int number;

    PieceType(int number) {
      this.number = number;
    }

    /** 1 to 6. */
    public int number() {
      return number;
    }
  }

  /**
   * Options.
   *
   * @param unigram by the sum of scores; else byte-pair encoding
   * @param byteFallback a character without a token is written in bytes
   * @param dummyPrefix a space is written before the text
   * @param singleSpaces spaces at the ends are left out, and of several one is left
   * @param charsmap replacements of characters, empty for none
   * @param begin token that begins a text
   * @param end token that ends one
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  public record Options(
      boolean unigram,
      boolean byteFallback,
      boolean dummyPrefix,
      boolean singleSpaces,
      byte[] charsmap,
      OptionalInt begin,
      OptionalInt end) {}

  private static final int UNIGRAM = 1;
  private static final int BPE = 2;

  // Numbers of fields in sentencepiece_model.proto.
  private static final int PIECES = 1;
  private static final int TRAINER = 2;
  private static final int NORMALIZER = 3;
  private static final int MODEL_TYPE = 3;
  private static final int SUFFIX_SPACES = 24;
  private static final int BYTE_FALLBACK = 35;
  private static final int BEGIN_ID = 41;
  private static final int END_ID = 42;
  private static final int CHARSMAP = 2;
  private static final int DUMMY_PREFIX = 3;
  private static final int SINGLE_SPACES = 4;
  private static final int ESCAPE = 5;

  public SentencePieceModel {
    pieces = List.copyOf(pieces);
  }

  /**
   * Reads a model.
   *
   * @throws InputException if the bytes are none, or one of a kind that is not understood
   */
  public static SentencePieceModel read(byte[] bytes, String origin) {
    Reading reading = new Reading(origin);
    ProtobufReader in = new ProtobufReader(bytes, origin);
    while (in.next()) {
      switch (in.field()) {
        case PIECES -> reading.piece(in.message());
        case TRAINER -> reading.trainer(in.message());
        case NORMALIZER -> reading.normalizer(in.message());
        default -> in.skip();
      }
    }
    return reading.done();
  }

  /** The model as a file that SentencePiece reads. */
  public byte[] toBytes() {
    ProtobufWriter out = new ProtobufWriter();
    for (int id = 0; id < pieces.size(); id++) {
      ProtobufWriter piece = new ProtobufWriter().text(1, pieces.get(id)).real(2, scores[id]);
      out.bytes(PIECES, piece.number(3, types[id]).toBytes());
    }
    int unknown = 0;
    while (unknown < types.length && types[unknown] != PieceType.UNKNOWN.number()) {
      unknown++;
    }
    out.bytes(
        TRAINER,
        new ProtobufWriter()
            .number(MODEL_TYPE, options.unigram ? UNIGRAM : BPE)
            .flag(BYTE_FALLBACK, options.byteFallback)
            .number(40, unknown == types.length ? 0 : unknown)
            .number(BEGIN_ID, options.begin.orElse(-1))
            .number(END_ID, options.end.orElse(-1))
            .number(43, -1)
            .toBytes());
    out.bytes(
        NORMALIZER,
        new ProtobufWriter()
            .bytes(CHARSMAP, options.charsmap)
            .flag(DUMMY_PREFIX, options.dummyPrefix)
            .flag(SINGLE_SPACES, options.singleSpaces)
            .flag(ESCAPE, true)
            .toBytes());
    return out.toBytes();
  }

  private static final class Reading {
    private final String origin;
    private final List<String> pieces = new ArrayList<>();
    private final IdList types = new IdList();
    private float[] scores = new float[1024];
    private int modelType = UNIGRAM;
    private boolean byteFallback;
    private boolean dummyPrefix = true;
    private boolean singleSpaces = true;
    private byte[] charsmap = {};
    private int begin = 1;
    private int end = 2;

    Reading(String origin) {
      this.origin = origin;
    }

    void piece(ProtobufReader in) {
      String text = "";
      float score = 0;
      int type = PieceType.NORMAL.number();
      while (in.next()) {
        switch (in.field()) {
          case 1 -> text = in.text();
          case 2 -> score = in.real();
          case 3 -> type = (int) in.number();
          default -> in.skip();
        }
      }
      if (pieces.size() == scores.length) {
        scores = Arrays.copyOf(scores, 2 * scores.length);
      }
      scores[pieces.size()] = score;
      pieces.add(text);
      types.add(type);
    }

    void trainer(ProtobufReader in) {
      while (in.next()) {
        switch (in.field()) {
          case MODEL_TYPE -> modelType = (int) in.number();
          case SUFFIX_SPACES -> {
            if (in.number() != 0) {
              throw unknown("spaces after words", "such before words");
            }
          }
          case BYTE_FALLBACK -> byteFallback = in.number() != 0;
          case BEGIN_ID -> begin = (int) in.number();
          case END_ID -> end = (int) in.number();
          default -> in.skip();
        }
      }
    }

    void normalizer(ProtobufReader in) {
      while (in.next()) {
        switch (in.field()) {
          case CHARSMAP -> charsmap = in.bytes();
          case DUMMY_PREFIX -> dummyPrefix = in.number() != 0;
          case SINGLE_SPACES -> singleSpaces = in.number() != 0;
          case ESCAPE -> {
            if (in.number() == 0) {
              throw unknown("spaces that are not escaped", "U+2581 for a space");
            }
          }
          default -> in.skip();
        }
      }
    }

    private InputException unknown(String found, String expected) {
      return new InputException("%s: has %s, expected %s".formatted(origin, found, expected));
    }

    SentencePieceModel done() {
      if (modelType != UNIGRAM && modelType != BPE) {
        throw unknown("model type " + modelType, "1 (unigram) or 2 (byte-pair encoding)");
      }
      return new SentencePieceModel(
              pieces,
              Arrays.copyOf(scores, pieces.size()),
              types.toArray(),
              new Options(
                  modelType == UNIGRAM,
                  byteFallback,
                  dummyPrefix,
                  singleSpaces,
                  charsmap,
                  id(begin),
                  id(end)))
          .checked(origin);
    }

    private OptionalInt id(int id) {
      return id >= 0 && id < pieces.size() ? OptionalInt.of(id) : OptionalInt.empty();
    }
  }

  /**
   * This, where types are known, scores are numbers and there is a token.
   *
   * @throws InputException else
   */
  public SentencePieceModel checked(String origin) {
    if (pieces.isEmpty()) {
      throw new InputException(origin + ": has no tokens, expected some");
    }
    for (int id = 0; id < types.length; id++) {
      if (types[id] < 1 || types[id] > PieceType.values().length) {
        throw new InputException(
            "%s: token %d has type %d, expected 1 to %d"
                .formatted(origin, id, types[id], PieceType.values().length));
      }
      if (!Float.isFinite(scores[id])) {
        throw new InputException(
            "%s: token %d has score %s, expected a finite one".formatted(origin, id, scores[id]));
      }
    }
    return this;
  }

  boolean is(int id, PieceType type) {
    return types[id] == type.number();
  }
}
