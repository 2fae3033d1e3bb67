package dev.chainrule.text.serving;

import dev.chainrule.core.sampling.SamplingConfig;
import dev.chainrule.text.run.StopStrings;
import dev.chainrule.text.structure.Structure;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is to be drawn.
 *
 * @param given tokens that are continued, 1 or more
 * @param count continuations; number i is that of stream i of the seed, as {@link
 *     dev.chainrule.text.run.TextModel#samples} draws it
 * @param maxNewTokens most tokens of each, 1 or more
 * @param top alternatives that are told of each token
 * @param patience within which all must have been drawn
 * @param structure the language that each is a text of; null for any text
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record TextRequest(
    int[] given,
    int count,
    int maxNewTokens,
    SamplingConfig sampling,
    StopStrings stops,
    int top,
    Duration patience,
    @Nullable Structure structure) {
  public TextRequest {
    given = given.clone();
    if (given.length == 0) {
      throw new IllegalArgumentException("no tokens given, expected 1 or more");
    }
    if (count < 1 || maxNewTokens < 1 || top < 0) {
      throw new IllegalArgumentException(
          "%d continuations of %d tokens with %d alternatives, expected 1, 1 and 0 or more"
              .formatted(count, maxNewTokens, top));
    }
    if (patience.isNegative() || patience.isZero()) {
      throw new IllegalArgumentException("patience %s, expected more".formatted(patience));
    }
  }

  /** One continuation, without alternatives, within an hour. */
  public static TextRequest of(int[] given, int maxNewTokens, SamplingConfig sampling) {
    return new TextRequest(
        given, 1, maxNewTokens, sampling, StopStrings.none(), 0, Duration.ofHours(1), null);
  }

  /** So many continuations. */
  public TextRequest withCount(int continuations) {
    return new TextRequest(
        given, continuations, maxNewTokens, sampling, stops, top, patience, structure);
  }

  /** That end before any of these texts. */
  public TextRequest withStops(StopStrings strings) {
    return new TextRequest(given, count, maxNewTokens, sampling, strings, top, patience, structure);
  }

  /** With so many alternatives to each token. */
  public TextRequest withTop(int alternatives) {
    return new TextRequest(
        given, count, maxNewTokens, sampling, stops, alternatives, patience, structure);
  }

  /** Within another time. */
  public TextRequest withPatience(Duration time) {
    return new TextRequest(given, count, maxNewTokens, sampling, stops, top, time, structure);
  }

  /** Each a text of a language, as {@link dev.chainrule.text.run.TextModel#structure} makes it. */
  public TextRequest withStructure(Structure language) {
    return new TextRequest(given, count, maxNewTokens, sampling, stops, top, patience, language);
  }
}
