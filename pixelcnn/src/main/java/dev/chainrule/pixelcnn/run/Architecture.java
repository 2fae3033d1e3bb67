package dev.chainrule.pixelcnn.run;

import dev.chainrule.pixelcnn.ImageFormat;
import dev.chainrule.pixelcnn.ImageModelConfig;
import dev.chainrule.pixelcnn.ImageOutput;
import dev.chainrule.pixelcnn.gated.GatedPixelCnnConfig;
import dev.chainrule.pixelcnn.plain.PixelCnnConfig;
import dev.chainrule.pixelcnn.plusplus.PixelCnnPlusPlusConfig;
import dev.chainrule.pixelcnn.rnn.PixelRnnConfig;
import dev.chainrule.pixelcnn.rnn.PixelRnnConfig.Recurrence;
import dev.chainrule.pixelcnn.transformer.PixelTransformerConfig;
import java.util.Locale;

/** The models of images. Each says how sizes become its shape. */
public enum Architecture {
  /** Gated PixelCNN. */
  GATED("Gated PixelCNN", GatedPixelCnnConfig.class) {
    @Override
    boolean takes(String option) {
      return option.equals("kernel");
    }

    @Override
    ImageModelConfig build(PixelSizes sizes, ImageFormat image, Condition condition) {
      int width = sizes.width(64);
      return new GatedPixelCnnConfig(
          image,
          sizes.layers(7),
          width,
          7,
          sizes.kernel(3),
          width,
          sizes.imageOutput(),
          condition.numClasses(),
          condition.vectorWidth());
    }
  },

  /** PixelCNN++. */
  PLUSPLUS("PixelCNN++", PixelCnnPlusPlusConfig.class) {
    @Override
    boolean takes(String option) {
      return option.equals("resolutions") || option.equals("dropout");
    }

    @Override
    ImageModelConfig build(PixelSizes sizes, ImageFormat image, Condition condition) {
      return new PixelCnnPlusPlusConfig(
          image,
          sizes.numResolutions(),
          sizes.layers(2),
          sizes.width(32),
          sizes.imageOutput(ImageOutput.Kind.LOGISTICS),
          sizes.dropout(0.1),
          condition.classesAlone());
    }
  },

  /** PixelCNN of one stack; layers are residual blocks. */
  PLAIN("PixelCNN", PixelCnnConfig.class) {
    @Override
    ImageModelConfig build(PixelSizes sizes, ImageFormat image, Condition condition) {
      if (condition.classesAlone() > 0) {
        throw new IllegalArgumentException("the plain PixelCNN has no classes, expected none");
      }
      int width = sizes.width(32);
      return new PixelCnnConfig(image, sizes.layers(7), width, width, sizes.imageOutput());
    }
  },

  /** PixelRNN, row by row. */
  ROW_LSTM("PixelRNN, Row LSTM", PixelRnnConfig.class) {
    @Override
    ImageModelConfig build(PixelSizes sizes, ImageFormat image, Condition condition) {
      return recurrent(Recurrence.ROW_LSTM, sizes, image, condition);
    }
  },

  /** PixelRNN, diagonal by diagonal from two corners. */
  DIAGONAL_BILSTM("PixelRNN, Diagonal BiLSTM", PixelRnnConfig.class) {
    @Override
    ImageModelConfig build(PixelSizes sizes, ImageFormat image, Condition condition) {
      return recurrent(Recurrence.DIAGONAL_BILSTM, sizes, image, condition);
    }
  },

  /** A transformer over pixels. */
  TRANSFORMER("Image transformer", PixelTransformerConfig.class) {
    @Override
    ImageModelConfig build(PixelSizes sizes, ImageFormat image, Condition condition) {
      int width = sizes.width(64);
      int heads = Math.max(1, width / 32);
      return new PixelTransformerConfig(
          image, sizes.layers(4), heads, width, 0, sizes.imageOutput(), condition.classesAlone());
    }
  };

  /**
   * What each image is conditioned on.
   *
   * @param numClasses classes; 0 for none
   * @param vectorWidth values of a vector; 0 for none
   */
  public record Condition(int numClasses, int vectorWidth) {
    /** The number of classes, for a model that cannot be conditioned on vectors. */
    int classesAlone() {
      if (vectorWidth > 0) {
        throw new IllegalArgumentException("vectors, expected the gated model for them");
      }
      return numClasses;
    }
  }

  private final Class<? extends ImageModelConfig> configType;

  private static ImageModelConfig recurrent(
      Recurrence recurrence, PixelSizes sizes, ImageFormat image, Condition condition) {
    int units = sizes.width(16);
    return new PixelRnnConfig(
        image,
        recurrence,
        sizes.layers(7),
        units,
        2 * units,
        sizes.imageOutput(),
        condition.classesAlone());
  }

  private final String title;

  Architecture(String title, Class<? extends ImageModelConfig> configType) {
    this.title = title;
    this.configType = configType;
  }

  /** The name as its papers write it. */
  public String title() {
    return title;
  }

  /** The record that holds its shape. */
  public Class<? extends ImageModelConfig> configType() {
    return configType;
  }

  /**
   * Its shape.
   *
   * @param sizes as the user gave them
   * @param image what the images are like
   * @param condition what each image is conditioned on
   * @throws IllegalArgumentException if there is no such model
   */
  public ImageModelConfig config(PixelSizes sizes, ImageFormat image, Condition condition) {
    for (String option : sizes.special()) {
      if (!takes(option)) {
        throw new IllegalArgumentException(
            "%s is set, but the model %s has none".formatted(option, this));
      }
    }
    return build(sizes, image, condition);
  }

  /** Whether an option that only some models have is one of this model's. */
  boolean takes(String option) {
    return false;
  }

  abstract ImageModelConfig build(PixelSizes sizes, ImageFormat image, Condition condition);

  /** The name as the user writes it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
