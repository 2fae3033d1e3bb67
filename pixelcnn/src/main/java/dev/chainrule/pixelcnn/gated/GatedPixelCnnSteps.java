package dev.chainrule.pixelcnn.gated;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.Activation;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.PackedLinear;
import dev.chainrule.core.kernel.Rows;
import dev.chainrule.core.model.Lockstep;
import dev.chainrule.pixelcnn.ImageFormat;
import dev.chainrule.pixelcnn.RowBuffer;
import dev.chainrule.pixelcnn.RowCache;
import java.util.ArrayList;
import java.util.List;

/**
 * Computes every layer once for each pixel. What depends on rows above only, the vertical stack and
 * its links, is computed for a whole row at a time when the row above is complete, which makes it a
 * product of some size even for one image; only the horizontal stack remains to be done pixel by
 * pixel, and its weights, a quarter of all, stay in the second-level cache. (Fast PixelCNN++ by
 * Ramachandran et al. 2017 caches likewise, pixel by pixel in both stacks.)
 *
 * <p>An image of three channels has the horizontal stack computed three times for each pixel. Zeros
 * to the left of a row stand in front of it in memory; from the present value on, a row buffer
 * holds what was there in the row before, which is not read or has weight zero.
 */
final class GatedPixelCnnSteps implements Lockstep {
  private final ImageFormat format;
  private final int streams;
  private final Kernels kernels;
  private final List<RowStep> rowSteps = new ArrayList<>();
  private final List<PixelStep> pixelSteps = new ArrayList<>();
  private final PackedLinear hidden;
  private final PackedLinear logits;
  private final RowCache imageAbove;
  private final RowBuffer imageRow;
  private final Tensor skip;
  private final Tensor hiddenUnits;
  private final Tensor out;
  private final Rows skipRows;
  private final Rows hiddenRows;
  private final Rows outRows;
  private final Tensor conditional;
  private int position;

  GatedPixelCnnSteps(GatedPixelCnn model, Engine engine, Parameters parameters, Tensor condition) {
    kernels = engine.kernels(0);
    GatedPixelCnnConfig config = model.config();
    format = config.image();
    streams = condition.dim(0);
    int firstReach = config.firstKernelSize() / 2;
    int reach = config.kernelSize() / 2;
    imageAbove = new RowCache(streams, firstReach + 1, format.width(), format.channels());
    imageRow = new RowBuffer(streams, firstReach, format.width(), format.channels());
    RowCache above = imageAbove;
    RowBuffer row = imageRow;
    for (GatedLayer layer : model.layers) {
      boolean last = layer.residual == null;
      RowStep rowStep =
          new RowStep(kernels, parameters, layer, condition, above.rows(), last ? 0 : reach + 1);
      PixelStep pixelStep =
          new PixelStep(
              kernels, parameters, layer, row, rowStep.linked(), reach, pixelSteps.isEmpty());
      rowSteps.add(rowStep);
      pixelSteps.add(pixelStep);
      RowCache kept = rowStep.kept();
      RowBuffer output = pixelStep.output();
      above = kept == null ? above : kept;
      row = output == null ? row : output;
    }
    hidden = model.hidden.step(kernels.steps(), parameters);
    logits = model.logits.step(kernels.steps(), parameters);
    skip = Tensor.zeros(DType.FLOAT32, streams, config.numFilters());
    hiddenUnits = Tensor.zeros(DType.FLOAT32, streams, hidden.outputs());
    out = Tensor.zeros(DType.FLOAT32, streams, logits.outputs());
    skipRows = Rows.of(skip);
    hiddenRows = Rows.of(hiddenUnits);
    outRows = Rows.of(out);
    conditional = Tensor.zeros(DType.FLOAT32, streams, logits.outputs() / format.channels());
    reset();
  }

  @Override
  public int streams() {
    return streams;
  }

  @Override
  public int capacity() {
    return format.dimensions();
  }

  @Override
  public void reset() {
    position = 0;
    imageAbove.clear();
    for (RowStep step : rowSteps) {
      step.clear();
    }
    pixel(0);
  }

  @Override
  public void feed(Tensor elements) {
    requireRoom();
    int channels = format.channels();
    int column = position / channels % format.width();
    int channel = position % channels;
    for (int s = 0; s < streams; s++) {
      long at = (long) s * imageRow.stride() + imageRow.at(column) + channel;
      imageRow.places().set(at, format.scaled(elements.getInt(s)));
    }
    position++;
    if (channel == channels - 1 && column == format.width() - 1) {
      imageAbove.push(imageRow.places(), imageRow.at(0), imageRow.stride());
      if (position < capacity()) {
        for (RowStep step : rowSteps) {
          step.run();
        }
      }
    }
    if (position < capacity()) {
      pixel(position / channels % format.width());
    }
  }

  private void pixel(int column) {
    for (PixelStep step : pixelSteps) {
      step.run(column, skipRows);
    }
    kernels.activations().activation(skip, skip, Activation.RELU);
    kernels.steps().product(hiddenRows, null, hidden, skipRows, streams);
    kernels.activations().activation(hiddenUnits, hiddenUnits, Activation.RELU);
    kernels.steps().product(outRows, null, logits, hiddenRows, streams);
  }

  @Override
  public Tensor conditional() {
    requireRoom();
    long parameters = conditional.dim(1);
    long channel = position % format.channels() * parameters;
    for (int s = 0; s < streams; s++) {
      conditional.copyFrom(s * parameters, out, (long) s * logits.outputs() + channel, parameters);
    }
    return conditional;
  }

  private void requireRoom() {
    if (position == capacity()) {
      throw new IllegalStateException("all %d elements were fed".formatted(capacity()));
    }
  }
}
