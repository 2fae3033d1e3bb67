package dev.chainrule.experiments.experiment;

import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.kernel.blas.Gemm;
import dev.chainrule.experiments.cli.Version;
import dev.chainrule.experiments.doctor.Cpu;
import dev.chainrule.experiments.doctor.Gpu;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What the runs of this process have in common: program, machine, sources. */
final class Machine {
  private static final int PATIENCE_SECONDS = 20;

  private final String version;
  private final @Nullable String commit;
  private final @Nullable Boolean clean;
  private final Cpu cpu = Cpu.read();
  private final List<String> gpus = Gpu.list().stream().map(Gpu::name).toList();
  private final String host = host();

  /** Asks the system. */
  Machine() throws IOException {
    version = Version.read();
    Path sources = sources();
    commit = sources == null ? null : git(sources, "rev-parse", "HEAD");
    String changes =
        commit == null || sources == null ? null : git(sources, "status", "--porcelain");
    clean = changes == null ? null : changes.isEmpty();
  }

  /** The provenance of a run that begins now. */
  Provenance provenance(Compute compute, List<Provenance.DataFile> data) {
    Gemm gemm = Gemm.get();
    return new Provenance(
        version,
        commit,
        clean,
        Runtime.version() + " (" + System.getProperty("java.vendor") + ")",
        cpu.model(),
        Runtime.getRuntime().availableProcessors(),
        gemm.name() + ", kernels " + gemm.kernelSet(),
        gpus,
        compute.engine(),
        compute.threads(),
        host,
        now(),
        null,
        data);
  }

  static String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** The clone that the program was built in; null where it lies elsewhere. */
  private static @Nullable Path sources() {
    CodeSource source = Machine.class.getProtectionDomain().getCodeSource();
    String home = System.getProperty("chainrule.home");
    Path from =
        home != null
            ? Path.of(home)
            : source == null ? null : Path.of(source.getLocation().getPath());
    for (Path folder = from; folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve(".git"))) {
        return folder;
      }
    }
    return null;
  }

  /** What git says; null where it is not there or refuses. */
  private static @Nullable String git(Path folder, String... words) {
    try {
      ProcessBuilder builder = new ProcessBuilder("git", "-C", folder.toString());
      builder.command().addAll(List.of(words));
      Process process =
          builder
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .redirectInput(ProcessBuilder.Redirect.PIPE)
              .start();
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      return ended && process.exitValue() == 0 ? said.strip() : null;
    } catch (IOException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }
}
