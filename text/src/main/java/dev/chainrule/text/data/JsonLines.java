package dev.chainrule.text.data;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Documents as lines of JSON; keys that are not asked for are left out. */
final class JsonLines {
  private static final String EXPECTED =
      "expected \"text\", or \"prompt\" and \"answer\", or \"messages\"";

  private JsonLines() {}

  static List<Document> read(String origin, String text) {
    List<Document> documents = new ArrayList<>();
    int number = 0;
    for (String line : (Iterable<String>) text.lines()::iterator) {
      number++;
      if (!line.isBlank()) {
        documents.add(document(origin + ":" + number, line));
      }
    }
    return documents;
  }

  private static Document document(String origin, String line) {
    JsonNode object = parse(origin, line);
    if (!object.isObject()) {
      throw new InputException("%s: is no JSON object, %s".formatted(origin, EXPECTED));
    }
    if (object.has("messages")) {
      return chat(origin, object.path("messages"));
    }
    if (object.has("prompt")) {
      String key = object.has("answer") ? "answer" : "completion";
      String answer = string(origin, object, key);
      if (answer.isEmpty()) {
        throw new InputException("%s: has an empty %s, expected some".formatted(origin, key));
      }
      return new Document.Answered(origin, string(origin, object, "prompt"), answer);
    }
    return new Document.Text(origin, string(origin, object, "text"));
  }

  private static JsonNode parse(String origin, String line) {
    try {
      return Json.parse(line, origin, JsonNode.class);
    } catch (InputException e) {
      // The line is that of the file, not the only one of this text.
      String message = String.valueOf(e.getMessage());
      throw new InputException(message.replace(origin + ":1:", origin + ", column "), e);
    }
  }

  private static Document chat(String origin, JsonNode messages) {
    if (!messages.isArray()) {
      throw new InputException(origin + ": \"messages\" is no list, expected one of messages");
    }
    List<Document.Message> all = new ArrayList<>();
    for (JsonNode message : messages) {
      all.add(
          new Document.Message(
              string(origin, message, "role"), string(origin, message, "content")));
    }
    if (all.stream().noneMatch(message -> message.role().equals(Document.Message.ASSISTANT))) {
      throw new InputException(origin + ": has no message of the assistant, expected one to learn");
    }
    return new Document.Chat(origin, all);
  }

  private static String string(String origin, JsonNode object, String key) {
    JsonNode value = object.path(key);
    if (!value.isString()) {
      throw new InputException(
          "%s: \"%s\" is %s, %s"
              .formatted(origin, key, value.isMissingNode() ? "missing" : "no text", EXPECTED));
    }
    String text = value.stringValue();
    if (!wellFormed(text)) {
      throw new InputException(
          "%s: \"%s\" has half a surrogate pair, expected whole characters".formatted(origin, key));
    }
    return text;
  }

  private static boolean wellFormed(String text) {
    return text.codePoints()
        .noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }
}
