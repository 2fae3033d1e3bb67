package dev.chainrule.timeseries.likelihood;

/** How the scale follows from the mean absolute value of a series. */
public enum Scaling {
  /** It is that mean; 1 where that is zero. */
  MEAN,
  /** It is one more, as Salinas et al. 2020 have it for counts. */
  MEAN_AND_ONE,
  /** It is 1: values have bounds of their own. */
  NONE
}
