package dev.chainrule.experiments.bench;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.pixelcnn.ImageBatch;
import dev.chainrule.pixelcnn.ImageFormat;
import dev.chainrule.pixelcnn.ImageModel;
import dev.chainrule.pixelcnn.ImageOutput;
import dev.chainrule.pixelcnn.gated.GatedPixelCnn;
import dev.chainrule.pixelcnn.gated.GatedPixelCnnConfig;
import dev.chainrule.pixelcnn.plain.PixelCnn;
import dev.chainrule.pixelcnn.plain.PixelCnnConfig;
import dev.chainrule.pixelcnn.plusplus.PixelCnnPlusPlus;
import dev.chainrule.pixelcnn.plusplus.PixelCnnPlusPlusConfig;

/** The models of images that are measured, their data and their arithmetic. */
enum PixelNetwork {
  /** Gated PixelCNN, 7 layers of 64 units, 28 x 28 binary images. */
  GATED("gated7x64", "layer\\.0\\.(vertical|horizontal)\\.weight") {
    @Override
    ImageModel model() {
      return new GatedPixelCnn(GatedPixelCnnConfig.small(new ImageFormat(28, 28, 1, 2), 0));
    }
  },

  /** PixelCNN of one stack, 7 residual blocks of 64 units, 28 x 28 binary images. */
  PLAIN("plain7x64", "first\\.weight") {
    @Override
    ImageModel model() {
      ImageFormat image = new ImageFormat(28, 28, 1, 2);
      return new PixelCnn(new PixelCnnConfig(image, 7, 64, 64, ImageOutput.softmax()));
    }
  },

  /** PixelCNN++, 3 resolutions of 2 blocks of 32 units, 32 x 32 images of three channels. */
  PLUSPLUS("plusplus2x32", "start\\..*\\.direction") {
    @Override
    ImageModel model() {
      ImageFormat image = new ImageFormat(32, 32, 3, 256);
      return new PixelCnnPlusPlus(
          new PixelCnnPlusPlusConfig(image, 3, 2, 32, ImageOutput.logistics(5), 0, 0));
    }
  };

  private final String label;
  private final String imageParameters;

  PixelNetwork(String label, String imageParameters) {
    this.label = label;
    this.imageParameters = imageParameters;
  }

  /** As it stands in a benchmark's name. */
  String label() {
    return label;
  }

  /** A new model, its parameters declared. */
  abstract ImageModel model();

  /** Whether the peers' script has this network. */
  boolean hasPeer() {
    return this == GATED;
  }

  /** The images that the peer's {@code images_of} makes too: pseudo-random levels. */
  ImageBatch images(int batchSize) {
    return images(model().format(), batchSize);
  }

  /** Images of pseudo-random levels in a format. */
  static ImageBatch images(ImageFormat format, int batchSize) {
    Tensor elements = Tensor.zeros(DType.INT32, batchSize, format.dimensions());
    for (long i = 0; i < elements.size(); i++) {
      elements.set(i, (int) (((i * 2_654_435_761L) & 0xFFFF_FFFFL) >>> 16) % format.levels());
    }
    return new ImageBatch(elements, null);
  }

  /** Multiplications of an image's forward pass: each weight at each place of its resolution. */
  double products() {
    return products(model());
  }

  /** Multiplications of an image's forward pass through one of these networks, in any size. */
  static double products(ImageModel network) {
    double sum = 0;
    for (Parameter parameter : network.parameters().all()) {
      String name = parameter.name();
      if (name.endsWith(".weight") || name.endsWith(".direction")) {
        sum += parameter.size() * places(network.format(), name);
      }
    }
    return sum;
  }

  /** Those of the first layers, which read the image, of which no gradient is taken. */
  double imageProducts() {
    ImageModel network = model();
    double sum = 0;
    for (Parameter parameter : network.parameters().all()) {
      String name = parameter.name();
      sum += name.matches(imageParameters) ? parameter.size() * places(network.format(), name) : 0;
    }
    return sum;
  }

  private static double places(ImageFormat format, String parameter) {
    double places = (double) format.height() * format.width();
    if (parameter.startsWith("resolution.")) {
      int resolution = Integer.parseInt(parameter.split("\\.", 3)[1]);
      return places / Math.pow(4, resolution);
    }
    return places;
  }
}
