package dev.chainrule.text.run;

import dev.chainrule.text.structure.Structure;
import org.jspecify.annotations.Nullable;

/**
 * What continuations are held to.
 *
 * @param stops texts before which they end
 * @param structure the language that each is a text of; null for any text
 */
public record TextBounds(StopStrings stops, @Nullable Structure structure) {
  /** Held to nothing. */
  static final TextBounds NONE = new TextBounds(StopStrings.none(), null);
}
