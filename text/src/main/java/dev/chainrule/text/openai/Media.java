package dev.chainrule.text.openai;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Models of what is no text, as a server asks them: of one thing at a time, by a thread of its own.
 *
 * @param images answers {@code /v1/images/generations}; null if there is none
 * @param audio answers {@code /v1/audio/speech}; null if there is none
 */
public record Media(@Nullable Images images, @Nullable Audio audio) {
  /** Text alone. */
  public static final Media NONE = new Media(null, null);

  /** What requests call the models. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    if (images != null) {
      names.add(images.name());
    }
    if (audio != null) {
      names.add(audio.name());
    }
    return names;
  }

  /** A model of images. */
  public interface Images {
    /** As requests call it. */
    String name();

    /** As requests have it: {@code 28x28}. */
    String size();

    /**
     * Draws.
     *
     * @param label class of all; none for all classes in turn, or a model without
     * @param cancelled whether nobody waits any more; then it may end with any exception
     * @return PNG files
     * @throws IllegalArgumentException if there is no such class
     */
    List<byte[]> draw(
        int count, long seed, double temperature, OptionalInt label, BooleanSupplier cancelled)
        throws IOException;
  }

  /** A model of sound. */
  public interface Audio {
    /** As requests call it. */
    String name();

    /**
     * Draws.
     *
     * @param labels what is drawn, by the names of the model's labels
     * @param cancelled whether nobody waits any more; then it may end with any exception
     * @return a WAV file
     * @throws IllegalArgumentException if labels do not fit
     */
    byte[] draw(
        double seconds,
        long seed,
        double temperature,
        Map<String, String> labels,
        BooleanSupplier cancelled)
        throws IOException;
  }
}
