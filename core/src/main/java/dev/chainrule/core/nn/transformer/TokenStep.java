package dev.chainrule.core.nn.transformer;

import dev.chainrule.core.array.Tensor;

/**
 * A step of incremental evaluation of a transformer over tokens: some elements of every stream at
 * once, whose keys and values it keeps.
 */
public interface TokenStep {
  /** Begins a step of so many elements of each stream. */
  void begin(int elements, boolean wantLogits);

  /** Puts in the elements of a stream, which stands at a position before the step. */
  void place(int stream, int position);

  /** Puts in element i of a stream that was placed. */
  void embed(int stream, int i, int token);

  /** Runs the step on the engine's workers. */
  void run();

  /** What the head gives after the last element of the last step that wanted it [S, V]. */
  Tensor logits();

  /** Makes one stream a copy of another, its logits included. */
  void fork(int from, int to);

  /** Forgets a stream. */
  void reset(int stream);
}
