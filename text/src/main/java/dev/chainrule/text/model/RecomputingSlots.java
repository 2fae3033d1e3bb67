package dev.chainrule.text.model;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.engine.Engine;
import java.util.Arrays;
import java.util.List;

/**
 * Slots of any model on any engine: every step evaluates each sequence that is fed as a whole. What
 * decoding costs without caches, and what faster slots are held against.
 */
public final class RecomputingSlots implements SlotDecoder {
  private final LanguageModel model;
  private final Tape tape;
  private final int capacity;
  private final int[][] tokens;
  private final int[] positions;
  private Tensor logits;

  /**
   * Slots for a model's weights as they are now.
   *
   * @param capacity most tokens in a slot, at most the context length
   */
  public RecomputingSlots(LanguageModel model, Engine engine, int slots, int capacity) {
    if (slots < 1 || capacity < 1 || capacity > model.contextLength()) {
      throw new IllegalArgumentException(
          "%d slots of %d tokens, expected 1 or more of at most the context length %d"
              .formatted(slots, capacity, model.contextLength()));
    }
    this.model = model;
    this.capacity = capacity;
    Parameters kept = model.parameters().snapshot(engine);
    tape = Tape.evaluation(engine, kept);
    tokens = new int[slots][0];
    positions = new int[slots];
    logits = Tensor.zeros(DType.FLOAT32, 1, model.vocabSize());
  }

  @Override
  public int slots() {
    return positions.length;
  }

  @Override
  public int vocabSize() {
    return model.vocabSize();
  }

  @Override
  public int capacity() {
    return capacity;
  }

  @Override
  public int mostRows() {
    return slots() * capacity;
  }

  @Override
  public int promptPiece() {
    return capacity;
  }

  @Override
  public int position(int slot) {
    return positions[slot];
  }

  @Override
  public int earliest(int slot) {
    return Math.min(1, positions[slot]);
  }

  @Override
  public void truncate(int slot, int position) {
    SlotPieces.checkCut(this, slot, position);
    positions[slot] = position;
  }

  @Override
  public int stateSize() {
    return 0;
  }

  @Override
  public long tokenBytes() {
    return Integer.BYTES;
  }

  @Override
  public void read(int slot, int position, Tensor to) {
    // The tokens are all there is.
  }

  @Override
  public void append(int slot, int token, Tensor state) {
    SlotPieces.requireRoom(this, slot, 1);
    put(slot, token);
  }

  private void put(int slot, int... more) {
    int fed = positions[slot];
    int length = fed + more.length;
    tokens[slot] = Arrays.copyOf(tokens[slot], length);
    System.arraycopy(more, 0, tokens[slot], fed, more.length);
    positions[slot] = length;
  }

  @Override
  public void fork(int from, int to) {
    tokens[to] = tokens[from].clone();
    positions[to] = positions[from];
  }

  @Override
  public void feed(List<Piece> pieces) {
    int wanted = SlotPieces.check(this, pieces);
    if (wanted > 0) {
      logits = Tensor.zeros(logits.dtype(), wanted, vocabSize());
    }
    int row = 0;
    for (Piece piece : pieces) {
      int slot = piece.slot();
      put(slot, piece.tokens());
      if (piece.wanted() > 0) {
        row = evaluate(slot, piece.wanted(), row);
      }
    }
  }

  private int evaluate(int slot, int wanted, int row) {
    int length = positions[slot];
    Tensor ids = Tensor.zeros(DType.INT32, 1, length);
    for (int t = 0; t < length; t++) {
      ids.set(t, tokens[slot][t]);
    }
    tape.begin();
    Tensor all = model.logits(tape, tape.upload(ids)).value();
    long width = vocabSize();
    logits
        .part(row * width, wanted * width)
        .copyFrom(all.part((length - wanted) * width, wanted * width));
    return row + wanted;
  }

  @Override
  public Tensor logits() {
    return logits;
  }
}
