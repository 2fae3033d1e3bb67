package dev.chainrule.spark;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;

class FailureTest {
  private static final String LOST =
      """
      Job aborted due to stage failure: ResultStage 1 (collect at SparkTraining.java:205) has failed \
      the maximum allowable number of times: 1. Most recent failure reason: Stage failed because \
      barrier task ResultTask(1, 0) finished unsuccessfully.
      ExecutorLostFailure (executor 1 exited caused by one of the running tasks) Reason: Command \
      exited with code 137
      """;

  @Test
  void aLostExecutorIsNamed() {
    assertThat(Failure.of(new SparkException(LOST)))
        .hasMessage("executor 1 was lost: Command exited with code 137");
  }

  @Test
  void whatATaskSaidOfItsInputComesFirst() {
    String both =
        LOST + "dev.chainrule.base.InputException: a.csv: line 2: found x, expected a number.\n";
    assertThat(Failure.of(new SparkException(both)))
        .hasMessage("a.csv: line 2: found x, expected a number.");
  }

  @Test
  void anythingElseIsOneLineOfItsOwnWords() {
    assertThat(Failure.of(new SparkException("the disk is full\n\tat Some.stack(Trace.java:1)")))
        .hasMessage("the disk is full.");
  }
}
