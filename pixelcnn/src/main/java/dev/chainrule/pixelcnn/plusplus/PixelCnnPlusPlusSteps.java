package dev.chainrule.pixelcnn.plusplus;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.Activation;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.PackedLinear;
import dev.chainrule.core.kernel.PixelMixtureRow;
import dev.chainrule.core.kernel.Rows;
import dev.chainrule.core.model.Lockstep;
import dev.chainrule.pixelcnn.ImageFormat;
import dev.chainrule.pixelcnn.ImageOutput;
import dev.chainrule.pixelcnn.RowBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Computes every layer once for each place of its resolution (Ramachandran et al. 2017, "Fast
 * Generation for Convolutional Autoregressive Models"): the stream of rows when a row begins, the
 * stream of pixels for each pixel, a coarser resolution only at every second row and column of the
 * finer one.
 */
final class PixelCnnPlusPlusSteps implements Lockstep {
  private final ImageFormat format;
  private final int streams;
  private final Kernels kernels;
  private final StartStep start;
  private final List<ResolutionStep> steps = new ArrayList<>();
  private final PackedLinear out;
  private final Tensor activated;
  private final Rows activatedRows;

  /** The network's output for the present pixel [S, P]. */
  private final Tensor raw;

  private final Rows rawRows;

  /** Mixtures of the present pixel, where it has three values. */
  private final List<PixelMixtureRow> mixtures = new ArrayList<>();

  private final Tensor conditional;
  private int position;

  PixelCnnPlusPlusSteps(
      PixelCnnPlusPlus model, Engine engine, Parameters parameters, int[] labels) {
    kernels = engine.kernels(0);
    PixelCnnPlusPlusConfig config = model.config();
    format = config.image();
    streams = labels.length;
    start = new StartStep(kernels, parameters, model, streams);
    Deque<ResolutionStep.Maps> maps = new ArrayDeque<>();
    ResolutionStep.Maps last = start.maps();
    maps.push(last);
    for (Resolution resolution : model.resolutions) {
      steps.add(new ResolutionStep(kernels, parameters, resolution, labels, last, maps));
      last = maps.element();
    }
    maps.pop();
    ResolutionStep coarser = null;
    for (ResolutionStep step : steps.reversed()) {
      step.buildUp(coarser, maps);
      coarser = step;
    }
    out = kernels.steps().pack(model.out.weight(parameters), model.out.bias(parameters));
    activated = Tensor.zeros(DType.FLOAT32, streams, config.numFilters());
    activatedRows = Rows.of(activated);
    raw = Tensor.zeros(DType.FLOAT32, streams, out.outputs());
    rawRows = Rows.of(raw);
    int levels = format.levels();
    int components = config.output().numMixtures();
    for (int s = 0; s < streams && format.channels() == 3; s++) {
      mixtures.add(new PixelMixtureRow(components, levels, ImageOutput.MIN_LOG_SCALE));
    }
    conditional =
        mixtures.isEmpty()
            ? raw
            : Tensor.zeros(DType.FLOAT32, streams, config.output().numParameters(levels));
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
    start.clear();
    for (ResolutionStep step : steps) {
      step.clear();
    }
    beginRow(0);
    pixel(0, 0);
  }

  @Override
  public void feed(Tensor elements) {
    requireRoom();
    int channels = format.channels();
    int place = position / channels;
    int channel = position % channels;
    RowBuffer row = start.imageRow();
    for (int s = 0; s < streams; s++) {
      int level = elements.getInt(s);
      long at = (long) s * row.stride() + row.at(place % format.width()) + channel;
      row.places().set(at, format.scaled(level));
      if (!mixtures.isEmpty()) {
        mixtures.get(s).observe(channel, level);
      }
    }
    position++;
    if (channel < channels - 1) {
      return;
    }
    int next = place + 1;
    if (next % format.width() == 0) {
      finishRow(place / format.width());
      if (position < capacity()) {
        beginRow(next / format.width());
      }
    }
    if (position < capacity()) {
      pixel(next / format.width(), next % format.width());
    }
  }

  /** Computes the stream of rows for a row of the image, at the resolutions that have it. */
  private void beginRow(int row) {
    start.beginRow();
    int deepest = 0;
    for (int i = 0; i < steps.size() && row % (1 << i) == 0; i++) {
      deepest = i;
      steps.get(i).goDown();
      if (i + 1 < steps.size()) {
        steps.get(i + 1).pushRow(steps.get(i).downRow());
      }
    }
    for (int i = deepest; i >= 0; i--) {
      steps.get(i).goUp(row >> i, i < deepest);
    }
  }

  private void pixel(int row, int column) {
    start.pixel(column);
    int deepest = 0;
    for (int i = 0; i < steps.size() && (row | column) % (1 << i) == 0; i++) {
      deepest = i;
      steps.get(i).goDown(column >> i);
      if (i + 1 < steps.size()) {
        steps.get(i + 1).putPixel(column >> i, steps.get(i).downPixel());
      }
    }
    for (int i = deepest; i >= 0; i--) {
      steps.get(i).goUp(row >> i, column >> i, i < deepest);
    }
    kernels
        .activations()
        .activation(activated, steps.getFirst().last().pixel().map(), Activation.ELU);
    kernels.steps().product(rawRows, null, out, activatedRows, streams);
    for (int s = 0; s < mixtures.size(); s++) {
      PixelMixtureRow mixture = mixtures.get(s);
      for (int i = 0; i < raw.dim(1); i++) {
        mixture.parameters[i] = raw.get((long) s * raw.dim(1) + i);
      }
      mixture.begin();
    }
  }

  private void finishRow(int row) {
    start.finishRow();
    for (int i = 0; i < steps.size() && row % (1 << i) == 0; i++) {
      steps.get(i).finishRow();
      if (i + 1 < steps.size()) {
        steps.get(i + 1).finishFinerRow();
      }
    }
  }

  @Override
  public Tensor conditional() {
    requireRoom();
    int width = conditional.dim(1);
    for (int s = 0; s < mixtures.size(); s++) {
      for (int i = 0; i < width; i++) {
        double value = mixtures.get(s).conditional(position % 3, i);
        conditional.set((long) s * width + i, value);
      }
    }
    return conditional;
  }

  private void requireRoom() {
    if (position == capacity()) {
      throw new IllegalStateException("all %d elements were fed".formatted(capacity()));
    }
  }
}
