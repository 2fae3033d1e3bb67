package dev.chainrule.pixelcnn.transformer;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.model.Lockstep;
import dev.chainrule.core.nn.transformer.TransformerStep;

/** Incremental evaluation with a cache of keys and values, on the calling thread. */
final class PixelTransformerSteps implements Lockstep {
  private final PixelTransformer model;
  private final int[] labels;
  private final TransformerStep step;
  private int position;

  PixelTransformerSteps(
      PixelTransformer model, Engine engine, Parameters parameters, int[] labels) {
    this.model = model;
    this.labels = labels.clone();
    TransformerStep.Ends ends =
        new TransformerStep.Ends(
            parameters.value(model.values.table()),
            model.positions(parameters),
            parameters.value(model.head.weight()));
    step =
        new TransformerStep(
            model.transformer, parameters, ends, labels.length, labels.length, engine.worker(0));
    reset();
  }

  @Override
  public int streams() {
    return labels.length;
  }

  @Override
  public int capacity() {
    return model.format().dimensions();
  }

  @Override
  public void reset() {
    position = 0;
    step.begin();
    for (int s = 0; s < labels.length; s++) {
      int row = step.add(s, position, 1, 1);
      step.embed(row, model.classId(model.numClasses() == 0 ? 0 : labels[s]));
    }
    step.run();
  }

  @Override
  public void feed(Tensor elements) {
    requireRoom();
    int fed = position++;
    if (position == capacity()) {
      return;
    }
    step.begin();
    for (int s = 0; s < labels.length; s++) {
      int row = step.add(s, position, 1, 1);
      step.embed(row, model.valueId(fed, elements.getInt(s)));
    }
    step.run();
  }

  @Override
  public Tensor conditional() {
    requireRoom();
    return step.logits();
  }

  private void requireRoom() {
    if (position == capacity()) {
      throw new IllegalStateException("all %d elements were fed".formatted(capacity()));
    }
  }
}
