package dev.chainrule;

import dev.chainrule.base.InputException;
import dev.chainrule.core.run.ModelKind;
import dev.chainrule.core.run.ModelKinds;
import dev.chainrule.core.run.TrainedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The front door: opens any trained model by its folder. Each modality has a class of its own that
 * trains, evaluates and draws: {@code TextModel}, {@code PixelModel}, {@code AudioModel}, {@code
 * SeriesModel}.
 */
public final class Chainrule {
  private Chainrule() {}

  /**
   * A trained model of any kind.
   *
   * @throws InputException if the folder holds no checkpoint, a damaged one, or one of a kind that
   *     is not on the class path
   */
  public static TrainedModel open(Path folder) throws IOException {
    return ModelKinds.of(folder).open(folder);
  }

  /**
   * A trained model of one modality.
   *
   * @param type its class, for example {@code TextModel.class}
   * @throws InputException as {@link #open(Path)}, or if the model is of another modality
   */
  public static <M extends TrainedModel> M open(Path folder, Class<M> type) throws IOException {
    TrainedModel model = open(folder);
    if (!type.isInstance(model)) {
      throw new InputException(
          "%s: holds a model of kind %s, expected a %s"
              .formatted(folder, model.kind(), type.getSimpleName()));
    }
    return type.cast(model);
  }

  /** Names of the kinds of models on the class path, for example {@code text.gpt}. */
  public static List<String> kinds() {
    return ModelKinds.all().stream().map(ModelKind::name).toList();
  }
}
