package dev.chainrule.pixelcnn.data;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.train.BatchSource;
import dev.chainrule.pixelcnn.ImageBatch;
import dev.chainrule.pixelcnn.ImageFormat;
import java.util.ArrayList;
import java.util.List;

/**
 * Batches of a set: for training shuffled anew in each pass over it, a pure function of seed and
 * number; for evaluation in order.
 */
public final class ImageBatches implements BatchSource<ImageBatch> {
  private final ImageSet images;
  private final int levels;
  private final Binarisation binarisation;
  private final int batchSize;
  private final long seed;
  private final int[] order;
  private long orderPass = -1;

  /**
   * Batches.
   *
   * @param levels of the model; 2 where the binarisation draws
   */
  public ImageBatches(
      ImageSet images, int levels, Binarisation binarisation, int batchSize, long seed) {
    if (binarisation != Binarisation.THRESHOLD && levels != 2) {
      throw new IllegalArgumentException(
          "%s binarisation to %d levels, expected 2".formatted(binarisation, levels));
    }
    if (batchSize < 1) {
      throw new IllegalArgumentException("batch_size %d, expected 1 or more".formatted(batchSize));
    }
    this.images = images;
    this.levels = levels;
    this.binarisation = binarisation;
    this.batchSize = batchSize;
    this.seed = seed;
    this.order = new int[images.size()];
  }

  /** The format of the batches. */
  public ImageFormat format() {
    return images.format().withLevels(levels);
  }

  @Override
  public ImageBatch at(long number) {
    int[] chosen = new int[batchSize];
    for (int n = 0; n < batchSize; n++) {
      long place = number * batchSize + n;
      shuffle(place / order.length);
      chosen[n] = order[(int) (place % order.length)];
    }
    long key = binarisation == Binarisation.DYNAMIC ? number : -1;
    return reduced(chosen, key);
  }

  private void shuffle(long pass) {
    if (pass == orderPass) {
      return;
    }
    CounterRandom rng = CounterRandom.of(seed, 1, pass);
    for (int i = 0; i < order.length; i++) {
      int j = rng.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    orderPass = pass;
  }

  /** All images in order, the last batch smaller; what is drawn is drawn once. */
  public List<ImageBatch> inOrder() {
    List<ImageBatch> batches = new ArrayList<>();
    for (int from = 0; from < images.size(); from += batchSize) {
      int[] chosen = new int[Math.min(batchSize, images.size() - from)];
      for (int n = 0; n < chosen.length; n++) {
        chosen[n] = from + n;
      }
      batches.add(reduced(chosen, -1));
    }
    return batches;
  }

  /** The chosen images in the model's levels; a key of -1 draws the same for an image each time. */
  private ImageBatch reduced(int[] chosen, long key) {
    ImageBatch batch = images.batch(chosen);
    Tensor elements = batch.elements();
    int from = images.format().levels();
    int size = elements.dim(1);
    for (int n = 0; n < chosen.length; n++) {
      long image = CounterRandom.key(seed, 2, key, key < 0 ? chosen[n] : n);
      for (int i = 0; i < size; i++) {
        long at = (long) n * size + i;
        int level = elements.getInt(at);
        elements.set(at, reduced(level, from, image, i));
      }
    }
    return batch;
  }

  private int reduced(int level, int from, long key, int i) {
    if (binarisation == Binarisation.THRESHOLD) {
      return level * levels / from;
    }
    double uniform = (CounterRandom.bits(key, i) >>> 11) * 0x1p-53;
    return uniform < level / (from - 1.0) ? 1 : 0;
  }
}
