package dev.chainrule.pixelcnn;

/**
 * What a masked convolution may read of the pixel it computes for (van den Oord et al. 2016a):
 * units are divided into as many groups as the image has channels, in the order of the channels.
 */
public enum MaskType {
  /** Groups of earlier channels only: for the first layer, whose input is the image. */
  A,
  /** Groups of earlier channels and the unit's own: for all later layers. */
  B;

  /** Whether a unit of one group may read one of another in the same pixel. */
  boolean allows(int outputGroup, int inputGroup) {
    return this == A ? inputGroup < outputGroup : inputGroup <= outputGroup;
  }
}
