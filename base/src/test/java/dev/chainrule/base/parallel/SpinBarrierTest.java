package dev.chainrule.base.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class SpinBarrierTest {
  @Test
  void noThreadIsAPhaseAhead() {
    int threads = 3;
    int phases = 500;
    SpinBarrier barrier = new SpinBarrier(threads);
    AtomicIntegerArray done = new AtomicIntegerArray(phases);
    AtomicInteger early = new AtomicInteger();
    try (Workers workers = new Workers(threads)) {
      workers.run(
          worker -> {
            for (int phase = 0; phase < phases; phase++) {
              done.incrementAndGet(phase);
              barrier.await(worker);
              if (done.get(phase) != threads) {
                early.incrementAndGet();
              }
            }
          });
    }
    assertThat(early).hasValue(0);
  }

  @Test
  void aThreadThatFailsLeavesNoneWaiting() {
    SpinBarrier barrier = new SpinBarrier(2);
    try (Workers workers = new Workers(2)) {
      assertThatThrownBy(
              () ->
                  workers.run(
                      worker -> {
                        if (worker == 1) {
                          barrier.breakUp();
                          return;
                        }
                        barrier.await(worker);
                      }))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("another thread of this task failed");
    }
  }
}
