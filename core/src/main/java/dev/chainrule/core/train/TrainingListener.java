package dev.chainrule.core.train;

/** Is told how training goes, on the training thread; in the manner of DL4J's listeners. */
public interface TrainingListener {
  /**
   * Before the first step of this run.
   *
   * @param step steps done before
   * @param limits when training ends
   */
  default void started(long step, TrainConfig.Limits limits) {}

  /**
   * After a step.
   *
   * @param step steps done
   * @param nll of the step's batch, nats per element
   * @param gradientNorm global norm before clipping
   */
  default void stepDone(long step, double nll, double gradientNorm, double learningRate) {}

  /**
   * After an evaluation.
   *
   * @param step steps done
   * @param validationNll held-out, nats per element
   * @param best whether it is the lowest so far
   */
  default void evaluated(long step, double validationNll, boolean best) {}

  /** After a checkpoint was written. */
  default void saved(long step) {}

  /**
   * Who hears of another network's training, after this one's and for the same model: by default of
   * its warnings alone, so that what is told of steps stays one network's.
   */
  default TrainingListener ofFurther() {
    TrainingListener self = this;
    return new TrainingListener() {
      @Override
      public void warned(String sentence) {
        self.warned(sentence);
      }
    };
  }

  /** Something the user should know, one sentence. */
  default void warned(String sentence) {}
}
