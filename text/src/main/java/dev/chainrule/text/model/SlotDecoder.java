package dev.chainrule.text.model;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.nn.transformer.TokenStep;
import java.util.List;

/**
 * Incremental evaluation of sequences that come and go, each in a slot of its own: in one step some
 * get a piece of their prompt, some the token that was drawn last, some a draft to be verified, and
 * others nothing. It speaks for a snapshot of the weights, taken when it was made. Used by one
 * thread at a time.
 *
 * <p>What a slot gets is the same to the bit whatever the others are fed, as long as pieces of
 * {@link #LONG_PIECE} tokens or more are not fed together with shorter ones.
 */
public interface SlotDecoder extends AutoCloseable {
  /**
   * Tokens from which a piece is computed by products of matrices, which round otherwise than those
   * of rows. Shorter ones come out to the bit as if they were fed token by token.
   */
  int LONG_PIECE = TokenStep.MATRIX_ELEMENTS;

  /**
   * Some tokens of one sequence.
   *
   * @param tokens at least 1
   * @param wanted of how many of its last tokens the logits of the next one are wanted
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Piece(int slot, int[] tokens, int wanted) {
    public Piece {
      if (tokens.length == 0 || wanted < 0 || wanted > tokens.length) {
        throw new IllegalArgumentException(
            "logits of %d of %d tokens, expected of at most as many tokens as there are"
                .formatted(wanted, tokens.length));
      }
    }

    /** The tokens with the logits after the last one. */
    public static Piece of(int slot, int... tokens) {
      return new Piece(slot, tokens, 1);
    }
  }

  /** Number of slots S. */
  int slots();

  /** Number of tokens V; ids are below it. */
  int vocabSize();

  /** Most tokens in a slot. */
  int capacity();

  /** Most tokens of all pieces of a step together. */
  int mostRows();

  /**
   * Tokens of a prompt that are fed at once, at most. In {@link PromptPieces} of so many a prompt
   * comes out to the bit as in {@link dev.chainrule.core.model.Decoder#feedAll} of the model's
   * decoders.
   */
  int promptPiece();

  /** Number of tokens in a slot. */
  int position(int slot);

  /**
   * The smallest number of tokens, 0 aside, that a slot can be {@linkplain #truncate cut} to:
   * layers with a window let go what none of the tokens to come sees.
   */
  int earliest(int slot);

  /**
   * Forgets the tokens of a slot from a position on.
   *
   * @param position 0, or from {@link #earliest} to {@link #position}
   */
  void truncate(int slot, int position);

  /** Floats of what is kept of a token, beside itself; 0 where that is nothing. */
  int stateSize();

  /** Bytes that a token takes, of models with windows at most. */
  long tokenBytes();

  /**
   * What is kept of a token, to be written elsewhere by {@link #append}.
   *
   * @param position of the token, of a slot whose {@link #earliest} is at most 1
   * @param to float32 of {@link #stateSize}
   */
  void read(int slot, int position, Tensor to);

  /** Gives a slot one token more without computing anything, from what was {@link #read} of it. */
  void append(int slot, int token, Tensor state);

  /** Makes one slot a copy of another, with which it may share memory. */
  void fork(int from, int to);

  /**
   * Feeds tokens; afterwards {@link #logits} has those wanted.
   *
   * @param pieces of different slots, of at most {@link #mostRows} tokens together
   * @throws IllegalStateException if a slot's {@link #capacity} would be passed; then nothing was
   *     fed
   */
  void feed(List<Piece> pieces);

  /**
   * The logits that were wanted of the last step that wanted any, in the order of the pieces and of
   * their tokens [W, V]; overwritten by the next.
   */
  Tensor logits();

  @Override
  default void close() {}
}
