import dev.chainrule.plot.Chart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a study measured: printed as a table of Markdown, kept as CSV beside its figures. */
final class StudyTable {
  private final Path folder;
  private final String name;
  private final List<String> columns;
  private final List<List<Object>> rows = new ArrayList<>();

  StudyTable(Path folder, String name, String... columns) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.name = name;
    this.columns = List.of(columns);
  }

  /** A row: texts, and numbers that are printed with four significant digits. */
  void add(Object... cells) {
    if (cells.length != columns.size()) {
      throw new IllegalArgumentException(
          "%d cells, expected one for each of %s".formatted(cells.length, columns));
    }
    rows.add(List.of(cells));
  }

  /** The numbers of a column, of rows whose first cells are these. */
  List<Double> numbers(String column, Object... first) {
    int at = columns.indexOf(column);
    return rows.stream()
        .filter(row -> row.subList(0, first.length).equals(List.of(first)))
        .map(row -> ((Number) row.get(at)).doubleValue())
        .toList();
  }

  /** Prints the table, and writes it as NAME.csv. */
  void finish() throws IOException {
    System.out.println("| " + String.join(" | ", columns) + " |");
    System.out.println("|" + "---|".repeat(columns.size()));
    for (List<Object> row : rows) {
      System.out.println(
          row.stream().map(StudyTable::shown).collect(Collectors.joining(" | ", "| ", " |")));
    }
    write();
  }

  /** Writes the table as NAME.csv. */
  void write() throws IOException {
    StringBuilder csv = new StringBuilder(String.join(",", columns)).append('\n');
    for (List<Object> row : rows) {
      csv.append(row.stream().map(StudyTable::cell).collect(Collectors.joining(","))).append('\n');
    }
    Files.writeString(folder.resolve(name + ".csv"), csv);
  }

  /** Writes a figure as FILE.svg in the same folder. */
  void figure(String file, Chart chart) throws IOException {
    Path path = folder.resolve(file + ".svg");
    Files.writeString(path, chart.file());
    System.out.println("figure: " + path);
  }

  private static String cell(Object cell) {
    String text = String.valueOf(cell);
    return text.contains(",") ? '"' + text + '"' : text;
  }

  static double mean(List<Double> values) {
    return values.stream().mapToDouble(v -> v).average().orElseThrow();
  }

  private static String shown(Object cell) {
    if (!(cell instanceof Double value)) {
      return String.valueOf(cell);
    }
    double size = Math.abs(value);
    int digits = size == 0 || size >= 1000 ? 0 : Math.clamp(3 - (int) Math.floor(Math.log10(size)), 0, 6);
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
