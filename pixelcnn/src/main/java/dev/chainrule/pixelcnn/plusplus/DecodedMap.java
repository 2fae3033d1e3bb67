package dev.chainrule.pixelcnn.plusplus;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.Rows;

/**
 * A map as far as a decoder holds it, a row or a pixel of each stream.
 *
 * @param map [S, W, F] or [S, F]
 * @param activated ELU of the map and of its negative [S, W, 2F] or [S, 2F]
 * @param rows the map's rows, place after place
 * @param activatedRows likewise
 */
record DecodedMap(Tensor map, Tensor activated, Rows rows, Rows activatedRows) {
  private DecodedMap(Tensor map, Tensor activated) {
    this(map, activated, Rows.of(map), Rows.of(activated));
  }

  static DecodedMap row(int streams, int width, int filters) {
    return new DecodedMap(
        Tensor.zeros(DType.FLOAT32, streams, 1, width, filters),
        Tensor.zeros(DType.FLOAT32, streams, 1, width, 2 * filters));
  }

  static DecodedMap pixel(int streams, int filters) {
    return new DecodedMap(
        Tensor.zeros(DType.FLOAT32, streams, filters),
        Tensor.zeros(DType.FLOAT32, streams, 2 * filters));
  }

  /** The map has been written. */
  void activate(Kernels kernels) {
    kernels.activations().concatElu(activated, map);
  }
}
