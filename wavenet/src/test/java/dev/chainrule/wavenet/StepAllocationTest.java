package dev.chainrule.wavenet;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.core.kernel.WeightFormat;
import dev.chainrule.core.model.Decoder;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A step allocates nothing once it is compiled, whatever ran in the JVM before: a vector that the
 * compiler lost from its registers would be an object.
 */
class StepAllocationTest {
  private static final int SAMPLES = 20;

  /** The compiler's last word on a format comes after about a second. */
  private static final long WARM_UP_NANOS = 1_200_000_000L;

  /** More time for it on a machine that does other work too. */
  private static final long PATIENCE_NANOS = 30_000_000_000L;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Test
  @Tag("slow")
  void noFormatOfWeightsAllocatesAfterTheOthers() {
    for (int streams : new int[] {1, 8}) {
      for (WeightFormat precision : WeightFormat.values()) {
        assertThat(bytesOfCompiledStep(streams, precision))
            .as("bytes of %d samples of %d streams, %s", SAMPLES, streams, precision)
            .isZero();
      }
    }
    assertThat(bytesOfCompiledStep(1, WeightFormat.FLOAT32)).isZero();
  }

  /** What a piece allocates after the warm-up: over until it is nothing, or patience ends. */
  private long bytesOfCompiledStep(int streams, WeightFormat precision) {
    WaveNetConfig config =
        WaveNetConfig.muLaw(16_000, new WaveNetConfig.Stack(3, 10, 2, 32, 32, 256));
    WaveNet model = new WaveNet(config);
    model.parameters().allocate(DType.FLOAT32, 1);
    WaveBatch room = WaveBatch.room(streams, Conditions.NONE, SAMPLES);
    Decoder decoder = model.decoder(Engines.open("vector", 1), room, precision);
    WaveGenerator generator = new WaveGenerator(decoder, config, 1, 1);
    int[][] codes = new int[streams][SAMPLES];
    long begun = System.nanoTime();
    long bytes;
    long nanos;
    do {
      long before = threads.getCurrentThreadAllocatedBytes();
      generator.generate(codes);
      bytes = threads.getCurrentThreadAllocatedBytes() - before;
      nanos = System.nanoTime() - begun;
    } while (nanos < WARM_UP_NANOS || (bytes > 0 && nanos < PATIENCE_NANOS));
    return bytes;
  }
}
