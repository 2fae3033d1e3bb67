package dev.chainrule.experiments.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KernelFileTest {
  private static final Path HOME = Path.of("/home/ann");

  @Test
  void itLiesWhereJupyterLooks() {
    assertThat(KernelFile.folder(name -> null, "Linux", HOME))
        .isEqualTo(Path.of("/home/ann/.local/share/jupyter/kernels/chainrule"));
    assertThat(KernelFile.folder(name -> null, "Mac OS X", HOME))
        .isEqualTo(Path.of("/home/ann/Library/Jupyter/kernels/chainrule"));
    assertThat(KernelFile.folder(Map.of("XDG_DATA_HOME", "/d")::get, "Linux", HOME))
        .isEqualTo(Path.of("/d/jupyter/kernels/chainrule"));
    assertThat(KernelFile.folder(Map.of("JUPYTER_DATA_DIR", "/j")::get, "Mac OS X", HOME))
        .isEqualTo(Path.of("/j/kernels/chainrule"));
  }

  @Test
  void theLauncherStartsTheKernelWithItsJarOnTheClassPath() {
    KernelFile file =
        KernelFile.of(Path.of("/my project"), Path.of("/jdk"), Path.of("/k/kernel.jar"));
    assertThat(file.argv())
        .startsWith("/my project/chainrule", "java")
        .endsWith(KernelMain.class.getName(), "{connection_file}");
    assertThat(file.env())
        .containsEntry("CHAINRULE_CLASSPATH", "/k/kernel.jar")
        .containsEntry("CHAINRULE_JAVA_HOME", "/jdk")
        .containsEntry("RJK_INIT_SCRIPT", "/my project/experiments/notebooks/init.jsh");
    assertThat(file.content()).containsKeys("argv", "display_name", "language", "interrupt_mode");
  }
}
