package dev.chainrule.experiments.pixelcnn;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.pixelcnn.ImageModel;
import dev.chainrule.pixelcnn.data.ConditionFile;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options that say what images are drawn of. */
final class ConditionOptions {
  @Option(
      names = "--class",
      paramLabel = "C",
      description = "The class of all images (default: all classes in turn).")
  @Nullable Integer label;

  @Option(
      names = "--vectors",
      paramLabel = "FILE",
      description = "Vectors to draw images of: CSV, a line of numbers each, taken in turn.")
  @Nullable Path vectors;

  @Spec(Spec.Target.MIXEE)
  CommandSpec command = CommandSpec.create();

  /**
   * The condition of each image.
   *
   * @return classes [n], int32, or vectors [n, D], float32
   * @throws ParameterException if the model is not conditioned so
   */
  Tensor of(ImageModel model, int n) throws IOException {
    return model.vectorWidth() == 0 ? classes(model, n) : vectors(model, n);
  }

  private Tensor classes(ImageModel model, int n) {
    int numClasses = model.numClasses();
    if (vectors != null) {
      throw badOption("--vectors", vectors, "nothing, the model has no vectors");
    }
    Integer wanted = label;
    if (wanted != null && (wanted < 0 || wanted >= numClasses)) {
      throw badOption(
          "--class",
          wanted,
          numClasses == 0 ? "nothing, the model has no classes" : "0 to " + (numClasses - 1));
    }
    return ImageModel.labels(n, numClasses, wanted);
  }

  private ParameterException badOption(String option, Object found, String expected) {
    return new ParameterException(
        command.commandLine(), option + ": found " + found + ", expected " + expected + ".");
  }

  private Tensor vectors(ImageModel model, int n) throws IOException {
    int width = model.vectorWidth();
    if (label != null) {
      throw badOption("--class", label, "nothing, the model is conditioned on vectors");
    }
    if (vectors == null) {
      throw badOption("--vectors", "nothing", "a file of vectors of %d values".formatted(width));
    }
    Tensor lines = ConditionFile.read(vectors);
    if (lines.dim(1) != width) {
      throw new InputException(
          "%s:1: %d values, expected the model's %d".formatted(vectors, lines.dim(1), width));
    }
    Tensor chosen = Tensor.zeros(DType.FLOAT32, n, width);
    for (int i = 0; i < n; i++) {
      int line = i % lines.dim(0);
      chosen.slice(i, i + 1).copyFrom(lines.slice(line, line + 1));
    }
    return chosen;
  }
}
