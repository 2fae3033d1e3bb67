package dev.chainrule.text.tokenizer.huggingface;

import dev.chainrule.base.io.Json;
import java.util.List;
import java.util.function.IntFunction;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The {@code post_processor} of a {@code tokenizer.json} that puts tokens around a text. */
final class TemplateFrame {
  private final IntFunction<String> tokens;
  private final ObjectNode known = Json.mapper().createObjectNode();

  private TemplateFrame(IntFunction<String> tokens) {
    this.tokens = tokens;
  }

  /**
   * Writes it.
   *
   * @param before ids of the tokens before a text
   * @param after of those after it
   * @param tokens by their ids
   */
  static void put(
      ObjectNode root, List<Integer> before, List<Integer> after, IntFunction<String> tokens) {
    ObjectNode frame = root.putObject("post_processor").put("type", "TemplateProcessing");
    TemplateFrame template = new TemplateFrame(tokens);
    for (boolean pair : new boolean[] {false, true}) {
      ArrayNode elements = frame.putArray(pair ? "pair" : "single");
      for (int text = 0; text <= (pair ? 1 : 0); text++) {
        template.putTokens(elements, before, text);
        elements
            .addObject()
            .putObject("Sequence")
            .put("id", text == 0 ? "A" : "B")
            .put("type_id", text);
        template.putTokens(elements, after, text);
      }
    }
    frame.set("special_tokens", template.known);
  }

  private void putTokens(ArrayNode elements, List<Integer> ids, int text) {
    for (int id : ids) {
      String token = tokens.apply(id);
      elements.addObject().putObject("SpecialToken").put("id", token).put("type_id", text);
      ObjectNode entry = known.putObject(token).put("id", token);
      entry.putArray("ids").add(id);
      entry.putArray("tokens").add(token);
    }
  }
}
