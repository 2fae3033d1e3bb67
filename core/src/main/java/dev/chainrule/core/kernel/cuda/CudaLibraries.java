package dev.chainrule.core.kernel.cuda;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where CUDA's libraries are: named by CHAINRULE_CUDA, CHAINRULE_NVRTC and CHAINRULE_CUBLASLT, in
 * LD_LIBRARY_PATH, in a toolkit (CUDA_HOME, CUDA_PATH, /usr/local/cuda*), in the system's folders,
 * or in the {@code site-packages/nvidia} of a Python, where PyTorch brings them.
 */
final class CudaLibraries {
  /** The version of a driver that is not there. */
  static final int ANY = Integer.MAX_VALUE;

  private static final List<String> PYTHON_ROOTS =
      List.of("/usr", "/usr/local", "/opt/conda", "/opt/venv", "/venv");

  private final Map<String, String> environment;
  private final Set<Path> folders = new LinkedHashSet<>();

  /**
   * A library, or why there is none.
   *
   * @param path null where there is none
   * @param reason where it was looked for
   */
  record Found(@Nullable String path, String reason) {}

  /**
   * @param environment of the process, as {@link System#getenv()} gives it
   */
  CudaLibraries(Map<String, String> environment) {
    this.environment = environment;
    addPaths(environment.get("LD_LIBRARY_PATH"));
    for (String home : List.of("CUDA_HOME", "CUDA_PATH")) {
      String root = environment.get(home);
      if (root != null && !root.isEmpty()) {
        addToolkit(Path.of(root));
      }
    }
    addToolkit(Path.of("/usr/local/cuda"));
    for (Path toolkit : matches(Path.of("/usr/local"), "cuda-*")) {
      addToolkit(toolkit);
    }
    for (String system :
        List.of("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64")) {
      folders.add(Path.of(system));
    }
    addPythons();
  }

  /** What the driver's library is loaded by. */
  String driver() {
    boolean windows = System.getProperty("os.name").startsWith("Windows");
    return environment.getOrDefault("CHAINRULE_CUDA", windows ? "nvcuda.dll" : "libcuda.so.1");
  }

  /** Where machine code of kernels is kept from run to run: the user's cache. */
  Path cache() {
    String given = environment.get("XDG_CACHE_HOME");
    Path root =
        given == null || given.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(given);
    return root.resolve("chainrule").resolve("cuda");
  }

  /** NVRTC, the newest that the driver is new enough for. */
  Found nvrtc(int driverVersion) {
    return find("NVRTC", "libnvrtc.so", "CHAINRULE_NVRTC", driverVersion);
  }

  /** CuBLASLt, the newest that the driver is new enough for. */
  Found cublasLt(int driverVersion) {
    return find("cuBLASLt", "libcublasLt.so", "CHAINRULE_CUBLASLT", driverVersion);
  }

  private Found find(String name, String file, String variable, int driverVersion) {
    String given = environment.get(variable);
    if (given != null && !given.isEmpty()) {
      return given.equals("none")
          ? lacking(name + " is not used, because " + variable + " is none", name, driverVersion)
          : Files.isRegularFile(Path.of(given))
              ? new Found(given, variable + " names it")
              : lacking(
                  "%s is %s, which is no file".formatted(variable, given), name, driverVersion);
    }
    Path best = null;
    int bestMajor = 0;
    Pattern versioned = Pattern.compile(Pattern.quote(file) + "\\.(\\d+)(\\.\\d+)*");
    for (Path folder : folders) {
      for (Path candidate : matches(folder, file + ".*")) {
        Matcher matcher = versioned.matcher(candidate.getFileName().toString());
        int major = matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
        if (major > bestMajor && major <= driverVersion / 1000) {
          best = candidate;
          bestMajor = major;
        }
      }
    }
    return best == null
        ? lacking(
            "no %s%s was found (%s.*) in any of %d folders"
                .formatted(
                    name,
                    driverVersion == ANY ? "" : " for CUDA " + driverVersion / 1000 + " or earlier",
                    file,
                    folders.size()),
            name,
            driverVersion)
        : new Found(best.toString(), "found in " + best.getParent());
  }

  /** That there is none, and of NVIDIA's packages for Python that bring it: CUDA 12's say so. */
  private static Found lacking(String why, String name, int driverVersion) {
    int major = driverVersion / 1000;
    String library = name.equals("NVRTC") ? "nvidia-cuda-nvrtc" : "nvidia-cublas";
    String wanted =
        driverVersion == ANY
            ? library
            : major <= 12 ? library + "-cu12" : library + "==" + major + ".*";
    return new Found(
        null, why + "; the CUDA toolkit has it, and so has `pip install " + wanted + "`");
  }

  private void addPaths(@Nullable String paths) {
    if (paths != null) {
      for (String path : paths.split(File.pathSeparator, -1)) {
        if (!path.isEmpty()) {
          folders.add(Path.of(path));
        }
      }
    }
  }

  private void addToolkit(Path root) {
    folders.add(root.resolve("lib64"));
    folders.add(root.resolve("lib"));
    folders.addAll(
        matches(root.resolve("targets"), "*").stream().map(t -> t.resolve("lib")).toList());
  }

  private void addPythons() {
    List<Path> roots = new ArrayList<>();
    for (String variable : List.of("VIRTUAL_ENV", "CONDA_PREFIX")) {
      String root = environment.get(variable);
      if (root != null && !root.isEmpty()) {
        roots.add(Path.of(root));
      }
    }
    String home = environment.get("HOME");
    if (home != null && !home.isEmpty()) {
      roots.add(Path.of(home, ".local"));
    }
    PYTHON_ROOTS.forEach(root -> roots.add(Path.of(root)));
    for (Path root : roots) {
      List<Path> libraries = new ArrayList<>(matches(root.resolve("lib"), "python3*"));
      libraries.addAll(matches(root.resolve("lib64"), "python3*"));
      for (Path python : libraries) {
        for (String packages : List.of("site-packages", "dist-packages")) {
          for (Path part : matches(python.resolve(packages).resolve("nvidia"), "*")) {
            folders.add(part.resolve("lib"));
          }
        }
      }
    }
  }

  private static List<Path> matches(Path folder, String glob) {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, glob)) {
        entries.forEach(found::add);
      } catch (IOException e) {
        return List.of();
      }
    }
    found.sort(null);
    return found;
  }
}
