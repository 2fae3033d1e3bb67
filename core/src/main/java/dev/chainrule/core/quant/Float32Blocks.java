package dev.chainrule.core.quant;

import java.lang.foreign.MemorySegment;

/** IEEE single precision, as it is. */
final class Float32Blocks implements BlockCodec {
  @Override
  public void read(MemorySegment from, long offset, float[] to, int at, int blocks) {
    MemorySegment.copy(from, Stored.FLOAT, offset, to, at, blocks);
  }

  @Override
  public void write(float[] from, int at, MemorySegment to, long offset, int blocks) {
    MemorySegment.copy(from, at, to, Stored.FLOAT, offset, blocks);
  }
}
