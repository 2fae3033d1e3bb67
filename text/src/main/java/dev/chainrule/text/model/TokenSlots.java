package dev.chainrule.text.model;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.nn.transformer.TokenStep;
import java.util.List;

/** Slots of a transformer with a cache of keys and values. */
public final class TokenSlots implements SlotDecoder {
  private final TokenStep step;
  private final int vocabSize;
  private final int capacity;
  private final int mostRows;
  private final int promptPiece;
  private final int[] positions;

  /**
   * Slots, a stream of a step each.
   *
   * @param vocabSize V, ids are below it
   * @param slots streams of the step
   * @param capacity most tokens in a slot
   * @param promptPiece see {@link #promptPiece}
   * @param mostRows rows that the step has room for
   */
  public TokenSlots(
      TokenStep step, int vocabSize, int slots, int capacity, int promptPiece, int mostRows) {
    this.step = step;
    this.vocabSize = vocabSize;
    this.capacity = capacity;
    this.promptPiece = promptPiece;
    this.mostRows = mostRows;
    positions = new int[slots];
  }

  @Override
  public int slots() {
    return positions.length;
  }

  @Override
  public int vocabSize() {
    return vocabSize;
  }

  @Override
  public int capacity() {
    return capacity;
  }

  @Override
  public int mostRows() {
    return mostRows;
  }

  @Override
  public int promptPiece() {
    return promptPiece;
  }

  @Override
  public int position(int slot) {
    return positions[slot];
  }

  @Override
  public int earliest(int slot) {
    return Math.min(positions[slot], Math.max(1, step.earliest(slot)));
  }

  @Override
  public void truncate(int slot, int position) {
    SlotPieces.checkCut(this, slot, position);
    if (position == 0) {
      step.reset(slot);
    } else {
      step.truncate(slot, position);
    }
    positions[slot] = position;
  }

  @Override
  public int stateSize() {
    return step.stateSize();
  }

  @Override
  public long tokenBytes() {
    return step.stateBytes();
  }

  @Override
  public void read(int slot, int position, Tensor to) {
    step.readState(slot, position, to);
  }

  @Override
  public void append(int slot, int token, Tensor state) {
    SlotPieces.requireRoom(this, slot, 1);
    step.writeState(slot, positions[slot], state);
    positions[slot]++;
  }

  @Override
  public void fork(int from, int to) {
    step.fork(from, to);
    positions[to] = positions[from];
  }

  @Override
  public void feed(List<Piece> pieces) {
    SlotPieces.check(this, pieces);
    step.begin();
    for (Piece piece : pieces) {
      int slot = piece.slot();
      int[] tokens = piece.tokens();
      int row = step.add(slot, positions[slot], tokens.length, piece.wanted());
      for (int i = 0; i < tokens.length; i++) {
        step.embed(row + i, tokens[i]);
      }
      positions[slot] += tokens.length;
    }
    step.run();
  }

  @Override
  public Tensor logits() {
    return step.logits();
  }
}
