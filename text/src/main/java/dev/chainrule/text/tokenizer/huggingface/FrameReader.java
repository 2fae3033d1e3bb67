package dev.chainrule.text.tokenizer.huggingface;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What a file's post-processors write before and after a text. */
final class FrameReader {
  private static final String KNOWN =
      "Sequence, TemplateProcessing, ByteLevel, RobertaProcessing, BertProcessing";

  final List<Integer> before = new ArrayList<>();
  final List<Integer> after = new ArrayList<>();

  void add(Fields fields) {
    switch (fields.type()) {
      case "Sequence" -> fields.objects("processors").forEach(this::add);
      case "ByteLevel" -> {}
      case "TemplateProcessing" -> template(fields);
      case "RobertaProcessing", "BertProcessing" -> {
        before.addFirst(pairId(fields, "cls"));
        after.add(pairId(fields, "sep"));
      }
      default -> throw fields.unknownType(KNOWN);
    }
  }

  /** Of {@code ["</s>", 2]}. */
  private static int pairId(Fields fields, String name) {
    JsonNode pair = fields.node().path(name);
    if (!pair.path(1).isInt() || pair.path(1).intValue() < 0) {
      throw fields.refusal("has no \"" + name + "\" with a number", "a token and its number");
    }
    return pair.path(1).intValue();
  }

  private void template(Fields fields) {
    List<Integer> earlier = new ArrayList<>();
    List<Integer> later = new ArrayList<>();
    boolean afterText = false;
    for (Fields element : fields.objects("single")) {
      if (element.has("Sequence")) {
        if (afterText) {
          throw element.refusal("is the text a second time", "it once");
        }
        afterText = true;
      } else {
        List<Integer> ids = ids(fields, element.object("SpecialToken").string("id"));
        (afterText ? later : earlier).addAll(ids);
      }
    }
    before.addAll(0, earlier);
    after.addAll(later);
  }

  private static List<Integer> ids(Fields fields, String name) {
    JsonNode token = fields.object("special_tokens").node().path(name);
    List<Integer> ids = new ArrayList<>();
    for (JsonNode id : token.path("ids")) {
      if (!id.isInt() || id.intValue() < 0) {
        throw fields.refusal("has no whole numbers as ids of \"" + name + "\"", "such");
      }
      ids.add(id.intValue());
    }
    if (ids.isEmpty()) {
      throw fields.refusal(
          "names \"" + name + "\", which its special_tokens lack", "a token that they have");
    }
    return ids;
  }
}
