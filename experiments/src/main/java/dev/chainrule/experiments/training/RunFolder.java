package dev.chainrule.experiments.training;

import dev.chainrule.base.InputException;
import dev.chainrule.core.train.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/** The folder of a run, looked at before its data are read. */
public final class RunFolder {
  private RunFolder() {}

  /**
   * Puts in order what a killed run left, and refuses a folder that cannot be trained in.
   *
   * @param kind of the checkpoint, for example "text.gpt"
   * @param modalityFiles names of the modality's own files in it
   * @param resume whether to go on from the checkpoint in the folder
   * @throws InputException if the checkpoint could not be written later, or is there already and is
   *     not to be resumed
   */
  public static void prepare(Path out, String kind, Set<String> modalityFiles, boolean resume)
      throws IOException {
    Checkpoint checkpoint = new Checkpoint(out, kind, modalityFiles);
    if (resume) {
      // Says best what is wrong where there is no checkpoint.
      checkpoint.config();
    }
    checkpoint.requireWritable();
    if (!resume && checkpoint.exists()) {
      throw new InputException(
          out + ": holds a checkpoint already; --resume goes on with it, or choose another --out");
    }
  }
}
