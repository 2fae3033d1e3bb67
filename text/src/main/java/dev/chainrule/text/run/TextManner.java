package dev.chainrule.text.run;

import dev.chainrule.core.kernel.CacheFormat;
import org.jspecify.annotations.Nullable;

/**
 * How a model draws tokens, besides how each is drawn from its distribution.
 *
 * @param cache format of keys and values; null for the model's usual one
 * @param bounds what continuations are held to
 * @param speculation how tokens are guessed ahead; null if none are
 * @param top alternatives that are told of each token
 */
record TextManner(
    @Nullable CacheFormat cache, TextBounds bounds, @Nullable Speculation speculation, int top) {
  TextManner {
    if (top < 0) {
      throw new IllegalArgumentException("%d alternatives, expected 0 or more".formatted(top));
    }
  }

  /** As the model does by itself. */
  static final TextManner USUAL = new TextManner(null, TextBounds.NONE, null, 0);

  TextManner withCache(CacheFormat format) {
    return new TextManner(format, bounds, speculation, top);
  }

  TextManner withBounds(TextBounds other) {
    return new TextManner(cache, other, speculation, top);
  }

  TextManner withSpeculation(Speculation guesses) {
    return new TextManner(cache, bounds, guesses, top);
  }

  TextManner withTop(int alternatives) {
    return new TextManner(cache, bounds, speculation, alternatives);
  }
}
