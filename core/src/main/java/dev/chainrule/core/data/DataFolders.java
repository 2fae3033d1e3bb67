package dev.chainrule.core.data;

import dev.chainrule.base.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Finds the files of public data sets: first in the folder that the environment variable {@code
 * CHAINRULE_DATA} names, then in the user's cache, and if it is in neither, by downloading it into
 * the cache.
 */
public final class DataFolders {
  /** Name of the environment variable. */
  public static final String VARIABLE = "CHAINRULE_DATA";

  private final @Nullable Path given;
  private final Path cache;

  /**
   * With these folders.
   *
   * @param given a folder that the user keeps, only read; null for none
   * @param cache a folder of this program, created when needed
   */
  public DataFolders(@Nullable Path given, Path cache) {
    this.given = given;
    this.cache = cache;
  }

  /**
   * The folders of this user on this machine.
   *
   * @throws InputException if {@code CHAINRULE_DATA} names no folder
   */
  public static DataFolders ofEnvironment() {
    return of(System::getenv, System.getProperty("os.name", ""), System.getProperty("user.home"));
  }

  static DataFolders of(UnaryOperator<@Nullable String> environment, String system, String home) {
    String given = environment.apply(VARIABLE);
    if (given == null || given.isEmpty()) {
      return new DataFolders(null, cache(environment, system, home));
    }
    if (!Files.isDirectory(Path.of(given))) {
      throw new InputException(
          "%s: names \"%s\", expected an existing folder".formatted(VARIABLE, given));
    }
    return new DataFolders(Path.of(given), cache(environment, system, home));
  }

  private static Path cache(
      UnaryOperator<@Nullable String> environment, String system, String home) {
    String name = system.toLowerCase(Locale.ROOT);
    String xdg = environment.apply("XDG_CACHE_HOME");
    if (xdg != null && Path.of(xdg).isAbsolute()) {
      return Path.of(xdg, "chainrule");
    }
    if (name.contains("mac")) {
      return Path.of(home, "Library", "Caches", "chainrule");
    }
    String local = environment.apply("LOCALAPPDATA");
    if (name.contains("windows") && local != null) {
      return Path.of(local, "chainrule", "cache");
    }
    return Path.of(home, ".cache", "chainrule");
  }

  /** The folder that the user keeps. */
  public Optional<Path> given() {
    return Optional.ofNullable(given);
  }

  /** The folder that downloads go to. */
  public Path cache() {
    return cache;
  }

  /**
   * Where the file is on this machine, without downloading it.
   *
   * @throws InputException if there is a file of that name with other content
   */
  public Optional<Path> find(PublicFile file) throws IOException {
    if (given != null && Files.exists(given.resolve(file.path()))) {
      return Optional.of(checked(file, given.resolve(file.path())));
    }
    Path cached = cache.resolve(file.path());
    return Files.exists(cached) ? Optional.of(checked(file, cached)) : Optional.empty();
  }

  /**
   * Where the file is on this machine, after downloading it if need be.
   *
   * @throws InputException if it cannot be had; the sentence names its home and the folder into
   *     which it can be put by hand
   */
  public Path fetch(PublicFile file, Download.Listener listener) throws IOException {
    Optional<Path> found = find(file);
    return found.isPresent()
        ? found.get()
        : new Download(file, cache.resolve(file.path())).run(listener);
  }

  private static Path checked(PublicFile file, Path path) throws IOException {
    long bytes = Files.size(path);
    if (bytes != file.bytes()) {
      throw new InputException(
          "%s: has %d bytes, expected the %d of %s; delete it to have it downloaded again"
              .formatted(path, bytes, file.bytes(), file.home()));
    }
    MessageDigest digest = sha256();
    try (InputStream in = Files.newInputStream(path)) {
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    String found = HexFormat.of().formatHex(digest.digest());
    if (!found.equals(file.sha256())) {
      throw new InputException(
          "%s: has SHA-256 %s, expected %s; delete it to have it downloaded again"
              .formatted(path, found, file.sha256()));
    }
    return path;
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
