package dev.chainrule.text.serving;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.stream.Stream;

/** Tells models apart by all bytes of their configuration and weights. */
final class ModelChecksum {
  private static final List<String> ENDINGS = List.of(".safetensors", ".gguf", ".bin", ".json");

  private ModelChecksum() {}

  /**
   * SHA-256 of a model's file; or of the names and bytes of those of its folder.
   *
   * @param path of a file or a folder
   */
  static byte[] of(Path path) throws IOException {
    MessageDigest digest = sha256();
    if (!Files.isDirectory(path)) {
      add(digest, path);
      return digest.digest();
    }
    List<Path> files;
    try (Stream<Path> all = Files.walk(path, 2)) {
      files =
          all.filter(Files::isRegularFile)
              .filter(file -> ENDINGS.stream().anyMatch(file.toString()::endsWith))
              // What training goes on from, but not what it has learnt.
              .filter(file -> !file.endsWith("optimizer.safetensors"))
              .sorted()
              .toList();
    }
    for (Path file : files) {
      digest.update(path.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
      add(digest, file);
    }
    return digest.digest();
  }

  private static void add(MessageDigest digest, Path file) throws IOException {
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      byte[] buffer = new byte[1 << 16];
      while (in.read(buffer) >= 0) {
        // Reading is what counts.
      }
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
