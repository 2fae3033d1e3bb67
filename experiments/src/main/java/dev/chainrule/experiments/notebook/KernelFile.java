package dev.chainrule.experiments.notebook;

import dev.chainrule.core.data.PublicFile;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The {@code kernel.json} by which Jupyter starts rapaio's kernel for Java: by the project's
 * launcher, which finds the JDK, builds what is newer than the last build, and knows class path,
 * flags and the environment of the native libraries.
 *
 * @see <a href="https://github.com/padreati/rapaio-jupyter-kernel">rapaio-jupyter-kernel</a>
 */
record KernelFile(List<String> argv, Map<String, String> env) {
  /** Of this name is the folder of the kernel, and what notebooks ask for. */
  static final String NAME = "chainrule";

  static final String FILE = "kernel.json";
  private static final String VERSION = "3.0.1";
  private static final String JAR =
      "io/github/padreati/rapaio-jupyter-kernel/%1$s/rapaio-jupyter-kernel-%1$s.jar"
          .formatted(VERSION);

  /** What is downloaded: its path below Maven's local repository is that below Maven Central. */
  static final PublicFile KERNEL =
      new PublicFile(
          "rapaio-jupyter-kernel " + VERSION,
          JAR,
          URI.create("https://repo1.maven.org/maven2/" + JAR),
          13_820_892,
          "cffac185dafff9a4d62ffdbeb357822b56931c41421c576314a84d3605addd09",
          "MIT");

  /**
   * The file of a project.
   *
   * @param project the folder with the launcher
   * @param jdk the JDK that runs the kernel
   * @param jar the kernel
   */
  static KernelFile of(Path project, Path jdk, Path jar) {
    return new KernelFile(
        List.of(
            project.resolve("chainrule").toString(),
            "java",
            "-Djava.awt.headless=true",
            KernelMain.class.getName(),
            "{connection_file}"),
        Map.of(
            "CHAINRULE_JAVA_HOME",
            jdk.toString(),
            "CHAINRULE_CLASSPATH",
            jar.toString(),
            "RJK_INIT_SCRIPT",
            project.resolve("experiments/notebooks/init.jsh").toString(),
            "RJK_COMPILER_OPTIONS",
            "",
            "RJK_TIMEOUT_MILLIS",
            "-1"));
  }

  /** What {@code kernel.json} holds. */
  Map<String, Object> content() {
    Map<String, Object> content = new LinkedHashMap<>();
    content.put("argv", argv);
    content.put("display_name", "Java (Chainrule)");
    content.put("language", "java");
    content.put("interrupt_mode", "message");
    content.put("env", env);
    return content;
  }

  /**
   * Where Jupyter looks for the kernels of a user.
   *
   * @param environment variables by their names
   * @param system the name of the operating system
   */
  static Path folder(UnaryOperator<@Nullable String> environment, String system, Path home) {
    String given = environment.apply("JUPYTER_DATA_DIR");
    if (given != null && !given.isEmpty()) {
      return Path.of(given, "kernels", NAME);
    }
    if (system.toLowerCase(Locale.ROOT).contains("mac")) {
      return home.resolve(Path.of("Library", "Jupyter", "kernels", NAME));
    }
    String xdg = environment.apply("XDG_DATA_HOME");
    Path data =
        xdg == null || xdg.isEmpty() ? home.resolve(Path.of(".local", "share")) : Path.of(xdg);
    return data.resolve(Path.of("jupyter", "kernels", NAME));
  }
}
