package dev.chainrule.pixelcnn.run;

import dev.chainrule.core.run.ModelKind;
import dev.chainrule.core.train.Checkpoint;
import dev.chainrule.pixelcnn.ImageBatch;
import dev.chainrule.pixelcnn.ImageModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/** The kind {@code pixelcnn}: every architecture of this module, told apart by its shape. */
public final class PixelKind implements ModelKind<PixelShape, ImageBatch> {
  @Override
  public String name() {
    return "pixelcnn";
  }

  @Override
  public Class<PixelShape> configuration() {
    return PixelShape.class;
  }

  /** The architecture is read first: by its name it says what the rest must be. */
  @Override
  public PixelShape configuration(Path folder, Checkpoint.Config config) {
    return PixelShape.parse(folder, config.model());
  }

  @Override
  public ImageModel create(PixelShape configuration) {
    return configuration.model();
  }

  @Override
  public Set<String> files() {
    return Set.of();
  }

  @Override
  public PixelModel open(Path folder) throws IOException {
    return PixelModel.open(folder);
  }
}
