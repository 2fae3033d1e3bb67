package dev.chainrule.pixelcnn.run;

import dev.chainrule.core.optim.AdamW;
import dev.chainrule.core.run.Recipe;
import dev.chainrule.core.run.ScheduleConfig;
import dev.chainrule.core.train.TrainConfig;
import dev.chainrule.pixelcnn.ImageFormat;
import dev.chainrule.pixelcnn.data.Binarisation;
import org.jspecify.annotations.Nullable;

/**
 * How a model of images is trained.
 *
 * @param architecture the network
 * @param sizes of it
 * @param images how they are read
 * @param classes whether it is conditioned on the images' classes
 * @param recipe batches, rates, length
 */
public record PixelTraining(
    Architecture architecture, PixelSizes sizes, Images images, boolean classes, Recipe recipe) {
  /**
   * How images are read.
   *
   * @param levels values of a channel, 2 to 256
   * @param binarisation how grey becomes levels
   * @param size rows and columns of a folder's images
   * @param grey whether a folder's images are made grey
   * @param holdOut image of the folder that is held out, where patches are cut; null for none
   * @param vectors CSV file of a vector for each image; null for none
   */
  public record Images(
      int levels,
      Binarisation binarisation,
      int size,
      boolean grey,
      @Nullable String holdOut,
      @Nullable String vectors) {
    /** Black and white, or a folder's images of 32 x 32 in colour brought to two levels. */
    public static Images usual() {
      return new Images(2, Binarisation.THRESHOLD, 32, false, null, null);
    }

    /** What a folder's images are made. */
    ImageFormat resize() {
      return new ImageFormat(size, size, grey ? 1 : 3, 256);
    }
  }

  public PixelTraining {
    if (classes && images.vectors() != null) {
      throw new IllegalArgumentException("classes and vectors, expected one of them");
    }
  }

  /** Gated PixelCNN of 7 layers of width 64, 2,000 steps of 16 images. */
  public static PixelTraining usual() {
    return new PixelTraining(
        Architecture.GATED,
        PixelSizes.usual(),
        Images.usual(),
        false,
        new Recipe(
            16,
            new ScheduleConfig(ScheduleConfig.Kind.COSINE, 2e-3, 2e-3 / 50, 50),
            new AdamW.Config(0.9, 0.999, 1e-8, 0),
            new TrainConfig(
                1,
                TrainConfig.Limits.steps(2000),
                new TrainConfig.Cadence(10, 500, 500),
                1,
                4,
                1.0,
                0.99)));
  }

  /** Another network. */
  public PixelTraining withArchitecture(Architecture other, PixelSizes otherSizes) {
    return new PixelTraining(other, otherSizes, images, classes, recipe);
  }

  /** The same network in other sizes. */
  public PixelTraining withSizes(PixelSizes other) {
    return new PixelTraining(architecture, other, images, classes, recipe);
  }

  /** Images read otherwise. */
  public PixelTraining withImages(Images other) {
    return new PixelTraining(architecture, sizes, other, classes, recipe);
  }

  /** Conditioned on the images' classes, or not. */
  public PixelTraining withClasses(boolean conditioned) {
    return new PixelTraining(architecture, sizes, images, conditioned, recipe);
  }

  /** This many optimiser steps. */
  public PixelTraining withSteps(long steps) {
    return withRecipe(recipe.withSteps(steps));
  }

  /** Other random numbers. */
  public PixelTraining withSeed(long seed) {
    return withRecipe(recipe.withSeed(seed));
  }

  /** Other batches, rates or length. */
  public PixelTraining withRecipe(Recipe other) {
    return new PixelTraining(architecture, sizes, images, classes, other);
  }
}
