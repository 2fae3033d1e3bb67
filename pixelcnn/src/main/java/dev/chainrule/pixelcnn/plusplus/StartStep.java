package dev.chainrule.pixelcnn.plusplus;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.PackedLinear;
import dev.chainrule.core.kernel.Rows;
import dev.chainrule.core.kernel.Taps;
import dev.chainrule.pixelcnn.ImageFormat;
import dev.chainrule.pixelcnn.RowBuffer;
import dev.chainrule.pixelcnn.RowCache;

/** What a decoder computes of the first maps, those that read the image. */
final class StartStep {
  private final Kernels kernels;
  private final RowConv above;
  private final RowCache previous;
  private final RowBuffer imageRow;
  private final Tensor rowAboveWeight;
  private final Tensor rowAboveBias;
  private final Tensor leftAboveWeight;
  private final Tensor leftBias;
  private final PackedLinear left;
  private final Tensor fromRowAbove;
  private final Tensor fromAbove;
  private final Rows aboveRows;
  private final ResolutionStep.Maps maps;

  StartStep(Kernels kernels, Parameters parameters, PixelCnnPlusPlus model, int streams) {
    this.kernels = kernels;
    ImageFormat format = model.format();
    int width = format.width();
    int inputs = format.channels() + 1;
    int filters = model.config().numFilters();
    above = new RowConv(kernels, parameters, model.above, streams, width);
    previous = new RowCache(streams, 1, width, inputs);
    imageRow = new RowBuffer(streams, 1, width, inputs);
    for (int s = 0; s < streams; s++) {
      for (int column = 0; column < width; column++) {
        long ones = (long) s * imageRow.stride() + imageRow.at(column) + format.channels();
        imageRow.places().set(ones, 1);
      }
    }
    rowAboveWeight = model.rowAbove.weight(parameters);
    rowAboveBias = model.rowAbove.bias(parameters);
    leftAboveWeight = model.left.weight(parameters, 0, 1);
    leftBias = model.left.bias(parameters);
    left = kernels.steps().pack(model.left.weight(parameters, 1, 2), null);
    fromRowAbove = Tensor.zeros(DType.FLOAT32, streams, 1, width, filters);
    fromAbove = Tensor.zeros(DType.FLOAT32, streams, 1, width, filters);
    maps =
        new ResolutionStep.Maps(
            DecodedMap.row(streams, width, filters), DecodedMap.pixel(streams, filters));
    aboveRows = new Rows(fromAbove, 0, (long) width * filters);
  }

  /** The first maps. */
  ResolutionStep.Maps maps() {
    return maps;
  }

  /** The present row of the image and of ones; a pixel's values are written before the next. */
  RowBuffer imageRow() {
    return imageRow;
  }

  /** Nothing lies above the first row. */
  void clear() {
    above.clear();
    previous.clear();
  }

  void beginRow() {
    maps.row().map().copyFrom(above.run());
    maps.row().activate(kernels);
    kernels
        .convolutions()
        .conv2d(
            fromRowAbove,
            previous.rows(),
            rowAboveWeight,
            rowAboveBias,
            null,
            Taps.rectangle(0, 0, -1, 1));
    kernels
        .convolutions()
        .conv2d(
            fromAbove, previous.rows(), leftAboveWeight, leftBias, fromRowAbove, Taps.at(0, -1));
  }

  void pixel(int column) {
    Rows y = maps.pixel().rows();
    Rows base = aboveRows.moveTo((long) column * left.outputs());
    int streams = fromAbove.dim(0);
    kernels.steps().product(y, base, left, imageRow.rows(column - 1), streams);
    maps.pixel().activate(kernels);
  }

  void finishRow() {
    above.push(imageRow.places(), imageRow.at(0), imageRow.stride());
    previous.push(imageRow.places(), imageRow.at(0), imageRow.stride());
  }
}
