package dev.chainrule.text.data;

import dev.chainrule.base.InputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What the documents of a corpus are. */
public enum Documents {
  /**
   * {@link #WHOLE} of one file of plain text, {@link #FILES} of a folder and of a file whose name
   * says that it has several.
   */
  AUTO,
  /** All files one after the other are one text. */
  WHOLE,
  /**
   * Every file is a document, or as many as the end of its name says: {@code .jsonl} and {@code
   * .ndjson} as {@link #JSONL}, {@code .fasta}, {@code .fa} and {@code .faa} as {@link #FASTA},
   * {@code .smi} and {@code .smiles} as {@link #SMILES}.
   */
  FILES,
  /** Every line that is not empty. */
  LINES,
  /**
   * Every line is a JSON object: with {@code text}, with {@code prompt} and {@code answer} (or
   * {@code completion}), or with {@code messages}, each of {@code role} and {@code content}.
   */
  JSONL,
  /** The sequences of a FASTA file, without their headers and line ends. */
  FASTA,
  /** The first word of every line: a molecule; what follows, its name, is left out. */
  SMILES;

  private static final Map<String, Documents> BY_SUFFIX =
      Map.of(
          "jsonl", JSONL,
          "ndjson", JSONL,
          "fasta", FASTA,
          "fa", FASTA,
          "faa", FASTA,
          "smi", SMILES,
          "smiles", SMILES);

  /** The name as the user writes it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What a file of this kind has, for people. */
  String what() {
    return switch (this) {
      case AUTO, WHOLE, FILES -> "text";
      case LINES -> "lines that are not empty";
      case JSONL -> "lines of JSON";
      case FASTA -> "sequences";
      case SMILES -> "molecules";
    };
  }

  /** What the end of a file's name says, if it says anything. */
  static Optional<Documents> byName(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return Optional.ofNullable(BY_SUFFIX.get(name.substring(name.lastIndexOf('.') + 1)));
  }

  /** The documents of a file. */
  List<Document> of(Path file, String text) {
    String origin = file.toString();
    Documents kind = this == FILES ? byName(file).orElse(FILES) : this;
    return switch (kind) {
      case AUTO, WHOLE, FILES ->
          text.isEmpty() ? List.of() : List.of(new Document.Text(origin, text));
      case LINES -> lines(origin, text, false);
      case SMILES -> lines(origin, text, true);
      case JSONL -> JsonLines.read(origin, text);
      case FASTA -> fasta(origin, text);
    };
  }

  private static List<Document> lines(String origin, String text, boolean firstWord) {
    List<Document> documents = new ArrayList<>();
    int number = 0;
    for (String line : (Iterable<String>) text.lines()::iterator) {
      number++;
      String content = firstWord ? line.strip().split("\\s", 2)[0] : line;
      if (!content.isBlank()) {
        documents.add(new Document.Text(origin + ":" + number, content));
      }
    }
    return documents;
  }

  private static List<Document> fasta(String origin, String text) {
    List<Document> documents = new ArrayList<>();
    StringBuilder sequence = new StringBuilder();
    String name = "";
    int number = 0;
    for (String line : (Iterable<String>) text.lines()::iterator) {
      number++;
      if (line.startsWith(">")) {
        add(documents, name, sequence);
        name = origin + ":" + number;
      } else if (name.isEmpty() && !line.isBlank() && !line.startsWith(";")) {
        throw new InputException(
            "%s:%d: has a sequence before any line that begins with \">\", expected FASTA"
                .formatted(origin, number));
      } else if (!line.startsWith(";")) {
        line.chars()
            .filter(c -> !Character.isWhitespace(c))
            .forEach(c -> sequence.append((char) c));
      }
    }
    add(documents, name, sequence);
    return documents;
  }

  private static void add(List<Document> documents, String name, StringBuilder sequence) {
    if (!sequence.isEmpty()) {
      documents.add(new Document.Text(name, sequence.toString()));
      sequence.setLength(0);
    }
  }
}
