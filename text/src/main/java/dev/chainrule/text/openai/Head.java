package dev.chainrule.text.openai;

import dev.chainrule.base.io.Json;
import java.time.Instant;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * What all parts of an answer begin with.
 *
 * @param id of the answer
 * @param created seconds since 1970
 * @param model as the request called it
 * @param usage whether a stream ends with the numbers of tokens
 */
record Head(String id, long created, String model, boolean usage) {
  static Head of(String kind, String model, boolean usage) {
    return new Head(newId(kind), Instant.now().getEpochSecond(), model, usage);
  }

  static String newId(String kind) {
    return kind + "-" + UUID.randomUUID().toString().replace("-", "");
  }

  ObjectNode json(String object) {
    ObjectNode json = Json.mapper().createObjectNode();
    return json.put("id", id).put("object", object).put("created", created).put("model", model);
  }

  /** In all but the last part of a stream there is no usage, where it is wanted. */
  void noUsageYet(ObjectNode json) {
    if (usage) {
      json.putNull("usage");
    }
  }

  void usage(EventStream out, String object, Usage used) {
    if (usage) {
      ObjectNode json = json(object);
      json.putArray("choices");
      json.set("usage", used.json());
      out.send(json);
    }
  }
}
