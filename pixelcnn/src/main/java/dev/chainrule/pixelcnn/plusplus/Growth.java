package dev.chainrule.pixelcnn.plusplus;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.PackedLinear;
import dev.chainrule.core.kernel.Rows;
import java.util.ArrayList;
import java.util.List;

/**
 * The transposed convolutions from a coarser resolution: a row there makes two here, a pixel there
 * four here.
 */
final class Growth {
  private final Kernels kernels;
  private final Tensor weight;
  private final Tensor bias;
  private final Tensor rows;
  private final DecodedMap row;
  private final DecodedMap pixel;
  private final DecodedMap coarseRow;
  private final DecodedMap coarsePixel;
  private final List<PackedLinear> corners = new ArrayList<>();

  /** The coarser pixels of the present row [S, W', F]. */
  private final Tensor coarsePixels;

  private final Rows coarseRows;

  /**
   * Steps of both transposed convolutions.
   *
   * @param coarseRow the coarser resolution's last row of the stream of rows
   * @param coarsePixel its last pixel of the stream of pixels
   * @param width of a row here
   */
  Growth(
      Kernels kernels,
      Parameters parameters,
      NormedConv2d growU,
      NormedConv2d growUl,
      DecodedMap coarseRow,
      DecodedMap coarsePixel,
      int width) {
    this.kernels = kernels;
    this.coarseRow = coarseRow;
    this.coarsePixel = coarsePixel;
    int streams = coarsePixel.map().dim(0);
    int filters = coarsePixel.map().dim(1);
    weight = growU.weight(parameters);
    bias = growU.bias(parameters).reshape(1, filters);
    rows = Tensor.zeros(DType.FLOAT32, streams, 2, width, filters);
    row = DecodedMap.row(streams, width, filters);
    pixel = DecodedMap.pixel(streams, filters);
    coarsePixels = Tensor.zeros(DType.FLOAT32, streams, coarseRow.map().dim(2), filters);
    coarseRows = new Rows(coarsePixels, 0, coarsePixels.size() / streams);
    Tensor corner = growUl.weight(parameters);
    for (int k = 0; k < 4; k++) {
      corners.add(kernels.steps().pack(transposed(corner, k), growUl.bias(parameters)));
    }
  }

  /** Tap k of [I, K, O] as [O, I]. */
  private static Tensor transposed(Tensor weight, int k) {
    int inputs = weight.dim(0);
    int outputs = weight.dim(2);
    Tensor tap = Tensor.zeros(DType.FLOAT32, outputs, inputs);
    for (int i = 0; i < inputs; i++) {
      for (int o = 0; o < outputs; o++) {
        long from = ((long) i * weight.dim(1) + k) * outputs + o;
        tap.set((long) o * inputs + i, weight.get(from));
      }
    }
    return tap;
  }

  /** The stream of rows at this resolution. */
  DecodedMap row() {
    return row;
  }

  /** The stream of pixels at this resolution. */
  DecodedMap pixel() {
    return pixel;
  }

  /** The coarser resolution has computed a row. */
  void growRow() {
    kernels
        .convolutions()
        .conv2dBackwardInput(rows, false, coarseRow.map(), weight, PixelCnnPlusPlus.UP);
    kernels.linear().addRows(rows, rows, bias);
  }

  /** Takes the row of a number out of those that were grown. */
  void takeRow(int number) {
    Tensor map = row.map();
    long size = map.size() / map.dim(0);
    for (int s = 0; s < map.dim(0); s++) {
      map.copyFrom(s * size, rows, (2L * s + number % 2) * size, size);
    }
    row.activate(kernels);
  }

  /** The coarser resolution has computed the pixel of a column. */
  void keepPixel(int coarseColumn) {
    Tensor map = coarsePixel.map();
    long pixel = map.dim(1);
    for (int s = 0; s < map.dim(0); s++) {
      long at = ((long) s * coarsePixels.dim(1) + coarseColumn) * pixel;
      coarsePixels.copyFrom(at, map, s * pixel, pixel);
    }
  }

  /** Computes the pixel of a place. */
  void growPixel(int number, int column) {
    PackedLinear corner = corners.get(number % 2 * 2 + column % 2);
    Rows x = coarseRows.moveTo((long) (column / 2) * coarsePixels.dim(2));
    kernels.steps().product(pixel.rows(), null, corner, x, coarsePixels.dim(0));
    pixel.activate(kernels);
  }
}
