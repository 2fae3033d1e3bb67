package dev.chainrule.wavenet.data;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import dev.chainrule.wavenet.audio.AudioClip;
import dev.chainrule.wavenet.audio.Notes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  private final Path file;
  private final JsonNode parts;

  private Chorales(Path file, JsonNode parts) {
    this.file = file;
    this.parts = parts;
  }

  /**
   * Reads the file.
   *
   * @throws InputException if it is not JSON
   */
  public static Chorales read(Path file) throws IOException {
    return new Chorales(file, Json.read(file, JsonNode.class));
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
    int steps = Math.min(chorale.size(), (int) (seconds / SIXTEENTH));
    float[] samples = new float[(int) (steps * SIXTEENTH * sampleRate)];
    int voices = 0;
    for (int t = 0; t < steps; t++) {
      voices = Math.max(voices, chorale.get(t).size());
    }
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
