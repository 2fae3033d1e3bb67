package dev.chainrule.text.openai;

import dev.chainrule.base.io.Json;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a request has used.
 *
 * @param prompt tokens of prompts
 * @param reused those of them that were there already
 * @param drawn tokens of all answers
 * @param guessed tokens that were computed ahead of answers
 * @param accepted those of them that were then drawn
 */
record Usage(int prompt, int reused, int drawn, int guessed, int accepted) {
  ObjectNode json() {
    ObjectNode json = json("prompt_tokens", "completion_tokens");
    ObjectNode details = json.putObject("completion_tokens_details");
    details.put("accepted_prediction_tokens", accepted);
    details.put("rejected_prediction_tokens", guessed - accepted);
    return json;
  }

  /** By the names of the responses route. */
  ObjectNode jsonOfResponses() {
    ObjectNode json = json("input_tokens", "output_tokens");
    // Clients that check answers want all that the API has.
    json.withObject("input_tokens_details").put("cache_write_tokens", 0);
    json.putObject("output_tokens_details").put("reasoning_tokens", 0);
    return json;
  }

  private ObjectNode json(String given, String made) {
    ObjectNode json = Json.mapper().createObjectNode();
    json.put(given, prompt).put(made, drawn).put("total_tokens", prompt + drawn);
    json.putObject(given + "_details").put("cached_tokens", reused);
    return json;
  }
}
