package dev.chainrule.core.kernel.cuda;

import dev.chainrule.core.array.Tensor;

/** Likelihoods of discretised mixtures of logistics. */
final class Mixtures {
  private final Gpu gpu;
  private final Kernel logistic;
  private final Kernel logisticBackward;
  private final Kernel pixel;
  private final Kernel pixelConditionals;
  private final Kernel pixelBackward;

  Mixtures(Gpu gpu) {
    this.gpu = gpu;
    logistic = kernel("logistic_mixture");
    logisticBackward = kernel("logistic_mixture_backward");
    pixel = kernel("pixel_mixture");
    pixelConditionals = kernel("pixel_mixture_conditionals");
    pixelBackward = kernel("pixel_mixture_backward");
  }

  private Kernel kernel(String name) {
    return new Kernel(gpu, "mixture", name, 64);
  }

  void logistic(Tensor nll, Tensor parameters, Tensor targets, int levels, double minLogScale) {
    forward(logistic, nll, parameters, targets, 3, levels, minLogScale);
  }

  void logisticBackward(
      Tensor dParameters,
      boolean accumulate,
      Tensor dNll,
      Tensor parameters,
      Tensor targets,
      int levels,
      double minLogScale) {
    Launch launch = logisticBackward.launch().floats(dParameters).flag(accumulate).floats(dNll);
    finish(launch, parameters, targets, 3, levels, minLogScale);
  }

  void pixel(Tensor nll, Tensor parameters, Tensor targets, int levels, double minLogScale) {
    forward(pixel, nll, parameters, targets, 10, levels, minLogScale);
  }

  void pixelConditionals(
      Tensor conditionals, Tensor parameters, Tensor targets, int levels, double minLogScale) {
    forward(pixelConditionals, conditionals, parameters, targets, 10, levels, minLogScale);
  }

  void pixelBackward(
      Tensor dParameters,
      boolean accumulate,
      Tensor dNll,
      Tensor parameters,
      Tensor targets,
      int levels,
      double minLogScale) {
    Launch launch = pixelBackward.launch().floats(dParameters).flag(accumulate).floats(dNll);
    finish(launch, parameters, targets, 10, levels, minLogScale);
  }

  private static void forward(
      Kernel kernel,
      Tensor out,
      Tensor parameters,
      Tensor targets,
      int perComponent,
      int levels,
      double minLogScale) {
    finish(kernel.launch().floats(out), parameters, targets, perComponent, levels, minLogScale);
  }

  private static void finish(
      Launch launch,
      Tensor parameters,
      Tensor targets,
      int perComponent,
      int levels,
      double minLogScale) {
    long rows = parameters.rows();
    launch
        .floats(parameters)
        .ints(targets)
        .integer(parameters.dim(-1) / perComponent)
        .integer(levels)
        .precise(1.0 / (levels - 1))
        .precise(minLogScale)
        .wide(rows)
        .each(rows);
  }
}
