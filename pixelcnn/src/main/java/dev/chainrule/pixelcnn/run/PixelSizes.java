package dev.chainrule.pixelcnn.run;

import dev.chainrule.pixelcnn.ImageOutput;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sizes of a network; null where the architecture's own hold.
 *
 * @param layers layers; residual blocks of each resolution of PixelCNN++
 * @param width units of a layer
 * @param kernel rows and columns of the gated model's convolutions after the first, odd
 * @param output distribution of a value
 * @param mixtures logistics, where that is the output
 * @param resolutions of PixelCNN++, each half of the one before
 * @param dropout probability of a zero in residual blocks of PixelCNN++
 */
public record PixelSizes(
    @Nullable Integer layers,
    @Nullable Integer width,
    @Nullable Integer kernel,
    ImageOutput.@Nullable Kind output,
    @Nullable Integer mixtures,
    @Nullable Integer resolutions,
    @Nullable Double dropout) {
  private static final int DEFAULT_MIXTURES = 5;
  private static final int DEFAULT_RESOLUTIONS = 3;

  /** Those that the architecture has by itself. */
  public static PixelSizes usual() {
    return new PixelSizes(null, null, null, null, null, null, null);
  }

  /** This many layers of this width. */
  public static PixelSizes of(int layers, int width) {
    return new PixelSizes(layers, width, null, null, null, null, null);
  }

  /** Those given of the sizes that only some architectures have. */
  List<String> special() {
    List<String> given = new ArrayList<>();
    if (kernel != null) {
      given.add("kernel");
    }
    if (resolutions != null) {
      given.add("resolutions");
    }
    if (dropout != null) {
      given.add("dropout");
    }
    return given;
  }

  int layers(int usual) {
    return layers == null ? usual : layers;
  }

  int width(int usual) {
    return width == null ? usual : width;
  }

  int kernel(int usual) {
    return kernel == null ? usual : kernel;
  }

  int numResolutions() {
    return resolutions == null ? DEFAULT_RESOLUTIONS : resolutions;
  }

  double dropout(double usual) {
    return dropout == null ? usual : dropout;
  }

  /** The wanted output, a softmax by default. */
  ImageOutput imageOutput() {
    return imageOutput(ImageOutput.Kind.SOFTMAX);
  }

  ImageOutput imageOutput(ImageOutput.Kind usual) {
    ImageOutput.Kind wanted = output == null ? usual : output;
    if (wanted == ImageOutput.Kind.SOFTMAX) {
      return new ImageOutput(wanted, mixtures == null ? 0 : mixtures);
    }
    return new ImageOutput(wanted, mixtures == null ? DEFAULT_MIXTURES : mixtures);
  }
}
