package dev.chainrule.experiments.pixelcnn;

import dev.chainrule.pixelcnn.ImageOutput;
import dev.chainrule.pixelcnn.run.PixelSizes;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that shape a model; what is not given is the architecture's own default. */
final class ModelOptions {
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

  /** The sizes that were given. */
  PixelSizes sizes() {
    return new PixelSizes(layers, width, kernel, kind, mixtures, resolutions, dropout);
  }
}
