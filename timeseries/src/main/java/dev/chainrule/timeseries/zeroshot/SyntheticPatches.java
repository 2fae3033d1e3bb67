package dev.chainrule.timeseries.zeroshot;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.train.BatchSource;
import java.util.random.RandomGenerator;

/**
 * Batches of {@link SyntheticSeries}: all of one length, which differs from batch to batch, each
 * known up to a place of its own. Batch i of a seed is always the same.
 */
public final class SyntheticPatches implements BatchSource<PatchBatch> {
  /** Of a series the known values at least. */
  private static final int FEWEST = 3;

  private final ZeroShotConfig config;
  private final int batchSize;
  private final long seed;

  /** Batches of so many series. */
  public SyntheticPatches(ZeroShotConfig config, int batchSize, long seed) {
    this.config = config;
    this.batchSize = batchSize;
    this.seed = seed;
  }

  @Override
  public PatchBatch at(long i) {
    RandomGenerator rng = CounterRandom.of(seed, 30, i);
    int patch = config.patchLength();
    // Short contexts nearly as often as long ones, by orders of size.
    double share = Math.pow(rng.nextDouble(), 0.75);
    int past = (int) Math.round(Math.pow(config.contextPatches(), share));
    int ahead = 1 + rng.nextInt(config.horizonPatches());
    PatchBatch batch = PatchBatch.zeros(batchSize, (past + ahead) * patch);
    for (int row = 0; row < batchSize; row++) {
      SyntheticSeries series =
          SyntheticSeries.of(seed, i * batchSize + row, batch.length() + patch);
      // A past that begins within its first patch, as those of most series do.
      int skipped = rng.nextInt(patch);
      double[] values = new double[batch.length()];
      for (int t = 0; t < values.length; t++) {
        values[t] =
            t < skipped && past * patch - skipped >= FEWEST ? Double.NaN : series.values()[t];
      }
      batch.write(row, values, past * patch, series.period(), patch);
    }
    return batch;
  }
}
