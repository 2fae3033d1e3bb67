package dev.chainrule.core.run;

import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.train.Evaluator;
import java.io.IOException;

/** A trained model of any modality, as a program holds it. */
public interface TrainedModel extends AutoCloseable {
  /** What it is, for example {@code text.gpt}. */
  String kind();

  /** How many weights it has. */
  long numParameters();

  /** Gives back what it holds beside memory: files that are open. */
  @Override
  default void close() {}

  /** The same model, computed elsewhere. */
  TrainedModel on(Compute compute);

  /**
   * The likelihood of data that the model has not learnt from: what its modality's {@code eval}
   * measures by default, which of the data that it was trained on is the held-out part.
   *
   * @param data a file, a folder, or the name of a known set, as the modality reads them
   */
  Evaluator.Result evaluate(String data) throws IOException;
}
