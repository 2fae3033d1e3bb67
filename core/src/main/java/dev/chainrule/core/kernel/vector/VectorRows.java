package dev.chainrule.core.kernel.vector;

import dev.chainrule.core.kernel.AttentionCache;
import dev.chainrule.core.kernel.AttentionShape;
import dev.chainrule.core.kernel.CacheFormat;
import dev.chainrule.core.kernel.CacheReader;
import dev.chainrule.core.kernel.GateFunction;
import dev.chainrule.core.kernel.PagedCache;
import dev.chainrule.core.kernel.RowKernels;

/** Functions of rows by the loops that training has. */
final class VectorRows implements RowKernels {
  /** That of the last call; threads that share this may each make another. */
  private LstmCell cell = new LstmCell(0);

  @Override
  public void layerNorm(long y, long x, long gain, long bias, int rows, int width, double epsilon) {
    LayerNorm.forward(y, 0, 0, x, gain, bias, rows, width, (float) epsilon);
  }

  @Override
  public void rmsNorm(long y, long x, long gain, int rows, int width, double epsilon) {
    LayerNorm.rootMeanSquare(y, 0, x, gain, rows, width, (float) epsilon);
  }

  @Override
  public void rotate(long x, long cos, long sin, int heads, int half) {
    Rotary.rotate(x, false, x, cos, sin, 1, 1, heads, half, 1);
  }

  @Override
  public void gate(long y, long gate, long up, GateFunction f, int n) {
    GatedUnit.forward(y, gate, up, f, n);
  }

  @Override
  public void softCap(long x, double cap, int n) {
    SoftCap.forward(x, 0, x, (float) (1 / cap), (float) cap, n);
  }

  @Override
  public void add(long x, long y, int n) {
    Elementwise.add(x, x, y, n);
  }

  @Override
  public float softmaxWeights(long y, long x, double scale, int n) {
    return Softmax.weights(y, x, scale, n);
  }

  @Override
  public void lstmCell(long h, long c, long gates, long c0, int units) {
    LstmCell known = cell;
    if (known.units() != units) {
      known = new LstmCell(units);
      cell = known;
    }
    known.step(h, c, gates, c0);
  }

  @Override
  public AttentionCache attentionCache(int streams, int heads, int headSize, int capacity) {
    return new CachedAttention(streams, heads, headSize, capacity);
  }

  @Override
  public PagedCache pagedCache(
      CacheFormat format, AttentionShape shape, int headSize, int streams) {
    return new VectorPages(format, shape, headSize, streams);
  }

  @Override
  public CacheReader cacheReader(CacheFormat format, int headSize, int capacity) {
    return new PageReader(format, headSize, capacity);
  }
}
