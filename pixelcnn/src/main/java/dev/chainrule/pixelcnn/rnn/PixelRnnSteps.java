package dev.chainrule.pixelcnn.rnn;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.Rows;
import dev.chainrule.pixelcnn.OutputHead;
import dev.chainrule.pixelcnn.RasterNetwork;
import dev.chainrule.pixelcnn.RasterStep;
import dev.chainrule.pixelcnn.RowBuffer;
import java.util.ArrayList;
import java.util.List;

/** Computes every layer of a {@link PixelRnn} once for each value. */
final class PixelRnnSteps implements RasterNetwork {
  private final RasterStep first;
  private final Tensor firstOut;
  private final Rows firstOutRows;
  private final RowBuffer firstRow;
  private final List<RecurrentLayer.Step> layers = new ArrayList<>();
  private final RowBuffer last;
  private final OutputHead.Step head;

  PixelRnnSteps(PixelRnn model, Engine engine, Parameters parameters, int[] labels) {
    int streams = labels.length;
    int width = model.format().width();
    int units = 2 * model.config().numUnits();
    Kernels kernels = engine.kernels(0);
    first = new RasterStep(kernels, parameters, model.first, streams, width);
    firstOut = Tensor.zeros(DType.FLOAT32, streams, units);
    firstOutRows = Rows.of(firstOut);
    firstRow = new RowBuffer(streams, 1, width, units);
    RowBuffer row = firstRow;
    for (RecurrentLayer layer : model.layers) {
      RecurrentLayer.Step step = layer.step(kernels, parameters, row, labels);
      layers.add(step);
      row = step.output();
    }
    last = row;
    head = model.head.step(kernels, parameters, streams);
  }

  @Override
  public RowBuffer image() {
    return first.input();
  }

  @Override
  public void clear() {
    first.clear();
    for (RecurrentLayer.Step layer : layers) {
      layer.clear();
    }
  }

  @Override
  public Tensor pixel(int column) {
    first.run(column, firstOutRows);
    firstRow.put(column, firstOut);
    for (RecurrentLayer.Step layer : layers) {
      layer.pixel(column);
    }
    return head.run(last, column);
  }

  @Override
  public void finishRow() {
    first.finishRow();
    for (RecurrentLayer.Step layer : layers) {
      layer.finishRow();
    }
  }
}
