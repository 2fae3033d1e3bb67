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
 * Texts to learn from.
 *
 * @param origin where they come from, for messages and records
 * @param kind what its documents are; not {@link Documents#AUTO}
 * @param documents what there is to learn, in the order of the files
 * @param files the files that it consists of
 * @param skipped files of a folder that were left out because they are no UTF-8 text
 */
public record Corpus(
    String origin, Documents kind, List<Document> documents, List<Path> files, List<Path> skipped) {
  /** The pattern that every file matches. */
  public static final String ALL_FILES = "**";

  public Corpus {
    documents = List.copyOf(documents);
    files = List.copyOf(files);
    skipped = List.copyOf(skipped);
  }

  /** One text. */
  public static Corpus of(String origin, String text) {
    return new Corpus(
        origin, Documents.WHOLE, List.of(new Document.Text(origin, text)), List.of(), List.of());
  }

  /** What is learnt, and what is held out. */
  public record Parts(Corpus training, Corpus validation) {}

  /** As {@link #read(String, String, Documents, DataFolders, Download.Listener)}, by the names. */
  public static Corpus read(
      String data, String glob, DataFolders folders, Download.Listener listener)
      throws IOException {
    return read(data, glob, Documents.AUTO, folders, listener);
  }

  /**
   * Reads what a user names: a file, a folder, or a known data set.
   *
   * @param data a path, or the name of a set if there is no such path
   * @param glob which files of a folder, for instance {@code **.java}; relative to the folder
   * @throws InputException if there is no such thing or no text in it
   */
  public static Corpus read(
      String data,
      String glob,
      Documents documents,
      DataFolders folders,
      Download.Listener listener)
      throws IOException {
    Optional<PublicFile> known = PublicFile.named(data);
    Optional<Path> path = path(data);
    if (path.isEmpty() && known.isEmpty()) {
      throw new InputException(
          "%s: no such file or folder, and no known data set; expected one of them, known are %s"
              .formatted(data, PublicFile.known().stream().map(PublicFile::name).toList()));
    }
    Path source = path.isPresent() ? path.get() : folders.fetch(known.orElseThrow(), listener);
    return Files.isDirectory(source)
        ? ofFolder(source, glob, documents)
        : ofFile(source, documents);
  }

  /**
   * A file of texts.
   *
   * @throws InputException if it is empty or no UTF-8 text, or not what the documents are
   */
  public static Corpus ofFile(Path file, Documents documents) throws IOException {
    return new TextFiles().readFile(file, documents);
  }

  /**
   * All text files in a folder and below, in the order of their paths. Files and folders whose
   * names begin with a dot are left out.
   *
   * @param glob pattern of paths relative to the folder, as {@link
   *     java.nio.file.FileSystem#getPathMatcher} has it; {@link #ALL_FILES} for all
   * @throws InputException if no text file matches
   */
  public static Corpus ofFolder(Path folder, String glob, Documents documents) throws IOException {
    return new TextFiles().readFolder(folder, glob, documents);
  }

  /** Whether it is one text, of which the end is held out, and not whole documents. */
  public boolean isOneText() {
    return kind == Documents.WHOLE;
  }

  /** Number of UTF-16 units of all that is said. */
  public long length() {
    return documents.stream().mapToLong(document -> Packing.content(document).length()).sum();
  }

  /** All that is said, as characters. */
  public String text() {
    if (documents.size() == 1) {
      return Packing.content(documents.getFirst());
    }
    StringBuilder text = new StringBuilder();
    documents.forEach(document -> text.append(Packing.content(document)));
    return text.toString();
  }

  /**
   * Holds some out: of one text the end, by characters, so that the first {@code floor((1 - share)
   * n)} train, as nanoGPT does with a share of 0.1; of documents some, each by a number that
   * follows from the seed and its own text, so that of equal documents all are held out or none.
   *
   * @param share that is held out, about that of the documents
   * @param seed by which documents are chosen
   * @throws InputException if one of the parts would be empty
   */
  public Parts split(double share, long seed) {
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException(
          "validation share %s, expected between 0 and 1".formatted(share));
    }
    if (isOneText()) {
      return splitText(share);
    }
    HeldOut.Parts parts = HeldOut.split(origin, documents, share, seed);
    return new Parts(with(parts.training()), with(parts.validation()));
  }

  private Corpus with(List<Document> some) {
    return new Corpus(origin, kind, some, files, skipped);
  }

  private Parts splitText(double share) {
    String text = text();
    int characters = text.codePointCount(0, text.length());
    int training = (int) (characters * (1 - share));
    if (training == 0 || training == characters) {
      throw new InputException(
          "%s: has %d characters, expected enough to hold out a share of %s"
              .formatted(origin, characters, share));
    }
    int at = text.offsetByCodePoints(0, training);
    return new Parts(
        of(origin + ", training part", text.substring(0, at)),
        of(origin + ", held-out part", text.substring(at)));
  }

  private static Optional<Path> path(String data) {
    try {
      return Optional.of(Path.of(data)).filter(Files::exists);
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }
}
