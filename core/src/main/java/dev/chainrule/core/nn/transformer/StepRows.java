package dev.chainrule.core.nn.transformer;

/**
 * The rows of a step: pieces of some streams, one after the other, a row for each of their
 * elements, and which rows' logits are wanted.
 */
final class StepRows {
  private final int[] streams;
  private final int[] firsts;
  private final int[] lengths;
  private final int[] positions;

  /** [row]. */
  private final int[] pieceOf;

  private final int[] wanted;
  private int pieces;
  private int rows;
  private int numWanted;
  private int shortest;

  /**
   * Room for some rows.
   *
   * @param streams most pieces
   * @param rows most elements of all pieces
   */
  StepRows(int streams, int rows) {
    this.streams = new int[streams];
    firsts = new int[streams];
    lengths = new int[streams];
    positions = new int[streams];
    pieceOf = new int[rows];
    wanted = new int[rows];
  }

  void clear() {
    pieces = 0;
    rows = 0;
    numWanted = 0;
    shortest = Integer.MAX_VALUE;
  }

  /** See {@link TokenStep#add}. */
  int add(int stream, int position, int elements, int wantedLast) {
    int first = rows;
    streams[pieces] = stream;
    firsts[pieces] = first;
    lengths[pieces] = elements;
    positions[pieces] = position;
    for (int i = 0; i < elements; i++) {
      pieceOf[rows++] = pieces;
    }
    for (int row = rows - wantedLast; row < rows; row++) {
      wanted[numWanted++] = row;
    }
    pieces++;
    shortest = Math.min(shortest, elements);
    return first;
  }

  int pieces() {
    return pieces;
  }

  int rows() {
    return rows;
  }

  /** Whether the products of the step are those of matrices. */
  boolean areMatrices() {
    return shortest >= TokenStep.MATRIX_ELEMENTS;
  }

  /** The stream of a piece. */
  int stream(int piece) {
    return streams[piece];
  }

  /** The first row of a piece. */
  int first(int piece) {
    return firsts[piece];
  }

  /** Number of rows of a piece. */
  int length(int piece) {
    return lengths[piece];
  }

  /** Where a piece's stream stands before the step. */
  int position(int piece) {
    return positions[piece];
  }

  int pieceOf(int row) {
    return pieceOf[row];
  }

  /** The place of a row in its stream. */
  int positionOf(int row) {
    int piece = pieceOf[row];
    return positions[piece] + row - firsts[piece];
  }

  /** How many rows' logits are wanted. */
  int numWanted() {
    return numWanted;
  }

  /** The i-th of the rows whose logits are wanted. */
  int wanted(int i) {
    return wanted[i];
  }
}
