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
import dev.chainrule.pixelcnn.RowWindow;
import java.util.ArrayList;
import java.util.List;

/**
 * Computes every layer once for each pixel. What depends on rows above only, the vertical stack and
 * its links, is computed for a whole row at a time when the row above is complete, which makes it a
 * product of some size even for one image; only the horizontal stack remains to be done pixel by
 * pixel, and its weights, a quarter of all, stay in the second-level cache. (Fast PixelCNN++ by
 * Ramachandran et al. 2017 caches likewise, pixel by pixel in both stacks.)
 *
 * <p>A value comes to the engine's memory and a conditional goes back; what is between is the same
 * for each place of a row, and {@link Engine#repeatable}.
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
  private final RowWindow imageAbove;
  private final RowBuffer imageRow;
  private final Tensor skip;
  private final Tensor hiddenUnits;
  private final Tensor out;
  private final Rows skipRows;
  private final Rows hiddenRows;
  private final Rows outRows;

  /** A value of each stream, at the host and in the engine's memory [S, 1]. */
  private final Tensor values;

  private final Tensor placedValues;
  private final Rows valueRows;
  private final Rows place;
  private final Rows newestRow;
  private final Rows channelRows;
  private final Tensor placedConditional;
  private final Rows conditionalRows;
  private final Tensor conditional;

  /** What follows a value, for each place of a row. */
  private final Runnable[] after;

  /** Whether the conditional has come to the host since the last value. */
  private boolean read;

  private int position;

  GatedPixelCnnSteps(GatedPixelCnn model, Engine engine, Parameters parameters, Tensor condition) {
    kernels = engine.kernels(0);
    GatedPixelCnnConfig config = model.config();
    format = config.image();
    streams = condition.dim(0);
    int firstReach = config.firstKernelSize() / 2;
    int reach = config.kernelSize() / 2;
    imageAbove = new RowWindow(engine, streams, firstReach + 1, format.width(), format.channels());
    imageRow =
        new RowBuffer(engine.memory(), streams, firstReach, format.width(), format.channels());
    RowWindow above = imageAbove;
    RowBuffer row = imageRow;
    for (GatedLayer layer : model.layers) {
      boolean last = layer.residual == null;
      RowStep rowStep =
          new RowStep(engine, parameters, layer, condition, above.rows(), last ? 0 : reach + 1);
      PixelStep pixelStep =
          new PixelStep(
              engine, parameters, layer, row, rowStep.linked(), reach, pixelSteps.isEmpty());
      rowSteps.add(rowStep);
      pixelSteps.add(pixelStep);
      RowWindow kept = rowStep.kept();
      RowBuffer output = pixelStep.output();
      above = kept == null ? above : kept;
      row = output == null ? row : output;
    }
    hidden = model.hidden.step(engine, parameters);
    logits = model.logits.step(engine, parameters);
    skip = engine.zeros(DType.FLOAT32, streams, config.numFilters());
    hiddenUnits = engine.zeros(DType.FLOAT32, streams, hidden.outputs());
    out = engine.zeros(DType.FLOAT32, streams, logits.outputs());
    skipRows = Rows.of(skip);
    hiddenRows = Rows.of(hiddenUnits);
    outRows = Rows.of(out);
    values = Tensor.zeros(DType.FLOAT32, streams, 1);
    placedValues = engine.place(values);
    valueRows = Rows.of(placedValues);
    place = new Rows(imageRow.places(), 0, imageRow.stride());
    newestRow = new Rows(imageRow.places(), imageRow.at(0), imageRow.stride());
    channelRows = new Rows(out, 0, logits.outputs());
    conditional = Tensor.zeros(DType.FLOAT32, streams, logits.outputs() / format.channels());
    placedConditional = engine.place(conditional);
    conditionalRows = Rows.of(placedConditional);
    after = new Runnable[format.width() * format.channels()];
    for (int i = 0; i < after.length; i++) {
      int index = i;
      after[i] = engine.repeatable(() -> after(index));
    }
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
    conditional(0);
    read = false;
  }

  @Override
  public void feed(Tensor elements) {
    requireRoom();
    for (int n = 0; n < streams; n++) {
      values.set(n, format.scaled(elements.getInt(n)));
    }
    if (placedValues != values) {
      placedValues.copyFrom(values);
    }
    int index = position % after.length;
    position++;
    if (position < capacity()) {
      after[index].run();
      read = false;
    }
  }

  /** Enters a value of the present row, and computes the conditional of the next. */
  private void after(int index) {
    int channels = format.channels();
    place.moveTo(imageRow.at(index / channels) + index % channels);
    kernels.steps().copyRows(place, valueRows, streams, 1);
    if (index == after.length - 1) {
      imageAbove.push(newestRow);
      for (RowStep step : rowSteps) {
        step.run();
      }
    }
    conditional((index + 1) % after.length);
  }

  /** Of a value of the present row. */
  private void conditional(int index) {
    pixel(index / format.channels());
    int width = placedConditional.dim(1);
    channelRows.moveTo((long) index % format.channels() * width);
    kernels.steps().copyRows(conditionalRows, channelRows, streams, width);
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
    if (!read && placedConditional != conditional) {
      conditional.copyFrom(placedConditional);
    }
    read = true;
    return conditional;
  }

  private void requireRoom() {
    if (position == capacity()) {
      throw new IllegalStateException("all %d elements were fed".formatted(capacity()));
    }
  }
}
