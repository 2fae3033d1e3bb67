package dev.chainrule.core.run;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import dev.chainrule.core.train.Checkpoint;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * By which a run can be repeated or resumed, beside the model's shape: where its data came from, a
 * record of the modality's own, and how it was trained. In {@code config.json} both are one object.
 *
 * @param <D> the modality's record
 */
public record StoredOptions<D>(D data, Recipe recipe) {

  /** The options in a checkpoint. */
  public static <D> StoredOptions<D> parse(Path folder, JsonNode json, Class<D> dataType) {
    if (!(json instanceof ObjectNode object)) {
      throw new InputException(
          folder.resolve("config.json") + ": options are no object, expected how it was trained");
    }
    ObjectNode data = object.deepCopy();
    ObjectNode recipe = data.objectNode();
    for (String key : Recipe.KEYS) {
      JsonNode value = data.remove(key);
      if (value != null) {
        recipe.set(key, value);
      }
    }
    return new StoredOptions<>(part(folder, data, dataType), part(folder, recipe, Recipe.class));
  }

  /**
   * The options of the run that a checkpoint holds.
   *
   * @throws InputException if it was not trained here, or only converted
   */
  public static <D> StoredOptions<D> of(Path folder, Checkpoint.Config config, Class<D> dataType) {
    return parse(folder, requireTraining(folder, config).options(), dataType);
  }

  /** The state of training that a checkpoint holds. */
  public static Checkpoint.Training requireTraining(Path folder, Checkpoint.Config config) {
    Checkpoint.Training training = config.training();
    if (training == null) {
      throw new InputException(folder + ": holds no state of training, nothing to resume");
    }
    return training;
  }

  /** A part of {@code config.json} as a record. */
  public static <T> T part(Path folder, JsonNode node, Class<T> type) {
    return Json.parse(node.toString(), folder.resolve("config.json").toString(), type);
  }

  /** As {@code config.json} has them. */
  JsonNode json() {
    ObjectNode json = Json.mapper().valueToTree(data);
    json.setAll((ObjectNode) Json.mapper().valueToTree(recipe));
    return json;
  }

  /** The same data, trained otherwise. */
  public StoredOptions<D> with(Recipe other) {
    return new StoredOptions<>(data, other);
  }
}
