package dev.chainrule.text.serving;

import dev.chainrule.text.model.SlotDecoder;

/**
 * How a {@link TextService} runs.
 *
 * @param slots texts that are drawn at once
 * @param queue texts that may wait for a slot; more are refused
 * @param context most tokens of a text, prompt and what is drawn; at most the model's context
 *     length
 * @param promptTokens most tokens of prompts that are read between two tokens of a text under way,
 *     31 or more
 * @param keptTexts texts beside those under way whose keys and values stay to be used again
 * @param keptBytes most bytes of all of them together; 0 keeps none, and lets no request use what
 *     another has read: each then comes out to the bit as if it were alone
 */
public record ServiceConfig(
    int slots, int queue, int context, int promptTokens, int keptTexts, long keptBytes) {
  private static final int LEAST_PROMPT_TOKENS = 2 * SlotDecoder.LONG_PIECE - 1;

  /** What is read of prompts between two tokens, unless told. */
  public static final int PROMPT_TOKENS = 256;

  /** What is kept of ended texts, unless told. */
  public static final long KEPT_BYTES = 1_000_000_000;

  public ServiceConfig {
    requireFrom("slots", slots, 1);
    requireFrom("queue", queue, 0);
    requireFrom("context", context, 2);
    requireFrom("prompt_tokens", promptTokens, LEAST_PROMPT_TOKENS);
    requireFrom("kept_texts", keptTexts, 0);
    requireFrom("kept_bytes", keptBytes, 0);
  }

  private static void requireFrom(String name, long value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s %d, expected %d or more".formatted(name, value, least));
    }
  }

  /** Eight texts at once, 64 that wait, and sixteen of a gigabyte kept. */
  public static ServiceConfig of(int context) {
    return new ServiceConfig(8, 64, context, PROMPT_TOKENS, 16, KEPT_BYTES);
  }

  /** With other numbers of texts at once and waiting. */
  public ServiceConfig withSlots(int atOnce, int waiting) {
    return new ServiceConfig(atOnce, waiting, context, promptTokens, keptTexts, keptBytes);
  }

  /** With another limit of what stays. */
  public ServiceConfig withKept(int texts, long bytes) {
    return new ServiceConfig(slots, queue, context, promptTokens, texts, bytes);
  }
}
