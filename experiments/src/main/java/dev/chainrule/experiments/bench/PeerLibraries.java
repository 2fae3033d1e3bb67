package dev.chainrule.experiments.bench;

import dev.chainrule.base.InputException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The other libraries that are here.
 *
 * @param python with the libraries; null where there is none
 * @param llamaBench the program of llama.cpp; null likewise
 * @param versions of each library that is known, null for one that is absent
 */
record PeerLibraries(
    @Nullable Path python, @Nullable Path llamaBench, Map<String, @Nullable String> versions) {
  static final String LLAMA = "llama-cpp-python";
  static final String IK_LLAMA = "ik-llama-cpp-python";
  static final String LLAMA_BENCH = "llama-bench";
  static final String R_FORECAST = "R forecast";

  private static final List<String> PACKAGES =
      List.of("torch", "transformers", "statsforecast", "gluonts", LLAMA, IK_LLAMA);
  private static final String R_VERSION = "cat(as.character(packageVersion('forecast')))";

  /**
   * Looks.
   *
   * @param folder with the environment that {@code experiments/peers/install} makes
   * @param given a Python in place of that of the folder; null for none
   * @param program {@code llama-bench}; null to look for it in PATH
   */
  static PeerLibraries find(Path folder, @Nullable Path given, @Nullable Path program)
      throws IOException, InterruptedException {
    Path python = given == null ? inEnvironment(folder.resolve("env")) : given;
    Map<String, @Nullable String> versions = new LinkedHashMap<>();
    versions.putAll(versions(folder, python, PACKAGES));
    versions.put(R_FORECAST, rForecast());
    Path bench = program == null ? inPath(LLAMA_BENCH) : program;
    versions.put(LLAMA_BENCH, bench == null ? null : bench.toString());
    return new PeerLibraries(python, bench, versions);
  }

  /** Whether a library is here. */
  boolean has(String library) {
    return versions.get(library) != null;
  }

  /** The libraries that are not here. */
  List<String> absent() {
    return versions.keySet().stream().filter(library -> !has(library)).toList();
  }

  private static @Nullable Path inEnvironment(Path environment) {
    Path python = environment.resolve("bin/python");
    return Files.isExecutable(python) ? python : null;
  }

  private static @Nullable Path inPath(String program) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    for (String folder : path.split(File.pathSeparator, -1)) {
      Path file = Path.of(folder.isEmpty() ? "." : folder, program);
      if (Files.isExecutable(file) && !Files.isDirectory(file)) {
        return file;
      }
    }
    return null;
  }

  private static Map<String, @Nullable String> versions(
      Path folder, @Nullable Path python, List<String> packages)
      throws IOException, InterruptedException {
    Map<String, @Nullable String> versions = new LinkedHashMap<>();
    packages.forEach(name -> versions.put(name, null));
    if (python == null) {
      return versions;
    }
    Path script = folder.resolve("installed.py");
    List<String> command = new ArrayList<>(List.of(python.toString(), script.toString()));
    command.addAll(packages);
    JsonNode found = JsonMapper.shared().readTree(printed(command, script));
    packages.forEach(
        name ->
            versions.put(name, found.path(name).isString() ? found.get(name).asString() : null));
    return versions;
  }

  private static @Nullable String rForecast() throws IOException, InterruptedException {
    Path r = inPath("Rscript");
    if (r == null) {
      return null;
    }
    try {
      String version = printed(List.of(r.toString(), "-e", R_VERSION), r).strip();
      return version.isEmpty() ? null : version;
    } catch (InputException e) {
      return null; // R has no such package.
    }
  }

  private static String printed(List<String> command, Path program)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile("chainrule-peers", ".txt");
    try {
      return Peer.output(command, program, out);
    } finally {
      Files.deleteIfExists(out);
    }
  }
}
