package dev.chainrule.core.kernel.cuda;

import dev.chainrule.core.array.Logs;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The kernel texts, and their machine code for one architecture: compiled at first use, then read
 * from a folder of the user's cache. A file there is named by all that it depends on.
 */
final class Programs {
  /** All kernel texts, without their ending. */
  static final List<String> FILES =
      List.of(
          "pointwise",
          "reduction",
          "rows",
          "embedding",
          "product",
          "attention",
          "flash",
          "transformer",
          "convolution",
          "recurrent",
          "mixture",
          "likelihood",
          "step",
          "cache");

  private static final Logger LOG = Logs.of(Programs.class);

  private final Nvrtc compiler;
  private final String architecture;
  private final @Nullable Path folder;
  private final UnaryOperator<String> texts;

  Programs(Nvrtc compiler, String architecture, @Nullable Path folder) {
    this(compiler, architecture, folder, Programs::source);
  }

  /**
   * @param folder where machine code is kept; null keeps none
   * @param texts gives the whole text of a kernel file
   */
  Programs(
      Nvrtc compiler, String architecture, @Nullable Path folder, UnaryOperator<String> texts) {
    this.texts = texts;
    this.compiler = compiler;
    this.architecture = architecture;
    this.folder = folder;
  }

  /** The whole text of a kernel file, the dialect before it. */
  static String source(String file) {
    return resource("dialect.h") + "#line 1 \"" + file + ".cu\"\n" + resource(file + ".cu");
  }

  /** How every text is compiled: what is multiplied and added in one says so itself. */
  static List<String> options(String architecture) {
    return List.of("--gpu-architecture=" + architecture, "--fmad=false");
  }

  /** The machine code of a kernel text. */
  byte[] machineCode(String file, List<String> options) {
    List<String> all = new ArrayList<>(options(architecture));
    all.addAll(options);
    String source = texts.apply(file);
    Path cached =
        folder == null ? null : folder.resolve(file + "-" + digest(source, all) + ".cubin");
    if (cached != null && Files.isReadable(cached)) {
      try {
        return Files.readAllBytes(cached);
      } catch (IOException e) {
        LOG.warn("{} cannot be read and is made again: {}", cached, e.getMessage());
      }
    }
    byte[] cubin = compiler.compile(file + ".cu", source, all).cubin();
    if (cached != null) {
      store(cached, cubin);
    }
    return cubin;
  }

  private static void store(Path file, byte[] cubin) {
    try {
      Path folder = Files.createDirectories(file.toAbsolutePath().getParent());
      Path temporary = Files.createTempFile(folder, "cubin", ".tmp");
      Files.write(temporary, cubin);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      LOG.warn("kernels are compiled at every start, because {} cannot be written: {}", file, e);
    }
  }

  private String digest(String source, List<String> options) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update((compiler.version() + options).getBytes(StandardCharsets.UTF_8));
      byte[] hash = sha.digest(source.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String resource(String name) {
    try (InputStream in = Programs.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(
            String.format(Locale.ROOT, "kernel text %s is not on the class path", name));
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
