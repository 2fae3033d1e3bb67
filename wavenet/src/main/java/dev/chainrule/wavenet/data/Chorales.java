package dev.chainrule.wavenet.data;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import dev.chainrule.wavenet.audio.AudioClip;
import dev.chainrule.wavenet.audio.Notes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * The four-part chorales of the JSB set, as audio: each voice a row of plucked notes, a pitch that
 * is held being one note. The file is a JSON object of the parts of the set; a part is a list of
 * chorales, a chorale one of sixteenths, a sixteenth one of MIDI pitches, the highest voice first.
 */
public final class Chorales {
  /** A sixteenth at 100 quarters a minute. */
  private static final double SIXTEENTH = 0.15;

  private static final double PEAK = 0.9;
  private static final int MAX_VOICES = 16;

  /** Of a chorale, about an hour at 16 kHz. */
  private static final int MAX_SAMPLES = 1 << 26;

  private final String file;
  private final JsonNode parts;

  private Chorales(String file, JsonNode parts) {
    this.file = file;
    this.parts = parts;
  }

  /**
   * Reads the file.
   *
   * @throws InputException if it is not JSON
   */
  public static Chorales read(Path file) throws IOException {
    return new Chorales(file.toString(), Json.read(file, JsonNode.class));
  }

  static Chorales parse(String text, String origin) {
    return new Chorales(origin, Json.parse(text, origin, JsonNode.class));
  }

  /**
   * The chorales of some parts as audio.
   *
   * @param names of parts, such as {@code train}
   * @param seconds after which a chorale is cut off
   * @throws InputException if a part is missing or holds something else than pitches
   */
  public List<LabelledClip> render(List<String> names, int sampleRate, double seconds) {
    List<LabelledClip> clips = new ArrayList<>();
    for (String name : names) {
      JsonNode part = parts.get(name);
      if (part == null || !part.isArray()) {
        throw new InputException(
            "%s: has no part %s, expected a list of chorales".formatted(file, name));
      }
      for (int n = 0; n < part.size(); n++) {
        String title = name + "-" + n;
        AudioClip clip = render(title, part.get(n), sampleRate, seconds);
        clips.add(new LabelledClip(title, clip, Map.of("part", name)));
      }
    }
    return clips;
  }

  private AudioClip render(String title, JsonNode chorale, int sampleRate, double seconds) {
    if (!chorale.isArray()) {
      throw new InputException(
          "%s: %s is %s, expected a list of sixteenths".formatted(file, title, kind(chorale)));
    }
    int steps = (int) Math.min(chorale.size(), seconds / SIXTEENTH);
    double length = steps * SIXTEENTH * sampleRate;
    if (length > MAX_SAMPLES) {
      throw new InputException(
          "%s: %s has %d sixteenths, expected at most the %d of %d samples at %d Hz"
              .formatted(
                  file,
                  title,
                  steps,
                  (int) (MAX_SAMPLES / (SIXTEENTH * sampleRate)),
                  MAX_SAMPLES,
                  sampleRate));
    }
    int voices = voices(title, chorale, steps);
    float[] samples = new float[(int) length];
    for (int voice = 0; voice < voices; voice++) {
      for (int t = 0; t < steps; ) {
        int pitch = pitch(title, chorale, t, voice);
        int end = t + 1;
        while (end < steps && pitch(title, chorale, end, voice) == pitch) {
          end++;
        }
        if (pitch > 0) {
          int from = (int) (t * SIXTEENTH * sampleRate);
          Notes.add(samples, sampleRate, from, pitch, (end - t) * SIXTEENTH, 1.0 / voices);
        }
        t = end;
      }
    }
    return new AudioClip(sampleRate, samples).withPeak(PEAK);
  }

  private int voices(String title, JsonNode chorale, int steps) {
    int voices = 0;
    for (int t = 0; t < steps; t++) {
      JsonNode chord = chorale.get(t);
      if (!chord.isArray() || chord.size() > MAX_VOICES) {
        throw new InputException(
            "%s: %s has %s at sixteenth %d, expected a list of at most %d pitches"
                .formatted(
                    file,
                    title,
                    chord.isArray() ? chord.size() + " pitches" : kind(chord),
                    t,
                    MAX_VOICES));
      }
      voices = Math.max(voices, chord.size());
    }
    return voices;
  }

  private static String kind(JsonNode node) {
    return node.getNodeType().toString().toLowerCase(Locale.ROOT);
  }

  /** A voice's pitch, 0 where it is silent. */
  private int pitch(String title, JsonNode chorale, int step, int voice) {
    JsonNode chord = chorale.get(step);
    if (voice >= chord.size()) {
      return 0;
    }
    int pitch = chord.get(voice).asInt(-1);
    if (pitch < 0 || pitch > 127) {
      throw new InputException(
          "%s: %s has pitch %s at sixteenth %d, expected a MIDI number from 0 to 127"
              .formatted(file, title, chord.get(voice), step));
    }
    return pitch;
  }
}
