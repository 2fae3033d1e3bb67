package dev.chainrule.timeseries.zeroshot;

import dev.chainrule.core.nn.transformer.TransformerConfig;

/**
 * The shape of a {@link ZeroShot}.
 *
 * @param patchLength values of a patch, P
 * @param contextPatches most patches of the past
 * @param horizonPatches most patches ahead
 * @param numLayers blocks of the transformer
 * @param numHeads of each block's attention
 * @param width of the residual stream, a multiple of the number of heads
 */
public record ZeroShotConfig(
    int patchLength,
    int contextPatches,
    int horizonPatches,
    int numLayers,
    int numHeads,
    int width) {
  /** Checks that there is at least one of each. */
  public ZeroShotConfig {
    int[] counts = {patchLength, contextPatches, horizonPatches};
    String[] names = {"patch_length", "context_patches", "horizon_patches"};
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] < 1 || counts[i] > 4096) {
        throw new IllegalArgumentException(
            "%s %d, expected 1 to 4096".formatted(names[i], counts[i]));
      }
    }
    transformer(contextPatches + horizonPatches, numLayers, numHeads, width);
  }

  /** That of the shipped weights: 480 values of the past, 64 ahead, 0.46 million parameters. */
  public static ZeroShotConfig shipped() {
    return new ZeroShotConfig(8, 60, 8, 4, 4, 96);
  }

  /** Values of the past that are read, at most. */
  public int contextLength() {
    return contextPatches * patchLength;
  }

  /** Values ahead that are forecast, at most. */
  public int horizon() {
    return horizonPatches * patchLength;
  }

  /**
   * A horizon that it reaches.
   *
   * @throws IllegalArgumentException for another one
   */
  public int requireHorizon(int steps) {
    if (steps < 1 || steps > horizon()) {
      throw new IllegalArgumentException(
          "horizon %d, expected 1 to the %d that the zero-shot model reaches"
              .formatted(steps, horizon()));
    }
    return steps;
  }

  TransformerConfig transformer() {
    return transformer(contextPatches + horizonPatches, numLayers, numHeads, width);
  }

  private static TransformerConfig transformer(int patches, int layers, int heads, int width) {
    return new TransformerConfig(patches, layers, heads, width, 0, true);
  }
}
