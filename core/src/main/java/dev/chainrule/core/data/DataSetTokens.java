package dev.chainrule.core.data;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Batches of token ids from a DL4J iterator, whose features are one-hot vectors [B, V, T], as
 * DL4J's recurrent layers take them, or ids [B, T]. Labels are not used: an autoregressive model's
 * targets are its inputs, one later. When the iterator ends it is reset.
 *
 * <p>Batch i is the i-th that the iterator gives. The number may go up freely; going back resets
 * the iterator and reads again, which gives the same batches if the iterator keeps its order.
 */
public final class DataSetTokens {
  private final DataSetIterator iterator;
  private long next;

  /**
   * Over an iterator, from its present place on, which becomes batch 0.
   *
   * @throws InputException if it is empty
   */
  public DataSetTokens(DataSetIterator iterator) {
    this.iterator = iterator;
    if (!iterator.hasNext() && iterator.resetSupported()) {
      iterator.reset();
    }
    if (!iterator.hasNext()) {
      throw new InputException(name() + ": has no batch, expected at least one");
    }
  }

  /**
   * Batch number {@code i}, from 0.
   *
   * @return int32 [B, T] in memory of its own
   * @throws InputException if the features are neither one-hot vectors nor ids, if steps are
   *     masked, or if the iterator has ended and cannot be reset
   */
  public Tensor at(long i) {
    if (i < next) {
      reset();
      next = 0;
    }
    while (next < i) {
      advance();
    }
    return ids(advance());
  }

  private DataSet advance() {
    if (!iterator.hasNext()) {
      reset();
    }
    DataSet batch = iterator.next();
    next++;
    return batch;
  }

  private void reset() {
    if (!iterator.resetSupported()) {
      throw new InputException(
          "%s: ended after %d batches and cannot be reset, expected more".formatted(name(), next));
    }
    iterator.reset();
  }

  private Tensor ids(DataSet batch) {
    INDArray mask = batch.getFeaturesMaskArray();
    if (mask != null && mask.minNumber().doubleValue() != 1) {
      throw broken("masked steps", "sequences of equal length");
    }
    INDArray features = batch.getFeatures();
    return switch (features.rank()) {
      case 2 -> fromIds(features);
      case 3 ->
          features.size(1) == 1
              ? fromIds(features.reshape(features.size(0), features.size(2)))
              : fromOneHot(features);
      default ->
          throw broken("features of shape " + features.shapeInfoToString(), "[B, V, T] or [B, T]");
    };
  }

  private Tensor fromIds(INDArray features) {
    Tensor ids = tensor(features.size(0), features.size(1));
    for (int b = 0; b < ids.dim(0); b++) {
      for (int t = 0; t < ids.dim(1); t++) {
        double value = features.getDouble(b, t);
        if (!(value >= 0 && value == (int) value)) {
          throw broken("%s at [%d, %d]".formatted(value, b, t), "a token id");
        }
        ids.set((long) b * ids.dim(1) + t, value);
      }
    }
    return ids;
  }

  private Tensor fromOneHot(INDArray features) {
    Tensor ids = tensor(features.size(0), features.size(2));
    int vocabSize = Math.toIntExact(features.size(1));
    for (int b = 0; b < ids.dim(0); b++) {
      for (int t = 0; t < ids.dim(1); t++) {
        int hot = -1;
        for (int v = 0; v < vocabSize; v++) {
          double value = features.getDouble(b, v, t);
          if (value != 0 && (value != 1 || hot >= 0)) {
            throw broken("%s at [%d, %d, %d]".formatted(value, b, v, t), "one-hot vectors");
          }
          hot = value == 1 ? v : hot;
        }
        if (hot < 0) {
          throw broken("only zeros at [%d, :, %d]".formatted(b, t), "one-hot vectors");
        }
        ids.set((long) b * ids.dim(1) + t, hot);
      }
    }
    return ids;
  }

  private static Tensor tensor(long batchSize, long length) {
    return Tensor.zeros(DType.INT32, Math.toIntExact(batchSize), Math.toIntExact(length));
  }

  private InputException broken(String found, String expected) {
    return new InputException(
        "%s: batch %d has %s, expected %s".formatted(name(), next - 1, found, expected));
  }

  private String name() {
    return iterator.getClass().getSimpleName();
  }
}
