package dev.chainrule.text.gpt;

import dev.chainrule.core.testkit.ConfigFuzz;
import org.junit.jupiter.api.Test;

class GptConfigFuzzTest {
  @Test
  void configurations() {
    GptConfig config = new GptConfig(59, 16, 2, 2, 16, 0.1, true, false);
    ConfigFuzz.run("gpt-config", config, GptConfig.class, Gpt::new);
  }
}
