package dev.chainrule.core.nn.transformer;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.Rows;

/** Where the head of a step writes: room for as many rows as were ever wanted at once. */
final class LogitRoom {
  private final int vocabSize;
  private Tensor all;
  private Tensor wanted;
  private Rows rows;

  /**
   * Room for some rows.
   *
   * @param usual rows that are usually wanted
   * @param vocabSize V
   */
  LogitRoom(int usual, int vocabSize) {
    this.vocabSize = vocabSize;
    all = Tensor.zeros(DType.FLOAT32, usual, vocabSize);
    wanted = all;
    rows = Rows.of(all);
  }

  /** Makes room for the logits of a step; what is there stays if none are wanted. */
  void want(int count) {
    if (count == 0 || count == wanted.dim(0)) {
      return;
    }
    if (count > all.dim(0)) {
      all = Tensor.zeros(DType.FLOAT32, count, vocabSize);
    }
    wanted = all.slice(0, count);
    rows = Rows.of(wanted);
  }

  /** Those of the last step that wanted some [W, V]. */
  Tensor wanted() {
    return wanted;
  }

  Rows rows() {
    return rows;
  }

  /** Where a row begins, from one of its outputs on. */
  long address(int row, int output) {
    return wanted.address() + 4L * ((long) row * vocabSize + output);
  }
}
