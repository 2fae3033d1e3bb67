package dev.chainrule.text.serving;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** What a {@link TextService} has done. */
public final class ServiceStats {
  final LongAdder promptTokens = new LongAdder();
  final LongAdder reusedTokens = new LongAdder();
  final LongAdder drawnTokens = new LongAdder();
  final LongAdder guessedTokens = new LongAdder();
  final LongAdder acceptedTokens = new LongAdder();
  final LongAdder steps = new LongAdder();
  final LongAdder refused = new LongAdder();
  private final Map<Ending, LongAdder> ended = new EnumMap<>(Ending.class);
  final Histogram firstToken = new Histogram();
  final Histogram nextToken = new Histogram();
  volatile int running;
  volatile int waiting;
  volatile int keptTexts;
  volatile long keptTokens;
  volatile long keptBytes;

  ServiceStats() {
    for (Ending how : Ending.values()) {
      ended.put(how, new LongAdder());
    }
  }

  /** Tokens of prompts that were read. */
  public long promptTokens() {
    return promptTokens.sum();
  }

  /** Tokens of prompts whose keys and values were there already. */
  public long reusedTokens() {
    return reusedTokens.sum();
  }

  /** Tokens that were drawn. */
  public long drawnTokens() {
    return drawnTokens.sum();
  }

  /** Tokens that were computed ahead of texts, where guesses are made. */
  public long guessedTokens() {
    return guessedTokens.sum();
  }

  /** Those of them that were then drawn. */
  public long acceptedTokens() {
    return acceptedTokens.sum();
  }

  /** Steps of the model. */
  public long steps() {
    return steps.sum();
  }

  /** Texts that were refused because too many waited. */
  public long refused() {
    return refused.sum();
  }

  /** Texts that ended so. */
  public long ended(Ending how) {
    return counter(how).sum();
  }

  LongAdder counter(Ending how) {
    return Objects.requireNonNull(ended.get(how));
  }

  /** Seconds from a request to its first token. */
  public Histogram firstToken() {
    return firstToken;
  }

  /** Seconds from a token of a text to its next. */
  public Histogram nextToken() {
    return nextToken;
  }

  /** Texts that are drawn now. */
  public int running() {
    return running;
  }

  /** Texts that wait now. */
  public int waiting() {
    return waiting;
  }

  /** Texts that have ended and are kept. */
  public int keptTexts() {
    return keptTexts;
  }

  /** Their tokens together. */
  public long keptTokens() {
    return keptTokens;
  }

  /** Bytes of their keys and values together. */
  public long keptBytes() {
    return keptBytes;
  }
}
