package dev.chainrule.text.run;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.sampling.CategoricalSampler;
import dev.chainrule.core.sampling.Past;
import dev.chainrule.core.sampling.Sampler;
import dev.chainrule.core.sampling.SamplingConfig;
import dev.chainrule.text.structure.StructuredText;
import dev.chainrule.text.tokenizer.Tokenizer;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One continuation of given tokens. Its user computes the logits and hands them in, token by token;
 * for the same seed and number of the stream it draws what {@link TextModel#samples} draws. Used by
 * one thread at a time.
 */
public final class Continuation {
  private final int known;
  private final Sampler sampler;
  private final CounterRandom random;
  private final @Nullable StructuredText structured;
  private final Set<Integer> ends;
  private final StopAtStrings atStrings;
  private final TextStream stream;
  private final StringBuilder fresh = new StringBuilder();
  private final double[] element = new double[1];

  /**
   * A drawn token.
   *
   * @param logProb nats under the model's own distribution, however it was bent
   * @param top the most probable tokens in its place, the best first
   * @param text what it made certain: whole characters, which begin no stop string
   * @param last whether nothing is drawn after it
   */
  public record Token(
      int id, double logProb, List<ScoredText.Candidate> top, String text, boolean last) {
    public Token {
      top = List.copyOf(top);
    }
  }

  Continuation(TextDrawing drawing, OptionalInt end, SamplingConfig sampling, long number) {
    Tokenizer tokenizer = drawing.tokenizer();
    int vocabSize = drawing.network().vocabSize();
    known = tokenizer.vocabSize();
    ends = drawing.ends();
    structured = drawing.structured(1, ends).stream().findFirst().orElse(null);
    Past past = sampling.penalties().needPast() ? new Past(vocabSize, drawing.given()) : null;
    sampler =
        new CategoricalSampler(
            vocabSize,
            sampling.warpers(),
            past,
            ForcedTokens.of(drawing.bounds().forced(), structured, vocabSize));
    random = CounterRandom.of(sampling.seed(), number);
    StopStrings stops = drawing.bounds().stops();
    atStrings = new StopAtStrings(stops, drawing::writer);
    stream = new TextStream(drawing.writer(), end, stops, fresh::append);
  }

  /**
   * Draws the next token.
   *
   * @param logits [V] after all tokens so far; those of tokens that the tokenizer lacks are changed
   * @param top how many alternatives are wanted
   */
  public Token draw(float[] logits, int top) {
    KnownTokens.mask(logits, known);
    double logProb = sampler.sample(logits, random, element);
    int id = (int) element[0];
    List<ScoredText.Candidate> best =
        top == 0 ? List.of() : ScoredText.Place.of(logits, id, top).top();
    stream.accept(0, 0, element, logProb);
    // Each token is told to it, those that end the text for another reason too.
    boolean complete = atStrings.stops(0, element);
    boolean over = structured != null && structured.isOver();
    return new Token(id, logProb, best, taken(), complete || over || ends.contains(id));
  }

  /**
   * Ends the text: what is left of a character that was begun, and of what might have been a stop.
   */
  public String finish() {
    stream.finish();
    return taken();
  }

  private String taken() {
    String text = fresh.toString();
    fresh.setLength(0);
    return text;
  }
}
