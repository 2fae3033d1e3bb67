package dev.chainrule.core.run;

import dev.chainrule.base.InputException;
import dev.chainrule.core.train.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** The kinds of models on the class path. */
public final class ModelKinds {
  private ModelKinds() {}

  /** All of them, by name. */
  public static List<ModelKind<?, ?>> all() {
    List<ModelKind<?, ?>> kinds = new ArrayList<>();
    try {
      for (ModelKind<?, ?> kind : ServiceLoader.load(ModelKind.class)) {
        kinds.add(kind);
      }
    } catch (ServiceConfigurationError e) {
      throw new InputException("a kind of model cannot be loaded: " + e.getMessage(), e);
    }
    kinds.sort(Comparator.comparing(ModelKind::name));
    for (int i = 1; i < kinds.size(); i++) {
      if (kinds.get(i).name().equals(kinds.get(i - 1).name())) {
        throw new InputException(
            "%s and %s are both kinds of the name %s, expected one"
                .formatted(
                    kinds.get(i - 1).getClass().getName(),
                    kinds.get(i).getClass().getName(),
                    kinds.get(i).name()));
      }
    }
    return kinds;
  }

  /** Those of one modality, by name. */
  public static <K> List<K> all(Class<K> type) {
    return all().stream().filter(type::isInstance).map(type::cast).toList();
  }

  /**
   * The kind of the model in a folder, or in a file that another program wrote.
   *
   * @throws InputException if the folder holds no checkpoint, or one of a kind that is not known
   */
  public static ModelKind<?, ?> of(Path folder) throws IOException {
    return of(folder, ModelKind.class);
  }

  /**
   * The kind of the model of one modality in a folder.
   *
   * @throws InputException as {@link #of(Path)}, or if the model is of another modality
   */
  public static <K extends ModelKind<?, ?>> K of(Path folder, Class<K> type) throws IOException {
    List<K> known = all(type);
    for (K kind : known) {
      if (kind.opens(folder)) {
        return kind;
      }
    }
    String name = Checkpoint.kindOf(folder);
    for (K kind : known) {
      if (kind.name().equals(name)) {
        return kind;
      }
    }
    throw new InputException(
        "%s: holds a model of kind %s, expected one of %s; is its jar on the class path?"
            .formatted(folder, name, String.join(", ", known.stream().map(K::name).toList())));
  }
}
