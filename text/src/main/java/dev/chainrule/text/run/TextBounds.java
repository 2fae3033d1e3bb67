package dev.chainrule.text.run;

import dev.chainrule.text.structure.Structure;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What continuations are held to.
 *
 * @param stops texts before which they end
 * @param structure the language that each is a text of; null for any text
 * @param forced tokens that come whatever the model says, by how many were drawn before
 */
public record TextBounds(
    StopStrings stops, @Nullable Structure structure, Map<Integer, Integer> forced) {
  /** Held to nothing. */
  static final TextBounds NONE = new TextBounds(StopStrings.none(), null, Map.of());

  public TextBounds {
    forced = Map.copyOf(forced);
  }

  TextBounds withStops(StopStrings strings) {
    return new TextBounds(strings, structure, forced);
  }

  TextBounds withStructure(Structure language) {
    return new TextBounds(stops, language, forced);
  }

  TextBounds withForced(Map<Integer, Integer> tokens) {
    return new TextBounds(stops, structure, tokens);
  }
}
