package dev.chainrule.pixelcnn.plain;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.Activation;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.PackedLinear;
import dev.chainrule.core.kernel.Rows;
import dev.chainrule.core.kernel.StepKernels;
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
  private record Block(PackedLinear reduce, RasterStep middle, PackedLinear expand) {}

  private final int streams;
  private final Kernels kernels;
  private final RasterStep first;
  private final List<Block> blocks = new ArrayList<>();
  private final OutputHead.Step head;
  private final Tensor wide;
  private final Tensor active;
  private final Tensor narrow;
  private final Rows wideRows;
  private final Rows activeRows;
  private final Rows narrowRows;

  PixelCnnSteps(PixelCnn model, Engine engine, Parameters parameters, int[] labels) {
    kernels = engine.kernels(0);
    streams = labels.length;
    int width = model.format().width();
    first = new RasterStep(kernels, parameters, model.first, streams, width);
    for (ResidualBlock block : model.blocks) {
      blocks.add(
          new Block(
              block.reduce.step(kernels.steps(), parameters),
              new RasterStep(kernels, parameters, block.middle, streams, width),
              block.expand.step(kernels.steps(), parameters)));
    }
    head = model.head.step(kernels, parameters, streams);
    int filters = model.config().numFilters();
    wide = Tensor.zeros(DType.FLOAT32, streams, 2 * filters);
    active = Tensor.zeros(DType.FLOAT32, streams, 2 * filters);
    narrow = Tensor.zeros(DType.FLOAT32, streams, filters);
    wideRows = Rows.of(wide);
    activeRows = Rows.of(active);
    narrowRows = Rows.of(narrow);
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
    StepKernels steps = kernels.steps();
    first.run(column, wideRows);
    for (Block block : blocks) {
      kernels.activations().activation(active, wide, Activation.RELU);
      steps.product(narrowRows, null, block.reduce(), activeRows, streams);
      kernels.activations().activation(narrow, narrow, Activation.RELU);
      block.middle().input().put(column, narrow);
      block.middle().run(column, narrowRows);
      kernels.activations().activation(narrow, narrow, Activation.RELU);
      steps.product(wideRows, wideRows, block.expand(), narrowRows, streams);
    }
    return head.run(wide);
  }
}
