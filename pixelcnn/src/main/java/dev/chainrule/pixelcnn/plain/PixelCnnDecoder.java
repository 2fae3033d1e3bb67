package dev.chainrule.pixelcnn.plain;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.kernel.Activation;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.vector.VectorKernels;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.pixelcnn.ImageFormat;
import dev.chainrule.pixelcnn.RasterStep;
import dev.chainrule.pixelcnn.RowBuffer;
import dev.chainrule.pixelcnn.StepProduct;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Computes every layer once for each value: the parts of convolutions that read rows above are
 * computed for a row at a time.
 */
final class PixelCnnDecoder implements Decoder {
  /** One block's products. */
  private record Block(StepProduct reduce, RasterStep middle, StepProduct expand) {}

  private final ImageFormat format;
  private final int streams;
  private final Kernels kernels = new VectorKernels();
  private final RasterStep first;
  private final List<Block> blocks = new ArrayList<>();
  private final StepProduct hidden;
  private final StepProduct logits;
  private final Tensor wide;
  private final Tensor active;
  private final Tensor narrow;
  private final Tensor hiddenUnits;
  private final Tensor out;
  private final Tensor conditional;
  private int position;

  PixelCnnDecoder(PixelCnn model, int streams) {
    if (streams < 1) {
      throw new IllegalArgumentException("a decoder of 0 streams, expected 1 or more");
    }
    format = model.format();
    this.streams = streams;
    Parameters parameters = model.parameters();
    int width = format.width();
    first = new RasterStep(kernels, parameters, model.first, streams, width);
    for (ResidualBlock block : model.blocks) {
      blocks.add(
          new Block(
              block.reduce.step(parameters),
              new RasterStep(kernels, parameters, block.middle, streams, width),
              block.expand.step(parameters)));
    }
    hidden = model.hidden.step(parameters);
    logits = model.logits.step(parameters);
    int filters = model.config().numFilters();
    wide = Tensor.zeros(DType.FLOAT32, streams, 2 * filters);
    active = Tensor.zeros(DType.FLOAT32, streams, 2 * filters);
    narrow = Tensor.zeros(DType.FLOAT32, streams, filters);
    hiddenUnits = Tensor.zeros(DType.FLOAT32, streams, hidden.outputs());
    out = Tensor.zeros(DType.FLOAT32, streams, logits.outputs());
    conditional = Tensor.zeros(DType.FLOAT32, streams, format.levels());
    reset();
  }

  @Override
  public int streams() {
    return streams;
  }

  @Override
  public int position() {
    return position;
  }

  @Override
  public int capacity() {
    return format.dimensions();
  }

  @Override
  public void reset() {
    position = 0;
    first.clear();
    for (Block block : blocks) {
      block.middle().clear();
    }
    pixel(0);
  }

  @Override
  public void feed(Tensor elements) {
    requireRoom();
    int channels = format.channels();
    int column = position / channels % format.width();
    int channel = position % channels;
    RowBuffer row = first.input();
    for (int s = 0; s < streams; s++) {
      long at = (long) s * row.stride() + row.at(column) + channel;
      row.places().set(at, format.scaled(elements.getInt(s)));
    }
    position++;
    if (position == capacity()) {
      return;
    }
    if (channel == channels - 1 && column == format.width() - 1) {
      first.finishRow();
      for (Block block : blocks) {
        block.middle().finishRow();
      }
    }
    pixel(position / channels % format.width());
  }

  private void pixel(int column) {
    first.run(column, wide);
    for (Block block : blocks) {
      kernels.activation(active, wide, Activation.RELU);
      multiply(block.reduce(), narrow, 0, active);
      kernels.activation(narrow, narrow, Activation.RELU);
      put(block.middle().input(), column);
      block.middle().run(column, narrow);
      kernels.activation(narrow, narrow, Activation.RELU);
      multiply(block.expand(), wide, wide.address(), narrow);
    }
    kernels.activation(active, wide, Activation.RELU);
    multiply(hidden, hiddenUnits, 0, active);
    kernels.activation(hiddenUnits, hiddenUnits, Activation.RELU);
    multiply(logits, out, 0, hiddenUnits);
  }

  private void put(RowBuffer row, int column) {
    long bytes = 4L * row.units();
    for (int s = 0; s < streams; s++) {
      long at = 4 * ((long) s * row.stride() + row.at(column));
      MemorySegment.copy(narrow.segment(), s * bytes, row.places().segment(), at, bytes);
    }
  }

  private void multiply(StepProduct product, Tensor y, long base, Tensor x) {
    int outputs = product.outputs();
    product.run(y.address(), outputs, base, outputs, x.address(), product.inputs(), streams);
  }

  @Override
  public Tensor conditional() {
    requireRoom();
    long bytes = 4L * format.levels();
    long channel = position % format.channels() * bytes;
    for (int s = 0; s < streams; s++) {
      long from = 4L * s * logits.outputs() + channel;
      MemorySegment.copy(out.segment(), from, conditional.segment(), s * bytes, bytes);
    }
    return conditional;
  }

  private void requireRoom() {
    if (position == capacity()) {
      throw new IllegalStateException("all %d elements were fed".formatted(capacity()));
    }
  }
}
