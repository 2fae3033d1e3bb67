package dev.chainrule.experiments.report;

import dev.chainrule.base.io.AtomicFile;
import dev.chainrule.plot.AudioChart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The figures of a report as files of their own: charts as SVG, images as PNG. */
final class FigureFiles {
  private final Path folder;
  private final Set<String> names = new HashSet<>();
  private final List<Path> written = new ArrayList<>();

  private FigureFiles(Path folder) {
    this.folder = folder;
  }

  /**
   * Writes them, and the tables of the runs.
   *
   * @return the files
   */
  static List<Path> write(Path folder, Report report) throws IOException {
    FigureFiles files = new FigureFiles(folder);
    for (Map.Entry<String, List<Exhibit>> part : report.exhibits().entrySet()) {
      for (Exhibit exhibit : part.getValue()) {
        files.write(part.getKey(), exhibit);
      }
    }
    RunTables.metrics(files.file("metrics", "csv"), report.runs());
    RunTables.runs(files.file("runs", "csv"), report.runs());
    return files.written;
  }

  private void write(String part, Exhibit exhibit) throws IOException {
    switch (exhibit) {
      case Exhibit.Drawing drawing ->
          AtomicFile.writeString(file(named(part, drawing.title()), "svg"), drawing.chart().file());
      case Exhibit.Picture picture ->
          AtomicFile.writeBytes(file(named(part, picture.title()), "png"), picture.png());
      case Exhibit.Sound sound -> {
        String name = named(part, sound.title());
        AtomicFile.writeString(file(name, "svg"), AudioChart.file(sound.clip(), sound.title()));
        AtomicFile.writeBytes(file(name, "wav"), sound.wav());
      }
      case Exhibit.Words words -> {
        StringBuilder text = new StringBuilder();
        words.tokens().forEach(token -> text.append(token.text()));
        AtomicFile.writeString(file(named(part, words.title()), "txt"), text.toString());
      }
      case Exhibit.Note note -> {
        // Says what there is no figure of.
      }
    }
  }

  private static String named(String part, String title) {
    String beginning = title.split("[:,(]", 2)[0];
    return part.equals("Curves") || part.equals("Ends") || part.equals("Samples")
        ? beginning
        : part + " " + beginning;
  }

  private Path file(String name, String ending) {
    String plain = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    String stem = plain.replaceAll("^-|-$", "");
    String free = stem + "." + ending;
    for (int i = 2; !names.add(free); i++) {
      free = stem + "-" + i + "." + ending;
    }
    Path file = folder.resolve(free);
    written.add(file);
    return file;
  }
}
