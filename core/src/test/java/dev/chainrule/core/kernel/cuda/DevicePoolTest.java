package dev.chainrule.core.kernel.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.core.engine.DeviceMemoryException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DevicePoolTest {
  @Test
  void sizesAreRoundedUpToFourStepsForEachPowerOfTwo() {
    assertThat(DevicePool.sizeClass(0)).isEqualTo(256);
    assertThat(DevicePool.sizeClass(257)).isEqualTo(512);
    assertThat(DevicePool.sizeClass(1 << 20)).isEqualTo(1 << 20);
    assertThat(DevicePool.sizeClass((1 << 20) + 1)).isEqualTo(5 << 18);
    for (long bytes = 1; bytes < 1 << 20; bytes = bytes * 5 / 4 + 1) {
      long size = DevicePool.sizeClass(bytes);
      assertThat(size).isBetween(bytes, Math.max(256, bytes + bytes / 4 + 256));
      assertThat(size % DevicePool.ALIGNMENT).isZero();
      assertThat(DevicePool.sizeClass(size)).isEqualTo(size);
    }
  }

  @Test
  void whatComesBackIsUsedAgain() {
    StandIn standIn = StandIn.require();
    CudaRuntime runtime = CudaRuntime.load(new CudaLibraries(standIn.environment()));
    try (Gpu gpu = new Gpu(runtime, 0)) {
      long first = gpu.pool().take(1000);
      long second = gpu.pool().take(1000);
      assertThat(second).isNotEqualTo(first);
      gpu.pool().give(first, 1000);
      long asked = standIn.get("allocations");
      assertThat(gpu.pool().take(1020)).isEqualTo(first);
      assertThat(gpu.pool().take(1000)).isNotEqualTo(second);
      assertThat(standIn.get("allocations")).isEqualTo(asked);
    }
  }

  @Test
  void whenAllIsTakenALargerPieceServes() {
    StandIn standIn = StandIn.require();
    standIn.set("memory", 1 << 20);
    CudaRuntime runtime = CudaRuntime.load(new CudaLibraries(standIn.environment()));
    try (Gpu gpu = new Gpu(runtime, 0)) {
      long large = gpu.pool().take(3000);
      gpu.pool().give(large, 3000);
      standIn.set("memory", 0);
      Set<Long> taken = new HashSet<>();
      assertThatThrownBy(
              () -> {
                while (taken.size() < 1000) {
                  assertThat(taken.add(gpu.pool().take(256))).isTrue();
                }
              })
          .isInstanceOf(DeviceMemoryException.class)
          .hasMessageContaining("no room for 1 MB more");
      assertThat(taken).contains(large);
    } finally {
      standIn.set("memory", 1L << 40);
    }
  }
}
