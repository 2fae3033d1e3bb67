package dev.chainrule.experiments.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ShellWordTest {
  @Test
  void quotesWhatAShellWouldSplitOrExpand() {
    assertThat(ShellWord.of(Path.of("runs/größe_1"))).isEqualTo("runs/größe_1");
    assertThat(ShellWord.of(Path.of("my runs/$x"))).isEqualTo("'my runs/$x'");
    assertThat(ShellWord.of(Path.of("it's"))).isEqualTo("'it'\\''s'");
  }
}
