package dev.chainrule.core.nn.transformer;

import dev.chainrule.core.array.Tensor;

/**
 * A step of incremental evaluation of a transformer over tokens: pieces of some of its streams at
 * once, whose keys and values it keeps.
 */
public interface TokenStep {
  /**
   * Elements of each piece from which a step's products are those of matrices; with a shorter piece
   * in it all come out to the bit as they would one by one.
   */
  int MATRIX_ELEMENTS = 16;

  /** Begins a step with nothing in it. */
  void begin();

  /**
   * Adds a piece of a stream that has none in this step yet.
   *
   * @param position elements that the stream has seen
   * @param elements at least 1
   * @param wanted of how many of its last elements logits are wanted
   * @return the row of its first element; those of the others follow
   */
  int add(int stream, int position, int elements, int wanted);

  /** Puts in the element of a row that was added. */
  void embed(int row, int token);

  /** Runs the step on the engine's workers. */
  void run();

  /**
   * What the head gave in the last step that wanted it, for as many rows as were wanted [W, V], in
   * the order of the rows.
   */
  Tensor logits();

  /** Makes what one stream has seen what another has. */
  void fork(int from, int to);

  /** Forgets what a stream has seen. */
  void reset(int stream);

  /**
   * Forgets what a stream has seen from a position on.
   *
   * @param position at least {@link #earliest}
   */
  void truncate(int stream, int position);

  /** Floats of the keys and values of one position in all layers. */
  int stateSize();

  /** Bytes that the keys and values of one position take in all layers. */
  long stateBytes();

  /**
   * The keys and values of a position, to be written again elsewhere.
   *
   * @param position that the stream has seen, of which no layer has let anything go
   * @param to float32 of {@link #stateSize}
   */
  void readState(int stream, int position, Tensor to);

  /** Gives a stream the keys and values of the position that it has not seen yet. */
  void writeState(int stream, int position, Tensor from);

  /** The smallest position from which a stream could go on. */
  int earliest(int stream);
}
