package dev.chainrule.experiments.pixelcnn;

import dev.chainrule.pixelcnn.ImageOutput;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that shape a model; what is not given is the architecture's own default. */
final class ModelOptions {
  private static final int DEFAULT_MIXTURES = 5;
  private static final int DEFAULT_RESOLUTIONS = 3;

  @Option(
      names = "--layers",
      paramLabel = "N",
      description =
          "Layers; residual blocks of each resolution of plusplus (default: as the model has"
              + " them).")
  @Nullable Integer layers;

  @Option(
      names = "--width",
      paramLabel = "N",
      description = "Units of a layer (default: as the model has them).")
  @Nullable Integer width;

  @Option(
      names = "--kernel",
      paramLabel = "N",
      description = "Rows and columns of the gated model's convolutions after the first, odd (3).")
  @Nullable Integer kernel;

  @Option(
      names = "--output",
      description =
          "Distribution of a value: ${COMPLETION-CANDIDATES} (default: as the model has it).")
  ImageOutput.@Nullable Kind kind;

  @Option(
      names = "--mixtures",
      paramLabel = "N",
      description = "Logistics of --output logistics (default: 5).")
  @Nullable Integer mixtures;

  @Option(
      names = "--resolutions",
      paramLabel = "N",
      description = "Resolutions of plusplus, each half of the one before (default: 3).")
  @Nullable Integer resolutions;

  @Option(
      names = "--dropout",
      paramLabel = "P",
      description = "Probability of a zero in residual blocks of plusplus (default: 0.1).")
  @Nullable Double dropout;

  /** Those of the options that only some models have which were given. */
  List<String> given() {
    List<String> given = new ArrayList<>();
    if (kernel != null) {
      given.add("--kernel");
    }
    if (resolutions != null) {
      given.add("--resolutions");
    }
    if (dropout != null) {
      given.add("--dropout");
    }
    return given;
  }

  int resolutions() {
    return resolutions == null ? DEFAULT_RESOLUTIONS : resolutions;
  }

  double dropout(double byDefault) {
    return dropout == null ? byDefault : dropout;
  }

  int layers(int byDefault) {
    return layers == null ? byDefault : layers;
  }

  int width(int byDefault) {
    return width == null ? byDefault : width;
  }

  int kernel(int byDefault) {
    return kernel == null ? byDefault : kernel;
  }

  /** The wanted output, a softmax by default. */
  ImageOutput output() {
    return output(ImageOutput.Kind.SOFTMAX);
  }

  ImageOutput output(ImageOutput.Kind byDefault) {
    ImageOutput.Kind wanted = kind == null ? byDefault : kind;
    if (wanted == ImageOutput.Kind.SOFTMAX) {
      return new ImageOutput(wanted, mixtures == null ? 0 : mixtures);
    }
    return new ImageOutput(wanted, mixtures == null ? DEFAULT_MIXTURES : mixtures);
  }
}
