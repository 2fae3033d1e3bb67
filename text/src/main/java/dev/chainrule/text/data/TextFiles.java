package dev.chainrule.text.data;

import static dev.chainrule.text.data.Documents.FILES;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Utf8File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads files as strict UTF-8, each without its byte order mark, up to a limit for all of them
 * together.
 */
final class TextFiles {
  /** What one Java string can surely hold. */
  private static final long MAX_BYTES = 1L << 30;

  private long totalBytes;

  /** The documents of a file. */
  Corpus readFile(Path file, Documents documents) throws IOException {
    String text = decode(readBytes(file), file.toString());
    if (text.isEmpty()) {
      throw new InputException(file + ": is empty, expected text");
    }
    boolean one = documents == Documents.AUTO && Documents.byName(file).isEmpty();
    Documents kind = one ? Documents.WHOLE : documents == Documents.AUTO ? FILES : documents;
    List<Document> found = kind.of(file, text);
    if (found.isEmpty()) {
      throw new InputException(
          "%s: has no %s, expected some"
              .formatted(
                  file, kind == FILES ? Documents.byName(file).orElse(FILES).what() : kind.what()));
    }
    return new Corpus(file.toString(), kind, found, List.of(file), List.of());
  }

  static String decode(byte[] bytes, String origin) {
    int bad = firstBadByte(bytes);
    if (bad >= 0) {
      throw new InputException(
          "%s: has byte 0x%02X at offset %d and so is no UTF-8 text, expected a text file"
              .formatted(origin, bytes[bad], bad));
    }
    return Utf8File.withoutMark(new String(bytes, StandardCharsets.UTF_8));
  }

  /** The documents of all text files in a folder that match, one after the other. */
  Corpus readFolder(Path folder, String glob, Documents documents) throws IOException {
    Documents kind = documents == Documents.AUTO ? FILES : documents;
    Path root = folder.toRealPath();
    List<Document> found = new ArrayList<>();
    List<Path> files = new ArrayList<>();
    List<Path> skipped = new ArrayList<>();
    for (Path relative : list(root, matcher(root, glob))) {
      Path file = folder.resolve(relative.toString());
      byte[] bytes = readBytes(file);
      if (firstBadByte(bytes) >= 0) {
        totalBytes -= bytes.length;
        skipped.add(file);
      } else {
        String text = Utf8File.withoutMark(new String(bytes, StandardCharsets.UTF_8));
        found.addAll(kind.of(file, kind == Documents.WHOLE ? withLineEnd(text) : text));
        files.add(file);
      }
    }
    if (found.isEmpty()) {
      throw new InputException(
          "%s: has no text in files that match \"%s\" (%d are no UTF-8 text), expected some"
              .formatted(folder, glob, skipped.size()));
    }
    if (documents == Documents.AUTO
        && found.size() == 1
        && found.getFirst() instanceof Document.Text one) {
      kind = Documents.WHOLE;
      found = List.of(new Document.Text(one.origin(), withLineEnd(one.text())));
    }
    return new Corpus(folder.toString(), kind, found, files, skipped);
  }

  private static PathMatcher matcher(Path root, String glob) {
    try {
      return root.getFileSystem().getPathMatcher("glob:" + glob);
    } catch (IllegalArgumentException e) {
      throw new InputException(
          "pattern \"%s\" is no glob (%s), expected one such as **.java"
              .formatted(glob, String.valueOf(e.getMessage()).lines().findFirst().orElse("")),
          e);
    }
  }

  private static String withLineEnd(String text) {
    return text.isEmpty() || text.endsWith("\n") ? text : text + "\n";
  }

  private byte[] readBytes(Path file) throws IOException {
    long size = totalBytes + Files.size(file);
    if (size > MAX_BYTES) {
      throw new InputException(
          "%s: makes a text of %d bytes, expected at most %d".formatted(file, size, MAX_BYTES));
    }
    byte[] bytes = Files.readAllBytes(file);
    totalBytes += bytes.length;
    return bytes;
  }

  /** Offset of the first byte that is zero or no UTF-8, -1 if there is none. */
  private static int firstBadByte(byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == 0) {
        return i;
      }
    }
    return Utf8File.firstBadByte(bytes);
  }

  private static List<Path> list(Path root, PathMatcher matcher) throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      return paths
          .filter(Files::isRegularFile)
          .map(root::relativize)
          .filter(path -> !isHidden(path) && matcher.matches(path))
          .sorted(Comparator.comparing(path -> path.toString().replace('\\', '/')))
          .toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static boolean isHidden(Path relative) {
    for (Path part : relative) {
      if (part.toString().startsWith(".")) {
        return true;
      }
    }
    return false;
  }
}
