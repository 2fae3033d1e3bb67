package dev.chainrule.experiments.pixelcnn;

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

/** The models of images. Each says how the command's options become its shape. */
enum Architecture {
  /** Gated PixelCNN. */
  GATED("Gated PixelCNN", GatedPixelCnnConfig.class) {
    @Override
    boolean takes(String option) {
      return option.equals("--kernel");
    }

    @Override
    ImageModelConfig build(ModelOptions options, ImageFormat image, Condition condition) {
      int width = options.width(64);
      return new GatedPixelCnnConfig(
          image,
          options.layers(7),
          width,
          7,
          options.kernel(3),
          width,
          options.output(),
          condition.numClasses(),
          condition.vectorWidth());
    }
  },

  /** PixelCNN++. */
  PLUSPLUS("PixelCNN++", PixelCnnPlusPlusConfig.class) {
    @Override
    boolean takes(String option) {
      return option.equals("--resolutions") || option.equals("--dropout");
    }

    @Override
    ImageModelConfig build(ModelOptions options, ImageFormat image, Condition condition) {
      return new PixelCnnPlusPlusConfig(
          image,
          options.resolutions(),
          options.layers(2),
          options.width(32),
          options.output(ImageOutput.Kind.LOGISTICS),
          options.dropout(0.1),
          condition.classesAlone());
    }
  },

  /** PixelCNN of one stack; layers are residual blocks. */
  PLAIN("PixelCNN", PixelCnnConfig.class) {
    @Override
    ImageModelConfig build(ModelOptions options, ImageFormat image, Condition condition) {
      if (condition.classesAlone() > 0) {
        throw new IllegalArgumentException("the plain PixelCNN has no classes, expected none");
      }
      int width = options.width(32);
      return new PixelCnnConfig(image, options.layers(7), width, width, options.output());
    }
  },

  /** PixelRNN, row by row. */
  ROW_LSTM("PixelRNN, Row LSTM", PixelRnnConfig.class) {
    @Override
    ImageModelConfig build(ModelOptions options, ImageFormat image, Condition condition) {
      return recurrent(Recurrence.ROW_LSTM, options, image, condition);
    }
  },

  /** PixelRNN, diagonal by diagonal from two corners. */
  DIAGONAL_BILSTM("PixelRNN, Diagonal BiLSTM", PixelRnnConfig.class) {
    @Override
    ImageModelConfig build(ModelOptions options, ImageFormat image, Condition condition) {
      return recurrent(Recurrence.DIAGONAL_BILSTM, options, image, condition);
    }
  },

  /** A transformer over pixels. */
  TRANSFORMER("Image transformer", PixelTransformerConfig.class) {
    @Override
    ImageModelConfig build(ModelOptions options, ImageFormat image, Condition condition) {
      int width = options.width(64);
      int heads = Math.max(1, width / 32);
      return new PixelTransformerConfig(
          image, options.layers(4), heads, width, 0, options.output(), condition.classesAlone());
    }
  };

  /**
   * What each image is conditioned on.
   *
   * @param numClasses classes; 0 for none
   * @param vectorWidth values of a vector; 0 for none
   */
  record Condition(int numClasses, int vectorWidth) {
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
      Recurrence recurrence, ModelOptions options, ImageFormat image, Condition condition) {
    int units = options.width(16);
    return new PixelRnnConfig(
        image,
        recurrence,
        options.layers(7),
        units,
        2 * units,
        options.output(),
        condition.classesAlone());
  }

  private final String title;

  Architecture(String title, Class<? extends ImageModelConfig> configType) {
    this.title = title;
    this.configType = configType;
  }

  /** The name as its papers write it. */
  String title() {
    return title;
  }

  /** The record that holds its shape. */
  Class<? extends ImageModelConfig> configType() {
    return configType;
  }

  /**
   * Its shape.
   *
   * @param options as the user gave them
   * @param image what the images are like
   * @param condition what each image is conditioned on
   * @throws IllegalArgumentException if there is no such model
   */
  ImageModelConfig config(ModelOptions options, ImageFormat image, Condition condition) {
    for (String option : options.given()) {
      if (!takes(option)) {
        throw new IllegalArgumentException("%s: the model %s has none".formatted(option, this));
      }
    }
    return build(options, image, condition);
  }

  /** Whether an option that only some models have is one of this model's. */
  boolean takes(String option) {
    return false;
  }

  abstract ImageModelConfig build(ModelOptions options, ImageFormat image, Condition condition);

  /** The name as the user writes it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
