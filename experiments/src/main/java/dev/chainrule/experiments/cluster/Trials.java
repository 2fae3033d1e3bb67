package dev.chainrule.experiments.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/** Machines that do the runs of an experiment whose folder all of them see. */
public interface Trials extends AutoCloseable {
  /** Runs that are done beside each other. */
  int slots();

  /**
   * Goes on with a run and waits for it; one whose machine is lost goes on elsewhere, from its last
   * checkpoint. What it came to is in its folder.
   *
   * @param folder of the experiment
   * @param run its name
   * @param until steps at which it pauses
   * @param stop asked now and then: the run is left with a checkpoint when it is true
   */
  void go(Path folder, String run, long until, BooleanSupplier stop) throws IOException;

  /** Lets the machines go. */
  @Override
  void close();
}
