package dev.chainrule.core.quant;

import java.lang.foreign.MemorySegment;

/** Reads and writes the blocks of a format. */
interface BlockCodec extends BlockReader {
  /** Rounds {@code blocks} blocks of finite numbers from {@code from[at]} on. */
  void write(float[] from, int at, MemorySegment to, long offset, int blocks);

  /** Rounds them with scales of least squared error, where the format's own rule has others. */
  default void writeClosest(float[] from, int at, MemorySegment to, long offset, int blocks) {
    write(from, at, to, offset, blocks);
  }
}
