package dev.chainrule.text.speculation;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.sampling.Sampler;
import dev.chainrule.text.model.SlotDecoder;
import dev.chainrule.text.model.SlotDecoder.Piece;
import java.util.Arrays;
import java.util.List;

/**
 * Guesses what a smaller model would draw with the random numbers that the stream is about to draw
 * with: the nearer their distributions, the more often both draw the same.
 */
public final class ModelDraft implements Draft {
  private final SlotDecoder model;
  private final int slot;
  private final Sampler sampler;
  private final CounterRandom random;
  private final float[] row;
  private final double[] element = new double[1];

  /** All of the stream. */
  private int[] ids = new int[256];

  private int length;

  /** What the model was fed: the stream from a place on, and then what it guessed last. */
  private final int[] fed;

  /** Where in the stream the model's first token stands. */
  private int begin;

  /**
   * A draft.
   *
   * @param model stays open
   * @param slot of it that nobody else uses until this is closed
   * @param sampler as the stream draws, from logits of this model
   * @param random the stream's own numbers, of which each token drawn takes one
   */
  public ModelDraft(SlotDecoder model, int slot, Sampler sampler, CounterRandom random) {
    this.model = model;
    this.slot = slot;
    this.sampler = sampler;
    this.random = random;
    row = new float[model.vocabSize()];
    fed = new int[model.capacity()];
  }

  @Override
  public void reset() {
    length = 0;
    begin = 0;
  }

  @Override
  public void feed(int token) {
    if (length == ids.length) {
      ids = Arrays.copyOf(ids, Math.multiplyExact(length, 2));
    }
    ids[length++] = token;
  }

  @Override
  public int guess(long drawn, int[] into, int most) {
    int room = model.capacity() - 1;
    if (length - begin > room) {
      begin = length - Math.max(1, room / 2);
    }
    int count = Math.min(most, model.capacity() - (length - begin));
    catchUp();
    for (int i = 0; i < count; i++) {
      model.logits().read(0, row, 0, row.length);
      sampler.sample(row, random.at(drawn + i), element);
      int id = (int) element[0];
      into[i] = id;
      if (i + 1 < count) {
        fed[model.position(slot)] = id;
        model.feed(List.of(Piece.of(slot, id)));
      }
    }
    return count;
  }

  /** Feeds what the model has not seen of the stream, and the last token in any case. */
  private void catchUp() {
    int seen = Math.min(model.position(slot), length - begin);
    int same = Arrays.mismatch(fed, 0, seen, ids, begin, begin + seen);
    int kept = Math.min(same < 0 ? seen : same, length - begin - 1);
    model.truncate(slot, kept < model.earliest(slot) ? 0 : kept);
    for (int at = model.position(slot); at < length - begin; at = model.position(slot)) {
      int count = Math.min(model.mostRows(), length - begin - at);
      int[] tokens = Arrays.copyOfRange(ids, begin + at, begin + at + count);
      System.arraycopy(tokens, 0, fed, at, count);
      model.feed(List.of(new Piece(slot, tokens, at + count == length - begin ? 1 : 0)));
    }
  }

  /** What it has read is forgotten. */
  @Override
  public void close() {
    model.truncate(slot, 0);
  }
}
