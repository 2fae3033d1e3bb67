package dev.chainrule.core.kernel.vector;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.PackedLinear;
import dev.chainrule.core.kernel.SampleKernels;
import dev.chainrule.core.kernel.StepKernels.Reading;
import dev.chainrule.core.kernel.WeightFormat;
import org.jspecify.annotations.Nullable;

/**
 * A linear map in tiles of some format, for rows of memory.
 *
 * @param bias of the padded outputs
 * @param whole whether all outputs are computed at once, by whole tiles, a row after the other;
 *     otherwise by pairs of vectors that can be split over workers, several rows at a time
 */
@SuppressWarnings("ArrayRecordComponent")
record TiledLinear(PackedTiles tiles, float[] bias, boolean whole) implements PackedLinear {
  static TiledLinear of(
      Tensor weight, @Nullable Tensor bias, WeightFormat format, Reading reading) {
    boolean whole = reading == Reading.CACHED;
    int outputs = weight.dim(0);
    int inputs = Math.toIntExact(weight.size() / Math.max(1, outputs));
    long bytes = PackedTiles.bytes(format, outputs, inputs);
    PackedTiles.Place place = PackedTiles.Place.of(bytes, whole ? 1 : 2);
    float[] added = PackedTiles.buffer(1, outputs);
    for (int o = 0; bias != null && o < outputs; o++) {
      added[o] = (float) bias.get(o);
    }
    SampleKernels.Entries entries = SampleKernels.of(weight);
    return new TiledLinear(PackedTiles.pack(place, format, entries, outputs, inputs), added, whole);
  }

  @Override
  public int inputs() {
    return tiles.inputs();
  }

  @Override
  public int outputs() {
    return tiles.outputs();
  }

  @Override
  public long bytes() {
    return tiles.bytes();
  }
}
