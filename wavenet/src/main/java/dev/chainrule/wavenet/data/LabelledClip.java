package dev.chainrule.wavenet.data;

import dev.chainrule.wavenet.audio.AudioClip;
import java.util.Map;

/**
 * A clip of a data set.
 *
 * @param name of its file, for messages
 * @param clip the audio
 * @param labels by name
 */
public record LabelledClip(String name, AudioClip clip, Map<String, String> labels) {
  public LabelledClip {
    labels = Map.copyOf(labels);
  }
}
