package dev.chainrule.core.kernel;

/**
 * How the heads of {@link TransformerKernels#groupedAttention} attend.
 *
 * @param numHeads heads of queries NH, a multiple of NKV
 * @param numKvHeads heads of keys and values NKV; head h of the queries reads number {@code h NKV /
 *     NH} of them (Ainslie et al. 2023)
 * @param window position t attends to the window's many positions that end with t (Beltagy et al.
 *     2020); 0 for all
 * @param scale factor of the scores
 * @param softcap scaled scores s become {@code softcap tanh(s / softcap)} (Gemma 2); 0 for none
 */
public record AttentionShape(
    int numHeads, int numKvHeads, int window, double scale, double softcap) {
  public AttentionShape {
    if (numHeads < 1 || numKvHeads < 1 || numHeads % numKvHeads != 0) {
      throw new IllegalArgumentException(
          "%d heads of queries and %d of keys, expected a multiple"
              .formatted(numHeads, numKvHeads));
    }
    if (window < 0 || !(softcap >= 0)) {
      throw new IllegalArgumentException(
          "window %d and softcap %s, expected 0 or more".formatted(window, softcap));
    }
  }

  /** Heads of queries that read the same keys. */
  public int group() {
    return numHeads / numKvHeads;
  }

  /** The first position that position t attends to. */
  public int first(int t) {
    return window == 0 ? 0 : Math.max(0, t - window + 1);
  }

  /**
   * The first position that needs none before another: the last one of which {@link #first} is it.
   *
   * @param first 0 if all are there
   */
  public int firstThatSees(int first) {
    return first == 0 ? 0 : first + window - 1;
  }
}
