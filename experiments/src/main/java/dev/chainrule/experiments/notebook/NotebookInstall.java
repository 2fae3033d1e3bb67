package dev.chainrule.experiments.notebook;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import dev.chainrule.core.data.DataFolders;
import dev.chainrule.experiments.cli.Target;
import dev.chainrule.experiments.cli.Verb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chainrule notebook install}. */
@Command(
    name = "install",
    description =
        "Make Jupyter know a kernel for Java with the project's class path and flags: writes"
            + " kernel.json into --out, by default the folder where Jupyter looks for the kernels"
            + " of a user. The kernel itself, 14 MB, is looked for in Maven's local repository, and"
            + " else downloaded.")
final class NotebookInstall extends Verb {
  @Option(
      names = "--kernel",
      paramLabel = "JAR",
      description = "The jar of rapaio-jupyter-kernel, where it is not to be downloaded.")
  @Nullable Path kernel;

  /** What {@code --json} prints. */
  record Result(String kernelJson, String kernelJar, String name) {}

  @Override
  protected Target target() {
    return new Target.Folder(
        KernelFile.folder(
            System::getenv,
            System.getProperty("os.name", ""),
            Path.of(System.getProperty("user.home"))));
  }

  @Override
  protected Object run() throws Exception {
    Path project = project();
    Path jar = jar();
    Path jdk = Path.of(System.getProperty("java.home"));
    Path folder = Objects.requireNonNull(out()).toAbsolutePath();
    Files.createDirectories(folder);
    Path file = folder.resolve(KernelFile.FILE);
    Json.write(file, KernelFile.of(project, jdk, jar).content());
    output().println("wrote " + file);
    output()
        .println(
            "Notebooks with the kernel \"Java (Chainrule)\" have the project's classes: jupyter lab"
                + " "
                + project.resolve("experiments/notebooks"));
    return new Result(file.toString(), jar.toString(), KernelFile.NAME);
  }

  private static Path project() {
    String home = System.getProperty("chainrule.home");
    if (home == null || !Files.isRegularFile(Path.of(home, "chainrule"))) {
      throw new InputException(
          "chainrule.home: found %s, expected the project's folder with its launcher"
              .formatted(home == null ? "nothing" : home));
    }
    return Path.of(home).toAbsolutePath();
  }

  private Path jar() throws IOException {
    if (kernel != null) {
      if (!Files.isRegularFile(kernel)) {
        throw badOption("--kernel", kernel, "the jar of rapaio-jupyter-kernel");
      }
      return kernel.toAbsolutePath();
    }
    Path maven = Path.of(System.getProperty("user.home"), ".m2", "repository");
    Optional<Path> local =
        Files.isDirectory(maven)
            ? new DataFolders(maven, maven).find(KernelFile.KERNEL)
            : Optional.empty();
    if (local.isPresent()) {
      return local.get();
    }
    DataFolders folders = DataFolders.ofEnvironment();
    if (folders.find(KernelFile.KERNEL).isEmpty()) {
      output().println("downloading " + KernelFile.KERNEL.home());
    }
    return folders.fetch(KernelFile.KERNEL, (file, bytes) -> {}).toAbsolutePath();
  }
}
