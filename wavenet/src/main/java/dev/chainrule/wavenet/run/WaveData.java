package dev.chainrule.wavenet.run;

import dev.chainrule.base.InputException;
import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.data.DataFolders;
import dev.chainrule.wavenet.WaveNetConfig;
import dev.chainrule.wavenet.audio.Notes;
import dev.chainrule.wavenet.data.Chorales;
import dev.chainrule.wavenet.data.ClipFolder;
import dev.chainrule.wavenet.data.LabelPattern;
import dev.chainrule.wavenet.data.LabelledClip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The clips of a data set, split.
 *
 * @param training to learn from
 * @param heldOut to measure with
 * @param secondsTrimmed silence that was cut off
 */
public record WaveData(
    List<LabelledClip> training, List<LabelledClip> heldOut, double secondsTrimmed) {
  /**
   * Where clips come from and how they are read.
   *
   * @param data a folder of WAV files; {@code fsdd}, the spoken digits; {@code chorales}, those of
   *     the JSB set as music; or {@code notes}, melodies made in code
   * @param sampleRate in Hz
   * @param trim decibels below which silence at the ends is cut; 0 for none
   * @param peak to which clips are scaled; 0 leaves them as they are
   * @param loudness decibels to which clips are scaled instead; null for none
   * @param labels pattern of file names; null for none
   * @param holdOut a label and its held-out values, such as {@code index=0,1,2}; null for every
   *     tenth file
   */
  public record Source(
      String data,
      int sampleRate,
      double trim,
      double peak,
      @Nullable Double loudness,
      @Nullable String labels,
      @Nullable String holdOut) {
    /** The usual way to read a known set; a folder has no labels unless its user says so. */
    public static Source of(
        String data,
        int sampleRate,
        double trim,
        double peak,
        @Nullable Double loudness,
        @Nullable String labels,
        @Nullable String holdOut) {
      if (sampleRate < 1 || sampleRate > HIGHEST_RATE) {
        throw new IllegalArgumentException(
            "--sample-rate: found %d, expected 1 to %,d Hz.".formatted(sampleRate, HIGHEST_RATE));
      }
      boolean chorales = data.equals("chorales");
      if (chorales || data.equals("notes")) {
        String expected = "a folder of WAV files as --data, not the " + data;
        requireUnset("--labels", labels, expected);
        requireUnset("--trim", trim == 0 ? null : trim, expected);
        requireUnset("--loudness", loudness, expected);
        requireUnset("--hold-out", chorales ? holdOut : null, expected);
      }
      boolean digits = data.equals("fsdd");
      return new Source(
              data,
              sampleRate,
              trim,
              peak,
              loudness,
              labels == null && digits ? "{digit}_{speaker}_{index}.wav" : labels,
              holdOut == null && digits ? "index=0,1,2,3,4" : holdOut)
          .checked();
    }

    /** What would be passed over in silence. */
    private static void requireUnset(String option, @Nullable Object value, String expected) {
      if (value != null) {
        throw new IllegalArgumentException(
            "%s: found %s, expected %s.".formatted(option, value, expected));
      }
    }

    /** Refuses a way of reading that there is none of. */
    private Source checked() {
      try {
        reader();
        return this;
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "--sample-rate, --trim, --peak, --loudness, --labels: " + e.getMessage() + ".", e);
      }
    }

    private ClipFolder reader() {
      return new ClipFolder(
          sampleRate, trim, peak, loudness, labels == null ? null : new LabelPattern(labels));
    }

    /** The same way of reading another set. */
    public Source withData(String other) {
      return new Source(other, sampleRate, trim, peak, loudness, labels, holdOut);
    }
  }

  private static final int MOST_LISTED = 20;
  private static final int HIGHEST_RATE = 768_000;
  private static final int MELODIES = 60;
  private static final double MELODY_SECONDS = 4;

  /** Of each chorale only the beginning is rendered, so that all of them fit the memory. */
  private static final double CHORALE_SECONDS = 12;

  /** Reads and splits. */
  public static WaveData read(Source source) throws IOException {
    if (source.data().equals("notes")) {
      return split(melodies(source.sampleRate()), source.holdOut(), 0);
    }
    if (source.data().equals("chorales")) {
      return chorales(source.sampleRate());
    }
    ClipFolder.Content content = source.reader().read(folder(source.data()));
    return split(content.clips(), source.holdOut(), content.secondsTrimmed());
  }

  /** Of the parts of the set, {@code test} is held out and the others are learnt. */
  private static WaveData chorales(int sampleRate) throws IOException {
    Path file = given("chorales", "jsb/jsb-chorales-16th.json", Files::isRegularFile);
    Chorales all = Chorales.read(file);
    return new WaveData(
        all.render(List.of("train", "valid"), sampleRate, CHORALE_SECONDS),
        all.render(List.of("test"), sampleRate, CHORALE_SECONDS),
        0);
  }

  private static Path given(String data, String name, Predicate<Path> exists) {
    return DataFolders.ofEnvironment()
        .given()
        .map(given -> given.resolve(name))
        .filter(exists)
        .orElseThrow(
            () ->
                new InputException(
                    "%s: not found; set %s to a folder that holds %s"
                        .formatted(data, DataFolders.VARIABLE, name)));
  }

  private static Path folder(String data) {
    Path path = Path.of(data);
    if (Files.isDirectory(path) || !data.equals("fsdd")) {
      return path;
    }
    return given("fsdd", "fsdd/recordings", Files::isDirectory);
  }

  private static List<LabelledClip> melodies(int sampleRate) {
    List<LabelledClip> clips = new ArrayList<>();
    for (int i = 0; i < MELODIES; i++) {
      clips.add(
          new LabelledClip(
              "melody-" + i,
              Notes.melody(sampleRate, MELODY_SECONDS, CounterRandom.of(1, i)),
              Map.of()));
    }
    return clips;
  }

  private static WaveData split(
      List<LabelledClip> clips, @Nullable String holdOut, double trimmed) {
    List<LabelledClip> training = new ArrayList<>();
    List<LabelledClip> heldOut = new ArrayList<>();
    for (int i = 0; i < clips.size(); i++) {
      boolean held = holdOut == null ? i % 10 == 0 : isHeldOut(clips.get(i), holdOut);
      (held ? heldOut : training).add(clips.get(i));
    }
    if (heldOut.isEmpty() && holdOut != null) {
      String label = holdOut.split("=", 2)[0];
      TreeSet<String> values = new TreeSet<>();
      clips.forEach(clip -> values.add(String.valueOf(clip.labels().get(label))));
      throw new InputException(
          "--hold-out: found %s, expected values of %s, which has %s%s."
              .formatted(
                  holdOut,
                  label,
                  String.join(", ", values.stream().limit(MOST_LISTED).toList()),
                  values.size() > MOST_LISTED ? ", ..." : ""));
    }
    if (training.isEmpty()) {
      throw new InputException(
          "no clip is left to learn from: %d are held out".formatted(heldOut.size()));
    }
    return new WaveData(training, heldOut, trimmed);
  }

  private static boolean isHeldOut(LabelledClip clip, String holdOut) {
    String[] sides = holdOut.split("=", 2);
    String value = clip.labels().get(sides[0]);
    if (sides.length < 2 || value == null) {
      throw new InputException(
          "--hold-out: found %s, expected a label of the file names and values, such as index=0,1"
              .formatted(holdOut));
    }
    return Arrays.asList(sides[1].split(",")).contains(value);
  }

  /** The labels of these names with all values that occur among the clips to learn from. */
  List<WaveNetConfig.Label> labels(List<String> names) {
    List<WaveNetConfig.Label> labels = new ArrayList<>();
    for (String name : names) {
      TreeSet<String> values = new TreeSet<>(Comparator.naturalOrder());
      for (LabelledClip clip : training) {
        String value = clip.labels().get(name);
        if (value == null) {
          throw new InputException(
              "--condition: found %s, but the name of %s says %s"
                  .formatted(
                      name,
                      clip.name(),
                      clip.labels().isEmpty()
                          ? "no label; --labels tells how to read it"
                          : "only " + String.join(", ", clip.labels().keySet())));
        }
        values.add(value);
      }
      labels.add(new WaveNetConfig.Label(name, List.copyOf(values)));
    }
    return labels;
  }
}
