package dev.chainrule.core.run;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.model.AutoregressiveModel;
import dev.chainrule.core.model.Batch;
import dev.chainrule.core.train.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/**
 * A kind of model, described once: its name, the record that shapes it, and how it is made from
 * that. Training, checkpoints, resuming and opening by folder follow from it for every kind. Each
 * modality refines it ({@code TextKind}, {@code ImageKind}, ...), and with that its commands take
 * the kind too.
 *
 * <p>Kinds are found as services: a jar on the class path that names its kind in {@code
 * META-INF/services/dev.chainrule.core.run.ModelKind} adds to those that the project has.
 *
 * @param <C> the record that {@code config.json} holds under {@code model}
 * @param <B> the modality's batch
 */
public interface ModelKind<C, B extends Batch> {
  /** The name in {@code config.json}: modality, point, model, for example {@code text.gpt}. */
  String name();

  /** The record that shapes a model of this kind; its constructor refuses what cannot be built. */
  Class<C> configuration();

  /** A model of this shape, its parameters declared and not allocated. */
  AutoregressiveModel<B> create(C configuration);

  /** Names of the files that a checkpoint holds beside weights and configuration. */
  Set<String> files();

  /**
   * A trained model as its modality's users hold it.
   *
   * @throws InputException if the folder holds no checkpoint of this kind
   */
  TrainedModel open(Path folder) throws IOException;

  /** Whether this kind reads what another program wrote at a path, which {@link #open} takes. */
  default boolean opens(Path path) throws IOException {
    return false;
  }

  /** The folder of a checkpoint of this kind. */
  default Checkpoint checkpoint(Path folder) {
    return new Checkpoint(folder, name(), files());
  }

  /** The shape that a checkpoint's {@code config.json} describes. */
  default C configuration(Path folder, Checkpoint.Config config) {
    return StoredOptions.part(folder, config.model(), configuration());
  }

  /**
   * A model with the weights of a checkpoint.
   *
   * @param configuration read from that checkpoint
   */
  default AutoregressiveModel<B> load(Checkpoint checkpoint, C configuration) throws IOException {
    AutoregressiveModel<B> model = checkpoint.construct(() -> create(configuration));
    model.parameters().allocate(DType.FLOAT32, 0);
    checkpoint.readModel(model.parameters());
    return model;
  }
}
