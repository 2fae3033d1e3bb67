package dev.chainrule.experiments.experiment;

import java.util.Locale;

/** Parts of an experiment whose keys are options of a command. */
enum Section {
  MODEL,
  DATA,
  TRAINING,
  EVALUATION,
  SAMPLING;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
