package dev.chainrule.experiments.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class MemoryGateTest {
  private final AtomicLong used = new AtomicLong(100);

  @Test
  void theSecondRunWaitsUntilTheFirstWasSeenAndThenForRoom() throws Exception {
    MemoryGate gate = new MemoryGate(250, used::get);
    MemoryGate.Pass first = gate.enter();
    CountDownLatch second = entrant(gate);
    assertThat(second.await(100, TimeUnit.MILLISECONDS)).as("nobody knows what it takes").isFalse();
    used.set(150);
    first.grown();
    assertThat(second.await(10, TimeUnit.SECONDS)).as("50 more are 200 of 250").isTrue();
    used.set(210);
    CountDownLatch third = entrant(gate);
    assertThat(third.await(100, TimeUnit.MILLISECONDS)).as("50 more are 260").isFalse();
    used.set(160);
    first.close();
    assertThat(third.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aRunAloneGoesHoweverMuchThereIs() throws Exception {
    used.set(1000);
    MemoryGate gate = new MemoryGate(10, used::get);
    gate.enter().close();
    gate.enter().close();
  }

  private static CountDownLatch entrant(MemoryGate gate) {
    CountDownLatch entered = new CountDownLatch(1);
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                gate.enter();
                entered.countDown();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    return entered;
  }
}
