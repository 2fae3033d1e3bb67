package dev.chainrule.core.kernel.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/**
 * The stand-in for a GPU: one native library with the names of the driver, of NVRTC and of
 * cuBLASLt, built by g++ when a test first asks for it. Where it cannot be built, tests are
 * skipped.
 */
public final class StandIn {
  private static final List<String> FILES = List.of("cuda_host.h", "standin.cpp");

  private final Path library;
  private final MethodHandle set;
  private final MethodHandle get;

  private StandIn(Path library) {
    this.library = library;
    SymbolLookup lookup = SymbolLookup.libraryLookup(library, Arena.global());
    set =
        Linker.nativeLinker()
            .downcallHandle(
                lookup.findOrThrow("standin_set"),
                FunctionDescriptor.ofVoid(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
    get =
        Linker.nativeLinker()
            .downcallHandle(
                lookup.findOrThrow("standin_get"),
                FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS));
  }

  /** The stand-in, or a skipped test. */
  public static StandIn require() {
    if (Holder.OBSTACLE != null) {
      Assumptions.abort(Holder.OBSTACLE);
    }
    return new StandIn(Holder.LIBRARY);
  }

  /** The library file. */
  public Path library() {
    return library;
  }

  /** An environment in which the engine finds the stand-in and nothing else. */
  public Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    for (String name : List.of("CHAINRULE_CUDA", "CHAINRULE_NVRTC", "CHAINRULE_CUBLASLT")) {
      environment.put(name, library.toString());
    }
    environment.put("XDG_CACHE_HOME", library.resolveSibling("cache").toString());
    return environment;
  }

  /** Changes a setting of the stand-in, for the whole process. */
  public void set(String name, long value) {
    try (Arena arena = Arena.ofConfined()) {
      set.invokeExact(arena.allocateFrom(name), value);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** A setting or a count of the stand-in. */
  public long get(String name) {
    try (Arena arena = Arena.ofConfined()) {
      return (long) get.invokeExact(arena.allocateFrom(name));
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** Built once for each text of it. */
  private static final class Holder {
    static final Path LIBRARY;
    static final String OBSTACLE;

    static {
      Path library = Path.of("");
      String obstacle = null;
      String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
      if (!system.toLowerCase(Locale.ROOT).equals("linux amd64")) {
        obstacle = "the stand-in for a GPU runs on Linux on x86-64, and this is " + system;
      } else {
        try {
          library = build();
        } catch (IOException e) {
          obstacle = "the stand-in for a GPU cannot be built: " + e.getMessage();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          obstacle = "interrupted";
        }
      }
      LIBRARY = library;
      OBSTACLE = obstacle;
    }

    private static Path build() throws IOException, InterruptedException {
      // Modules share one; machine code is linked to the library where it lies.
      Path core = Path.of("..", "core", "target");
      Path target = (Files.isDirectory(core) ? core : Path.of("target")).toRealPath();
      int hash = target.toString().hashCode();
      for (String file : FILES) {
        hash = hash * 31 + Arrays.hashCode(resource(file));
      }
      Path folder = target.resolve("cuda-standin").resolve(Integer.toHexString(hash));
      Path library = folder.resolve("libstandin.so");
      if (Files.exists(library)) {
        return library;
      }
      Files.createDirectories(folder);
      for (String file : FILES) {
        Files.write(folder.resolve(file), resource(file));
      }
      Path temporary = folder.resolve("libstandin.so.tmp");
      List<String> command =
          List.of(
              "g++",
              "-std=c++17",
              "-O2",
              "-shared",
              "-fPIC",
              "-o",
              temporary.toString(),
              folder.resolve("standin.cpp").toString(),
              "-ldl");
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String log = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException("g++ refuses the stand-in:\n" + log);
      }
      Files.move(temporary, library, StandardCopyOption.ATOMIC_MOVE);
      return library;
    }

    private static byte[] resource(String name) {
      try (InputStream in = StandIn.class.getResourceAsStream("standin/" + name)) {
        if (in == null) {
          throw new IllegalStateException("standin/" + name + " is not on the class path");
        }
        return in.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
