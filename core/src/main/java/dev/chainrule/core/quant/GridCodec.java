package dev.chainrule.core.quant;

import java.lang.foreign.MemorySegment;

/** A format of codes: a number is scale times code plus least, with codes from 0 on. */
interface GridCodec extends BlockCodec {
  /** The largest code. */
  int largest();

  /**
   * Finds the scales of a block, and writes them.
   *
   * @param x the block begins at {@code x[at]}
   * @param weights of the squared error of each number, from {@code weights[w]} on
   * @param scale [elements], gets what a code of each element is multiplied by
   * @param least [elements], gets what is added to that
   */
  void plan(
      float[] x,
      int at,
      float[] weights,
      int w,
      MemorySegment to,
      long block,
      float[] scale,
      float[] least);

  /** Writes the codes [elements] of a block. */
  void putCodes(int[] codes, MemorySegment to, long block);
}
