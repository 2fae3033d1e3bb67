package dev.chainrule.core.data;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A file of a public data set.
 *
 * @param name what users call it
 * @param path where it lies below a data folder, for instance {@code mnist/t10k.gz}
 * @param home where it is published
 * @param bytes its exact size
 * @param sha256 its SHA-256 in 64 lower-case hexadecimal digits
 * @param licence under what it is published, in a few words
 */
public record PublicFile(
    String name, String path, URI home, long bytes, String sha256, String licence) {
  /** The works of Shakespeare's that char-rnn was shown with: 1,115,394 characters, 65 distinct. */
  public static final PublicFile TINY_SHAKESPEARE =
      new PublicFile(
          "tinyshakespeare",
          "tinyshakespeare.txt",
          URI.create(
              "https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare"
                  + "/input.txt"),
          1_115_394,
          "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
          "public domain");

  private static final List<PublicFile> KNOWN = List.of(TINY_SHAKESPEARE);

  public PublicFile {
    if (Path.of(path).isAbsolute() || !Path.of(path).normalize().toString().equals(path)) {
      throw new IllegalArgumentException("path " + path + ", expected one below a data folder");
    }
    if (bytes < 1) {
      throw new IllegalArgumentException("size " + bytes + " of " + name + ", expected over 0");
    }
    if (!sha256.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException(
          "SHA-256 \"%s\" of %s, expected 64 lower-case hexadecimal digits"
              .formatted(sha256, name));
    }
  }

  /** All files that are known by name. */
  public static List<PublicFile> known() {
    return KNOWN;
  }

  /** The known file of this name. */
  public static Optional<PublicFile> named(String name) {
    return KNOWN.stream().filter(file -> file.name().equals(name)).findFirst();
  }
}
