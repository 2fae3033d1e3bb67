package dev.chainrule.pixelcnn.plain;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.Activation;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.vector.PackedPanels;
import dev.chainrule.pixelcnn.OutputHead;
import dev.chainrule.pixelcnn.RasterNetwork;
import dev.chainrule.pixelcnn.RasterStep;
import dev.chainrule.pixelcnn.RowBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Computes every layer once for each value: the parts of convolutions that read rows above are
 * computed for a row at a time.
 */
final class PixelCnnSteps implements RasterNetwork {
  /** One block's products. */
  private record Block(PackedPanels reduce, RasterStep middle, PackedPanels expand) {}

  private final int streams;
  private final Kernels kernels;
  private final RasterStep first;
  private final List<Block> blocks = new ArrayList<>();
  private final OutputHead.Step head;
  private final Tensor wide;
  private final Tensor active;
  private final Tensor narrow;

  PixelCnnSteps(PixelCnn model, Engine engine, Parameters parameters, int[] labels) {
    kernels = engine.kernels(0);
    streams = labels.length;
    int width = model.format().width();
    first = new RasterStep(kernels, parameters, model.first, streams, width);
    for (ResidualBlock block : model.blocks) {
      blocks.add(
          new Block(
              block.reduce.step(parameters),
              new RasterStep(kernels, parameters, block.middle, streams, width),
              block.expand.step(parameters)));
    }
    head = model.head.step(kernels, parameters, streams);
    int filters = model.config().numFilters();
    wide = Tensor.zeros(DType.FLOAT32, streams, 2 * filters);
    active = Tensor.zeros(DType.FLOAT32, streams, 2 * filters);
    narrow = Tensor.zeros(DType.FLOAT32, streams, filters);
  }

  @Override
  public RowBuffer image() {
    return first.input();
  }

  @Override
  public void clear() {
    first.clear();
    for (Block block : blocks) {
      block.middle().clear();
    }
  }

  @Override
  public void finishRow() {
    first.finishRow();
    for (Block block : blocks) {
      block.middle().finishRow();
    }
  }

  @Override
  public Tensor pixel(int column) {
    first.run(column, wide);
    for (Block block : blocks) {
      kernels.activations().activation(active, wide, Activation.RELU);
      multiply(block.reduce(), narrow, 0, active);
      kernels.activations().activation(narrow, narrow, Activation.RELU);
      block.middle().input().put(column, narrow);
      block.middle().run(column, narrow);
      kernels.activations().activation(narrow, narrow, Activation.RELU);
      multiply(block.expand(), wide, wide.address(), narrow);
    }
    return head.run(wide);
  }

  private void multiply(PackedPanels product, Tensor y, long base, Tensor x) {
    int outputs = product.outputs();
    product.run(y.address(), outputs, base, outputs, x.address(), product.inputs(), streams);
  }
}
