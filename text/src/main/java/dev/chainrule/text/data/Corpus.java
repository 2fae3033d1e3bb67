package dev.chainrule.text.data;

import dev.chainrule.base.InputException;
import dev.chainrule.core.data.DataFolders;
import dev.chainrule.core.data.Download;
import dev.chainrule.core.data.PublicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A text to learn from.
 *
 * @param origin where it comes from, for messages and records
 * @param text all of it
 * @param files the files that it consists of, in the order of the text
 * @param skipped files of a folder that were left out because they are no UTF-8 text
 */
public record Corpus(String origin, String text, List<Path> files, List<Path> skipped) {
  /** The pattern that every file matches. */
  public static final String ALL_FILES = "**";

  public Corpus {
    files = List.copyOf(files);
    skipped = List.copyOf(skipped);
  }

  /**
   * Training text and held-out text.
   *
   * @param training the first part
   * @param validation the rest
   */
  public record Split(String training, String validation) {}

  /**
   * Reads what a user names: a file, a folder, or a known data set.
   *
   * @param data a path, or the name of a set if there is no such path
   * @param glob which files of a folder, for instance {@code **.java}; relative to the folder
   * @throws InputException if there is no such thing or no text in it
   */
  public static Corpus read(
      String data, String glob, DataFolders folders, Download.Listener listener)
      throws IOException {
    Optional<PublicFile> known = PublicFile.named(data);
    Optional<Path> path = path(data);
    if (path.isEmpty() && known.isEmpty()) {
      throw new InputException(
          "%s: no such file or folder, and no known data set; expected one of them, known are %s"
              .formatted(data, PublicFile.known().stream().map(PublicFile::name).toList()));
    }
    Path source = path.isPresent() ? path.get() : folders.fetch(known.orElseThrow(), listener);
    return Files.isDirectory(source) ? ofFolder(source, glob) : ofFile(source);
  }

  /**
   * A text file.
   *
   * @throws InputException if it is empty or no UTF-8 text
   */
  public static Corpus ofFile(Path file) throws IOException {
    String text = new TextFiles().read(file);
    if (text.isEmpty()) {
      throw new InputException(file + ": is empty, expected text");
    }
    return new Corpus(file.toString(), text, List.of(file), List.of());
  }

  /**
   * All text files in a folder and below, in the order of their paths; each ends with a line end,
   * added where it lacks one. Files and folders whose names begin with a dot are left out.
   *
   * @param glob pattern of paths relative to the folder, as {@link
   *     java.nio.file.FileSystem#getPathMatcher} has it; {@link #ALL_FILES} for all
   * @throws InputException if no text file matches
   */
  public static Corpus ofFolder(Path folder, String glob) throws IOException {
    return new TextFiles().readFolder(folder, glob);
  }

  /**
   * Splits the text by characters: the first {@code floor((1 - share) n)} train, as nanoGPT does
   * with a share of 0.1.
   *
   * @throws InputException if one of the parts would be empty
   */
  public Split split(double validationShare) {
    if (!(validationShare > 0 && validationShare < 1)) {
      throw new IllegalArgumentException(
          "validation share %s, expected between 0 and 1".formatted(validationShare));
    }
    int characters = text.codePointCount(0, text.length());
    int training = (int) (characters * (1 - validationShare));
    if (training == 0 || training == characters) {
      throw new InputException(
          "%s: has %d characters, expected enough to hold out a share of %s"
              .formatted(origin, characters, validationShare));
    }
    int at = text.offsetByCodePoints(0, training);
    return new Split(text.substring(0, at), text.substring(at));
  }

  private static Optional<Path> path(String data) {
    try {
      return Optional.of(Path.of(data)).filter(Files::exists);
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }
}
