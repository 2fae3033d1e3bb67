package dev.chainrule.experiments.bench;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.safetensors.SafetensorsWriter;
import dev.chainrule.pixelcnn.ImageBatch;
import dev.chainrule.pixelcnn.ImageFormat;
import dev.chainrule.pixelcnn.gated.GatedPixelCnn;
import dev.chainrule.pixelcnn.gated.GatedPixelCnnConfig;
import java.io.IOException;
import java.nio.file.Path;

/** What the benchmarks of Gated PixelCNN share: the model, its data and its arithmetic. */
final class PixelBatch {
  /** 28 x 28 binary images; 7 layers of 64 units. */
  static final GatedPixelCnnConfig GATED_7X64 =
      GatedPixelCnnConfig.small(new ImageFormat(28, 28, 1, 2), 0);

  private PixelBatch() {}

  /** The images that the peer's {@code images_of} makes too: pseudo-random levels. */
  static ImageBatch images(int batchSize) {
    ImageFormat format = GATED_7X64.image();
    Tensor elements = Tensor.zeros(DType.INT32, batchSize, format.dimensions());
    for (long i = 0; i < elements.size(); i++) {
      elements.set(i, (int) (((i * 2_654_435_761L) & 0xFFFF_FFFFL) >>> 16) % format.levels());
    }
    return new ImageBatch(elements, null);
  }

  /** Weights that take part in a product for every pixel. */
  static double productWeights() {
    double sum = 0;
    for (Parameter parameter : new GatedPixelCnn(GATED_7X64).parameters().all()) {
      sum += parameter.name().endsWith(".weight") ? parameter.size() : 0;
    }
    return sum;
  }

  /** Weights of the first layer that read the image, of which no gradient is taken. */
  static double imageWeights() {
    double sum = 0;
    for (Parameter parameter : new GatedPixelCnn(GATED_7X64).parameters().all()) {
      boolean reads = parameter.name().matches("layer\\.0\\.(vertical|horizontal)\\.weight");
      sum += reads ? parameter.size() : 0;
    }
    return sum;
  }

  /** Writes the first weights that follow from a seed. */
  static void writeWeights(Path file, long seed) throws IOException {
    Parameters parameters = new GatedPixelCnn(GATED_7X64).parameters();
    parameters.allocate(DType.FLOAT32, seed);
    SafetensorsWriter writer = new SafetensorsWriter();
    parameters.views(parameters.values()).forEach(writer::add);
    writer.write(file);
  }
}
