package dev.chainrule.pixelcnn.data;

import java.util.Locale;

/** How grey levels become levels of a model; likelihoods of different kinds cannot be compared. */
public enum Binarisation {
  /** The levels are cut into equal parts; two parts are a threshold of one half. */
  THRESHOLD,
  /** Two levels: each pixel is drawn once, white with the probability that its grey level says. */
  FIXED,
  /** Two levels, drawn anew each time that an image is used for training. */
  DYNAMIC;

  /** The name as the user writes it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
