package dev.chainrule.core.quant;

import java.lang.foreign.MemorySegment;

/** Reads the blocks of a format. */
interface BlockReader {
  /** Widens {@code blocks} blocks, which lie one after the other, into {@code to[at]} and on. */
  void read(MemorySegment from, long offset, float[] to, int at, int blocks);
}
