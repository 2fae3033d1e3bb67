package dev.chainrule.experiments.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CpuTest {
  @Test
  void theFirstProcessorsNameAndArithmeticFeaturesAreRead() {
    Cpu cpu =
        Cpu.parse(
            List.of(
                "processor\t: 0",
                "model\t\t: 2",
                "model name\t: Some CPU @ 2.0GHz",
                "flags\t\t: fpu sse4_2 avx avx2 clwb avx512f",
                "",
                "processor\t: 1",
                "model name\t: Another"));
    assertThat(cpu)
        .isEqualTo(new Cpu("Some CPU @ 2.0GHz", List.of("sse4_2", "avx", "avx2", "avx512f")));
  }

  @Test
  void armListsItsFeaturesUnderAnotherName() {
    Cpu cpu = Cpu.parse(List.of("processor\t: 0", "Features\t: fp asimd sve"));
    assertThat(cpu.features()).containsExactly("asimd", "sve");
  }
}
