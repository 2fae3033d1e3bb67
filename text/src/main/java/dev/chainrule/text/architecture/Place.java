package dev.chainrule.text.architecture;

/**
 * Where a file keeps a parameter, and what is to be done to it.
 *
 * @param tensor its name there
 * @param transposed whether a matrix is [inputs, outputs]
 * @param part of the rows of several matrices beneath each other, counted from 0
 * @param parts how many of these there are, of equally many rows
 * @param interleaved size of a head whose rows i and i + HS/2 lie beside each other there; 0 where
 *     rows are in the model's order
 * @param plus what is to be added to each number
 */
record Place(String tensor, boolean transposed, int part, int parts, int interleaved, double plus) {
  /** As the model has it. */
  static Place of(String tensor) {
    return new Place(tensor, false, 0, 1, 0, 0);
  }

  Place asTransposed() {
    return new Place(tensor, true, part, parts, interleaved, plus);
  }

  Place asPart(int number, int count) {
    return new Place(tensor, transposed, number, count, interleaved, plus);
  }

  Place asInterleaved(int headDim) {
    return new Place(tensor, transposed, part, parts, headDim, plus);
  }

  Place asPlus(double number) {
    return new Place(tensor, transposed, part, parts, interleaved, number);
  }

  /** With a tensor whose name begins with this. */
  Place within(String prefix) {
    return new Place(prefix + tensor, transposed, part, parts, interleaved, plus);
  }

  /** Whether the tensor is the parameter, number by number. */
  boolean isPlain() {
    return !transposed && parts == 1 && interleaved == 0 && plus == 0;
  }

  /** Whether the parameter is made of whole rows of the tensor as they are. */
  boolean isOfRows() {
    return !transposed && plus == 0;
  }

  /** The row there that is row r of the parameter, which has so many rows. */
  int row(int r, int rows) {
    int there = r;
    if (interleaved > 0) {
      int half = interleaved / 2;
      int inHead = r % interleaved;
      there = r - inHead + (inHead < half ? 2 * inHead : 2 * (inHead - half) + 1);
    }
    return part * rows + there;
  }
}
