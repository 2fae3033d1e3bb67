package dev.chainrule.text.run;

import dev.chainrule.base.InputException;
import dev.chainrule.core.run.ModelKinds;
import dev.chainrule.core.train.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Low-rank adapters that become part of the model which they change. */
public final class Adapters {
  private Adapters() {}

  /**
   * Writes the model with the changes added, as one of its own kind that needs no adapters.
   *
   * @param adapters the folder of a run that trained them
   * @param out a folder that holds no model yet
   * @return the number of the model's parameters
   * @throws InputException if there are none, or a model is in the way
   */
  public static long merge(Path adapters, Path out) throws IOException {
    if (!(ModelKinds.of(adapters, TextKind.class) instanceof LoraKind kind)) {
      throw new InputException(
          adapters + ": holds a whole model, expected adapters (text train --from --lora-rank)");
    }
    LoraConfig config = kind.configuration(adapters, kind.checkpoint(adapters).config());
    try (TextModel base = TextModel.open(Path.of(config.base()));
        TextModel changed = TextModel.open(adapters)) {
      return write(base.described(), changed, out);
    }
  }

  private static long write(TextRun.Learner<?> base, TextModel merged, Path out)
      throws IOException {
    Checkpoint target = base.kind().checkpoint(out);
    if (target.exists()) {
      throw new InputException(out + ": holds a model already, expected another folder (--out)");
    }
    TokenFiles files = merged.tokenFiles();
    target.write(
        new Checkpoint.Content(
            base.shape(),
            merged.network().parameters(),
            null,
            null,
            null,
            List.of(),
            files::write));
    return merged.network().parameters().count();
  }
}
