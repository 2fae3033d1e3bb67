package dev.chainrule.experiments.cluster;

import dev.chainrule.core.run.TrainingRun;
import dev.chainrule.core.train.Peers;
import dev.chainrule.core.train.RingPeers;
import dev.chainrule.core.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A command that trains a model, as each of the processes has it that do so together. */
public interface SharedTraining {
  /**
   * What the processes are told.
   *
   * @param master where the cluster is
   * @param properties of its session
   * @param processes how many; null for as many as the cluster has room for
   * @param threads of each
   * @param gradients how they travel
   * @param out a folder with a checkpoint, which all machines see
   * @param words of the command line, which make the command anew
   */
  record Job(
      String master,
      Map<String, String> properties,
      @Nullable Integer processes,
      int threads,
      RingPeers.Format gradients,
      Path out,
      List<String> words) {}

  /** Writes the checkpoint that all processes begin at, where there is none yet. */
  @FunctionalInterface
  interface Beginning {
    void begin() throws IOException;
  }

  /**
   * Goes on from the checkpoint in the command's folder to the end.
   *
   * @param peers the other processes
   * @param threads of this one
   * @param stop asked before each step; true in one process ends the training in all
   */
  TrainingRun.Result goOn(
      Peers peers, int threads, List<? extends TrainingListener> listeners, BooleanSupplier stop)
      throws IOException;
}
