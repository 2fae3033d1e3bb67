package dev.chainrule.wavenet.data;

import dev.chainrule.base.InputException;
import dev.chainrule.wavenet.audio.AudioClip;
import dev.chainrule.wavenet.audio.Resampler;
import dev.chainrule.wavenet.audio.WavReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the WAV files of a folder, in the order of their names.
 *
 * @param sampleRate to which files are brought, in Hz
 * @param trimDecibels silence at the ends below this, relative to the loudest frame, is cut; 0 cuts
 *     nothing
 * @param peak to which every clip is scaled; 0 leaves clips as they are
 * @param loudness root mean square in decibels of full scale to which clips are scaled instead, or
 *     as near to it as no sample goes beyond 1; null for none
 * @param labels what file names say; null for nothing
 */
public record ClipFolder(
    int sampleRate,
    double trimDecibels,
    double peak,
    @Nullable Double loudness,
    @Nullable LabelPattern labels) {
  /** What was read. */
  public record Content(List<LabelledClip> clips, double secondsRead, double secondsKept) {
    /** Seconds lost to trimming. */
    public double secondsTrimmed() {
      return secondsRead - secondsKept;
    }
  }

  public ClipFolder {
    if (!(trimDecibels <= 0)) {
      throw new IllegalArgumentException(
          "trimming at %s dB, expected 0 (none) or less".formatted(trimDecibels));
    }
    if (!(peak >= 0 && peak <= 1)) {
      throw new IllegalArgumentException("peak %s, expected 0 (as is) to 1".formatted(peak));
    }
    if (loudness != null && !(loudness <= 0 && loudness >= -100)) {
      throw new IllegalArgumentException("loudness %s dB, expected -100 to 0".formatted(loudness));
    }
  }

  /**
   * Reads all files below a folder whose name ends in .wav.
   *
   * @throws InputException if there is none, or one cannot be used
   */
  public Content read(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new InputException(folder + ": no such folder, expected one with WAV files");
    }
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder)) {
      files =
          all.filter(f -> f.toString().toLowerCase(Locale.ROOT).endsWith(".wav")).sorted().toList();
    }
    if (files.isEmpty()) {
      throw new InputException(folder + ": holds no .wav file");
    }
    List<LabelledClip> clips = new ArrayList<>();
    double secondsRead = 0;
    double secondsKept = 0;
    for (Path file : files) {
      AudioClip clip = Resampler.toRate(WavReader.read(file), sampleRate, file.toString());
      if (clip.samples().length == 0) {
        throw new InputException(file + ": has no samples, expected a sound");
      }
      secondsRead += clip.seconds();
      clip = trimDecibels == 0 ? clip : clip.trimmed(trimDecibels);
      clip = level(clip);
      secondsKept += clip.seconds();
      String name = file.getFileName().toString();
      clips.add(new LabelledClip(name, clip, labels == null ? Map.of() : labels.read(name)));
    }
    return new Content(clips, secondsRead, secondsKept);
  }

  private AudioClip level(AudioClip clip) {
    if (loudness != null) {
      return clip.withLoudness(loudness);
    }
    return peak == 0 ? clip : clip.withPeak(peak);
  }
}
