package dev.chainrule.pixelcnn.run;

import dev.chainrule.base.InputException;
import dev.chainrule.core.run.StoredOptions;
import dev.chainrule.pixelcnn.ImageFormat;
import dev.chainrule.pixelcnn.ImageModel;
import dev.chainrule.pixelcnn.ImageModelConfig;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;

/**
 * Which model of images, and its sizes, as {@code config.json} has them.
 *
 * @param architecture the model
 * @param config its shape, a record of {@link Architecture#configType}
 */
public record PixelShape(Architecture architecture, ImageModelConfig config) {
  /** What is read first: by its name the model says what the rest must be. */
  private record Named(Architecture architecture, JsonNode config) {}

  static PixelShape parse(Path folder, JsonNode json) {
    Named named = StoredOptions.part(folder, json, Named.class);
    if (named.architecture == null || named.config == null) {
      throw new InputException(
          folder.resolve("config.json") + ": expected architecture and config of the model");
    }
    Architecture architecture = named.architecture;
    return new PixelShape(
        architecture, StoredOptions.part(folder, named.config, architecture.configType()));
  }

  /** What its images are like. */
  public ImageFormat image() {
    return config.image();
  }

  /** A model of this shape, its parameters declared. */
  public ImageModel model() {
    return config.model();
  }
}
