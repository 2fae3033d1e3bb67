package dev.chainrule.pixelcnn.transformer;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.nn.transformer.TransformerStep;
import dev.chainrule.pixelcnn.ImageModel;
import java.lang.ref.Reference;

/** Incremental evaluation with a cache of keys and values, on the calling thread. */
final class PixelTransformerDecoder implements Decoder {
  private final PixelTransformer model;
  private final int[] labels;
  private final TransformerStep step;
  private int position;

  PixelTransformerDecoder(PixelTransformer model, int[] labels) {
    ImageModel.requireLabels(labels, model.numClasses());
    this.model = model;
    this.labels = labels.clone();
    Parameters parameters = model.parameters();
    TransformerStep.Ends ends =
        new TransformerStep.Ends(
            parameters.value(model.values.table()),
            model.positions(),
            parameters.value(model.head.weight()));
    step =
        new TransformerStep(model.transformer, parameters, ends, labels.length, labels.length, 1);
    reset();
  }

  @Override
  public int streams() {
    return labels.length;
  }

  @Override
  public int position() {
    return position;
  }

  @Override
  public int capacity() {
    return model.format().dimensions();
  }

  @Override
  public void reset() {
    position = 0;
    step.begin(0, 1, true);
    for (int s = 0; s < labels.length; s++) {
      step.embed(s, 0, model.classId(model.numClasses() == 0 ? 0 : labels[s]));
    }
    run();
  }

  @Override
  public void feed(Tensor elements) {
    requireRoom();
    int fed = position++;
    if (position == capacity()) {
      return;
    }
    step.begin(position, 1, true);
    for (int s = 0; s < labels.length; s++) {
      step.embed(s, 0, model.valueId(fed, elements.getInt(s)));
    }
    run();
  }

  private void run() {
    try {
      step.run(0);
    } finally {
      // It works on bare addresses: nothing may be collected before it is done.
      Reference.reachabilityFence(this);
    }
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
