package dev.chainrule.experiments.training;

import dev.chainrule.core.run.Recipe;
import dev.chainrule.core.train.TrainConfig;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Options of a training run, the same for all modules; what is not given is as the recipe has it.
 */
public final class TrainingOptions {
  @Mixin private RecipeOptions recipe = new RecipeOptions();

  @Option(
      names = "--eval-every",
      paramLabel = "N",
      description = "Steps between evaluations (default: the recipe's).")
  private @Nullable Long evalEvery;

  @Option(
      names = "--patience",
      paramLabel = "N",
      description =
          "Stop after so many evaluations without progress, and keep the best model in OUT/best;"
              + " 0 for never.")
  private int patience;

  @Option(names = "--log-every", paramLabel = "N", description = "Steps between lines of metrics.")
  private @Nullable Long logEvery;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "N",
      description = "Steps between saves (default: the recipe's).")
  private @Nullable Long checkpointEvery;

  @Option(
      names = "--resume",
      description = "Go on with the run in --out, with its options; --steps may be raised.")
  private boolean resume;

  public boolean resume() {
    return resume;
  }

  /** Steps in all, where the user gave them. */
  public @Nullable Long steps() {
    return recipe.steps();
  }

  /**
   * The recipe of a new run.
   *
   * @param usual what holds where no option was given
   */
  public Recipe recipe(Recipe usual, long seed) {
    Recipe changed = recipe.recipe(usual, seed);
    TrainConfig training = changed.training();
    TrainConfig.Limits limits = training.limits();
    TrainConfig.Cadence cadence = training.cadence();
    return changed.with(
        training
            .withLimits(new TrainConfig.Limits(limits.steps(), limits.seconds(), patience))
            .withCadence(
                new TrainConfig.Cadence(
                    logEvery == null ? cadence.log() : logEvery,
                    evalEvery == null ? cadence.evaluate() : evalEvery,
                    checkpointEvery == null ? cadence.checkpoint() : checkpointEvery)));
  }

  /** What is needed to go on with a run: all as it was, but for how long. */
  public Recipe resumed(Recipe run) {
    return recipe.resumed(run);
  }
}
