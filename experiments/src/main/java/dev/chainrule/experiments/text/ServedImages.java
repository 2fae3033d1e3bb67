package dev.chainrule.experiments.text;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.pixelcnn.ImageFormat;
import dev.chainrule.pixelcnn.ImageModel;
import dev.chainrule.pixelcnn.ImageSampler;
import dev.chainrule.pixelcnn.data.ImageGrid;
import dev.chainrule.pixelcnn.run.PixelModel;
import dev.chainrule.text.openai.Media;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import javax.imageio.ImageIO;

/** A model of images beside a served one of text. */
record ServedImages(String name, PixelModel model) implements Media.Images {
  ServedImages {
    if (model.network().vectorWidth() > 0) {
      throw new InputException(
          "%s: a model conditioned on vectors, which no request gives, expected one without"
              .formatted(name));
    }
  }

  @Override
  public String size() {
    ImageFormat format = model.network().format();
    return format.width() + "x" + format.height();
  }

  @Override
  public List<byte[]> draw(
      int count, long seed, double temperature, OptionalInt label, BooleanSupplier cancelled)
      throws IOException {
    ImageModel network = model.network();
    int classes = network.numClasses();
    if (label.isPresent() && label.getAsInt() >= classes) {
      throw new IllegalArgumentException(
          classes == 0
              ? "class %d, expected none: the model has no classes".formatted(label.getAsInt())
              : "class %d, expected 0 to %d".formatted(label.getAsInt(), classes - 1));
    }
    Tensor labels = ImageModel.labels(count, classes, label.isPresent() ? label.getAsInt() : null);
    ImageSampler.Request request = ImageSampler.Request.whole(network.format(), labels, seed);
    List<byte[]> files = new ArrayList<>();
    for (ImageSampler.Sample sample : model.draw(request, temperature, values -> {}, cancelled)) {
      ByteArrayOutputStream png = new ByteArrayOutputStream();
      ImageIO.write(ImageGrid.image(sample.levels(), network.format()), "png", png);
      files.add(png.toByteArray());
    }
    return files;
  }
}
