package dev.chainrule.experiments.report;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import dev.chainrule.base.io.Utf8File;
import dev.chainrule.base.series.ForecastFile;
import dev.chainrule.text.run.TextModel;
import dev.chainrule.wavenet.audio.AudioClip;
import dev.chainrule.wavenet.audio.WavReader;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Files of samples as exhibits. */
final class SampleFiles {
  /** Files of a kind that one run shows. */
  private static final int MOST = 8;

  /** A file above this is named and not shown: the page could not be opened. */
  private static final long LARGEST = 8L << 20;

  private static final int LONGEST_TEXT = 6000;

  private SampleFiles() {}

  /**
   * The exhibits of a run's files.
   *
   * @param data the series that forecasts are of; null where they are not known
   */
  static List<Exhibit> read(ReportedRun run, @Nullable ReportSeries data) throws IOException {
    List<Exhibit> exhibits = new ArrayList<>();
    Map<String, Integer> shown = new TreeMap<>();
    List<Path> left = new ArrayList<>();
    for (Path file : run.samples()) {
      String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
      String ending = name.substring(name.lastIndexOf('.') + 1);
      if (!List.of("png", "wav", "txt", "csv").contains(ending)
          || (ending.equals("png") && isPictureOfSound(file, run.samples()))) {
        continue;
      }
      if (Files.size(file) > LARGEST || shown.merge(ending, 1, Integer::sum) > MOST) {
        left.add(file);
        continue;
      }
      try {
        exhibits.addAll(
            switch (ending) {
              case "png" -> List.of(picture(file));
              case "wav" -> List.of(sound(file));
              case "txt" -> texts(run, file);
              default -> forecasts(file, data);
            });
      } catch (InputException e) {
        exhibits.add(new Exhibit.Note(name, String.valueOf(e.getMessage())));
      }
    }
    if (!left.isEmpty()) {
      exhibits.add(
          new Exhibit.Note(
              "not shown",
              "%d files more in %s".formatted(left.size(), left.getFirst().getParent())));
    }
    return exhibits;
  }

  /** Pictures, sounds and texts of a run as they are, without what its model thinks of them. */
  static List<Exhibit> plain(ReportedRun run) throws IOException {
    List<Path> files =
        run.samples().stream().filter(file -> !file.toString().endsWith(".csv")).toList();
    return read(run.with(files, null), null);
  }

  /** What drew a sound drew its picture too; here it is drawn anew. */
  private static boolean isPictureOfSound(Path file, List<Path> all) {
    String name = file.toString();
    Path sound = Path.of(name.substring(0, name.length() - ".png".length()) + ".wav");
    return all.contains(sound);
  }

  static Exhibit picture(Path file) throws IOException {
    BufferedImage image = ImageIO.read(file.toFile());
    if (image == null) {
      throw new InputException(file + ": is no PNG that can be read");
    }
    return new Exhibit.Picture(
        title(file), Files.readAllBytes(file), image.getWidth(), image.getHeight());
  }

  static Exhibit sound(Path file) throws IOException {
    AudioClip clip = WavReader.read(file);
    return new Exhibit.Sound(title(file), Files.readAllBytes(file), clip);
  }

  private static String title(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.substring(0, name.lastIndexOf('.')).replace('-', ' ').replace('_', ' ');
  }

  /** What the sampling command wrote has its tokens beside it; of another text they are read. */
  private static List<Exhibit> texts(ReportedRun run, Path file) throws IOException {
    Path listed = file.resolveSibling("samples.json");
    Path checkpoint = run.checkpoint();
    if (checkpoint == null || !run.modality().equals("text") || !Files.isRegularFile(listed)) {
      return List.of(text(run, file));
    }
    List<Exhibit> exhibits = new ArrayList<>();
    try (TextModel model = TextModel.open(checkpoint)) {
      String prompt = run.settings().get("sampling.prompt");
      int[] begun = prompt == null ? DrawnSamples.beginning(model) : model.begun(prompt);
      for (JsonNode sample : Json.read(listed, JsonNode.class).path("samples")) {
        if (exhibits.size() < MOST) {
          IntStream ids = sample.path("ids").valueStream().mapToInt(JsonNode::asInt);
          int[] all = IntStream.concat(IntStream.of(begun), ids).toArray();
          String title = "Sample " + (exhibits.size() + 1);
          exhibits.add(new Exhibit.Words(title, TokenProbabilities.of(model, all)));
        }
      }
    }
    return exhibits;
  }

  private static Exhibit text(ReportedRun run, Path file) throws IOException {
    String whole = Utf8File.read(file, "text");
    String text = whole.length() > LONGEST_TEXT ? whole.substring(0, LONGEST_TEXT) : whole;
    String title = title(file) + (text.length() < whole.length() ? ", its beginning" : "");
    Path checkpoint = run.checkpoint();
    if (checkpoint == null || !run.modality().equals("text")) {
      return new Exhibit.Words(title, List.of(new Exhibit.Token(text, Double.NaN)));
    }
    try (TextModel model = TextModel.open(checkpoint)) {
      return new Exhibit.Words(title, TokenProbabilities.of(model, model.begun(text)));
    }
  }

  static List<Exhibit> forecasts(Path file, @Nullable ReportSeries data) throws IOException {
    Map<String, ForecastFile.Entry> entries = ForecastFile.read(file).entries();
    if (data == null) {
      return List.of(
          new Exhibit.Note(
              title(file),
              "%d forecasts in %s; --data names the series that they are of"
                  .formatted(entries.size(), file)));
    }
    return ForecastExhibits.of(data.read(), entries, file);
  }
}
