package dev.chainrule.pixelcnn.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Excerpt;
import dev.chainrule.base.io.TextFile;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Vectors to condition images on: CSV without a header, a line for each image. */
public final class ConditionFile {
  private ConditionFile() {}

  /**
   * Reads vectors.
   *
   * @return [lines, values of a line], float32
   * @throws InputException naming file and line, for a cell that is no finite number or a line of
   *     another length than the first
   */
  public static Tensor read(Path file) throws IOException {
    return read(file, TextFile.open(file));
  }

  /** Reads what is in memory, named as messages shall name it. */
  static Tensor read(Path name, byte[] content) throws IOException {
    return read(name, TextFile.open(name, content));
  }

  private static Tensor read(Path file, BufferedReader text) throws IOException {
    List<CsvRecord> lines = new ArrayList<>();
    try (CsvReader<CsvRecord> reader =
        CsvReader.builder().allowUnclosedQuote(false).ofCsvRecord(text)) {
      reader.forEach(lines::add);
    } catch (CsvParseException | UncheckedIOException e) {
      if (e.getCause() instanceof InputException said) {
        throw said;
      }
      throw new InputException(
          "%s: expected lines of as many numbers each: %s"
              .formatted(file, Excerpt.sentence(e.getMessage())),
          e);
    }
    if (lines.isEmpty()) {
      throw new InputException(file + ": empty, expected a line of numbers for each image");
    }
    int width = lines.getFirst().getFieldCount();
    Tensor vectors = Tensor.zeros(DType.FLOAT32, lines.size(), width);
    for (int n = 0; n < lines.size(); n++) {
      CsvRecord line = lines.get(n);
      for (int d = 0; d < width; d++) {
        double value = number(file, line.getStartingLineNumber(), line.getField(d));
        vectors.set((long) n * width + d, value);
      }
    }
    return vectors;
  }

  /** Gives each image its vector: the lines of those to learn from come first. */
  public static ImageSource join(ImageSource source, Path file) throws IOException {
    Tensor vectors = read(file);
    int training = source.training().size();
    int all = training + source.heldOut().size();
    if (vectors.dim(0) != all) {
      throw new InputException(
          "%s: %d lines, expected %d: one for each of %d images to learn from and %d held out"
              .formatted(file, vectors.dim(0), all, training, source.heldOut().size()));
    }
    return new ImageSource(
        source.training().withVectors(vectors.slice(0, training)),
        source.heldOut().withVectors(vectors.slice(training, all)));
  }

  private static double number(Path file, long line, String cell) {
    double value;
    try {
      // Java would also take 1f, 1d and hexadecimal numbers.
      String text = cell.strip();
      value = text.matches("[^xX]*[0-9.]") ? Double.parseDouble(text) : Double.NaN;
    } catch (NumberFormatException e) {
      value = Double.NaN;
    }
    if (!Float.isFinite((float) value)) {
      throw new InputException(
          "%s:%d: found \"%s\", expected a finite number.".formatted(file, line, Excerpt.of(cell)));
    }
    return value;
  }
}
