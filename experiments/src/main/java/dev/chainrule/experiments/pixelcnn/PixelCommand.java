package dev.chainrule.experiments.pixelcnn;

import picocli.CommandLine.Command;

/** {@code chainrule pixelcnn}. */
@Command(
    name = "pixelcnn",
    description = "Models of images, pixel by pixel.",
    subcommands = {
      PixelTrain.class,
      PixelEval.class,
      PixelSample.class,
      PixelComplete.class,
      PixelRecognise.class
    })
public final class PixelCommand {}
