package dev.chainrule.pixelcnn;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.model.Decoder;
import java.lang.foreign.MemorySegment;

/**
 * A decoder that computes whole images for every element and uses one row of the result: what
 * sampling costs without caches, and the measure of decoders that have them.
 */
public final class RecomputingDecoder implements Decoder {
  private final ImageModel model;
  private final Tape tape;
  private final ImageBatch images;
  private final Tensor conditional;
  private int position;

  /**
   * A decoder.
   *
   * @param condition of each stream: classes [S], without effect where the model has none, or
   *     vectors [S, D]
   */
  public RecomputingDecoder(ImageModel model, Kernels kernels, Tensor condition) {
    this.model = model;
    this.tape = Tape.evaluation(kernels, model.parameters());
    Tensor elements = Tensor.zeros(DType.INT32, condition.dim(0), model.format().dimensions());
    this.images = new ImageBatch(elements, condition);
    tape.begin();
    int width = model.conditionals(tape, images).value().dim(-1);
    this.conditional = Tensor.zeros(model.parameters().dtype(), condition.dim(0), width);
  }

  @Override
  public int streams() {
    return images.size();
  }

  @Override
  public int position() {
    return position;
  }

  @Override
  public int capacity() {
    return images.length();
  }

  @Override
  public void reset() {
    position = 0;
    images.elements().fill(0);
  }

  @Override
  public void feed(Tensor elements) {
    if (position == capacity()) {
      throw new IllegalStateException("all %d elements were fed".formatted(capacity()));
    }
    for (int s = 0; s < streams(); s++) {
      images.elements().set((long) s * capacity() + position, elements.getInt(s));
    }
    position++;
  }

  @Override
  public Tensor conditional() {
    tape.begin();
    Tensor all = model.conditionals(tape, images).value();
    long bytes = conditional.segment().byteSize() / streams();
    for (int s = 0; s < streams(); s++) {
      long from = ((long) s * capacity() + position) * bytes;
      MemorySegment.copy(all.segment(), from, conditional.segment(), s * bytes, bytes);
    }
    return conditional;
  }
}
