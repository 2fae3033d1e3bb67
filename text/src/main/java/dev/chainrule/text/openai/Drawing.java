package dev.chainrule.text.openai;

import dev.chainrule.base.InputException;
import dev.chainrule.core.sampling.Penalties;
import dev.chainrule.core.sampling.SamplingConfig;
import dev.chainrule.core.sampling.SamplingStage;
import dev.chainrule.text.run.BadWords;
import dev.chainrule.text.run.StopStrings;
import dev.chainrule.text.serving.TextRequest;
import dev.chainrule.text.tokenizer.Tokenizer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import tools.jackson.databind.JsonNode;

/**
 * How a request wants its answers drawn.
 *
 * @param count answers to each prompt
 * @param maxTokens of each; none for as many as fit
 * @param stream whether pieces are sent as they are drawn
 * @param usage whether a stream ends with the numbers of tokens
 */
record Drawing(
    int count,
    OptionalInt maxTokens,
    SamplingConfig sampling,
    StopStrings stops,
    boolean stream,
    boolean usage) {
  private static final int MOST_ANSWERS = 128;
  private static final int MOST_STOPS = 16;
  private static final int MOST_BAD_WORDS = 256;
  private static final int MOST_TOP_K = 1 << 20;

  /**
   * Reads the fields that all routes have.
   *
   * @param tokenizer has the tokens that a bias may name
   */
  static Drawing read(Fields fields, Tokenizer tokenizer, OptionalInt maxTokens) {
    int count = fields.integer("n", 1, MOST_ANSWERS).orElse(1);
    boolean stream = fields.truth("stream", false);
    Fields options = fields.object("stream_options");
    boolean usage = false;
    if (options != null) {
      if (!stream) {
        throw ApiError.field("stream_options", null, "found without stream, expected none");
      }
      usage = options.truth("include_usage", false);
      options.ignore("include_obfuscation");
      options.finish();
    }
    List<String> stops = fields.strings("stop", MOST_STOPS);
    if (stops.stream().anyMatch(String::isEmpty)) {
      throw ApiError.field("stop", null, "has an empty string, expected characters");
    }
    return new Drawing(
        count, maxTokens, sampling(fields, tokenizer), new StopStrings(stops), stream, usage);
  }

  /** The fields of the API, and those that it lacks by the names that vLLM gives them. */
  private static SamplingConfig sampling(Fields fields, Tokenizer tokenizer) {
    Long seed = fields.seed("seed");
    double typical = fields.number("typical_p", Double.MIN_VALUE, 1, 1);
    return new SamplingConfig(
        seed == null ? ThreadLocalRandom.current().nextLong() : seed,
        fields.number("temperature", 0, 2, 1),
        topK(fields),
        fields.number("top_p", Double.MIN_VALUE, 1, 1),
        fields.number("min_p", 0, 1, 0),
        typical,
        0,
        0,
        new Penalties(
            bias(fields, tokenizer.vocabSize()),
            fields.number("repetition_penalty", 0.01, 10, 1),
            fields.number("presence_penalty", -2, 2, 0),
            fields.number("frequency_penalty", -2, 2, 0),
            0,
            badWords(fields, tokenizer)),
        SamplingStage.TRANSFORMERS);
  }

  private static List<List<Integer>> badWords(Fields fields, Tokenizer tokenizer) {
    try {
      return BadWords.of(tokenizer, fields.strings("bad_words", MOST_BAD_WORDS));
    } catch (IllegalArgumentException | InputException e) {
      throw ApiError.field("bad_words", null, String.valueOf(e.getMessage()));
    }
  }

  /** Of vLLM's, -1 is all too. */
  private static int topK(Fields fields) {
    return Math.max(0, fields.integer("top_k", -1, MOST_TOP_K).orElse(0));
  }

  private static Map<Integer, Double> bias(Fields fields, int vocabSize) {
    Map<Integer, Double> bias = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : fields.entries("logit_bias")) {
      String id = entry.getKey();
      String param = fields.path("logit_bias");
      boolean isToken = id.matches("[0-9]{1,9}") && Integer.parseInt(id) < vocabSize;
      if (!isToken) {
        throw ApiError.field(
            param,
            null,
            "found token '%s', expected a number from 0 to %d".formatted(id, vocabSize - 1));
      }
      bias.put(Integer.parseInt(id), Fields.number(entry.getValue(), param + "." + id, -100, 100));
    }
    return bias;
  }

  /**
   * What a service is asked for one prompt.
   *
   * @param param the field that the prompt is in
   * @param limit the field of the largest number of tokens
   * @param top alternatives to each token
   */
  TextRequest request(
      int[] prompt, String param, String limit, int context, int top, Duration patience) {
    if (prompt.length == 0) {
      throw ApiError.field(param, null, "has no tokens, expected 1 or more");
    }
    int room = context - prompt.length;
    if (room < 1) {
      throw ApiError.field(
          param,
          "context_length_exceeded",
          "has %d tokens, and the maximum context length is %d tokens, expected at most %d"
              .formatted(prompt.length, context, context - 1));
    }
    int wanted = maxTokens.orElse(room);
    if (wanted > room) {
      throw ApiError.field(
          limit,
          "context_length_exceeded",
          ("found %d after %d tokens of the prompt, expected at most %d in all, the maximum context"
                  + " length")
              .formatted(wanted, prompt.length, context));
    }
    return new TextRequest(prompt, count, wanted, sampling, stops, top, patience, null);
  }
}
