package dev.chainrule.experiments.pixelcnn;

import dev.chainrule.base.io.Json;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.train.Checkpoint;
import dev.chainrule.pixelcnn.ImageModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A model read from its folder.
 *
 * @param shape what it is
 * @param model with the weights to use
 * @param run how it was trained; null where the checkpoint does not say
 */
record PixelModel(PixelShape shape, ImageModel model, @Nullable PixelRun run) {
  static final String KIND = "pixelcnn";

  static PixelModel load(Path folder) throws IOException {
    Checkpoint checkpoint = new Checkpoint(folder, KIND, Set.of());
    Checkpoint.Config config = checkpoint.config();
    PixelShape shape = PixelShape.parse(folder, config.model());
    ImageModel model = checkpoint.construct(shape::model);
    model.parameters().allocate(DType.FLOAT32, 0);
    checkpoint.readModel(model.parameters());
    Checkpoint.Training training = config.training();
    PixelRun run = training == null ? null : parse(folder, training.options(), PixelRun.class);
    return new PixelModel(shape, model, run);
  }

  /** A record from a part of the checkpoint's configuration. */
  static <T> T parse(Path folder, JsonNode json, Class<T> type) {
    return Json.parse(json.toString(), folder.resolve("config.json").toString(), type);
  }
}
