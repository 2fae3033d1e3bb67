package dev.chainrule.text.openai;

import dev.chainrule.base.io.Json;
import dev.chainrule.text.run.Continuation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The answer of {@code /v1/responses}. */
final class ResponsesForm implements AnswerForm {
  private final Head head;
  private final ObjectNode asked;
  private final Spelling spelling;
  private final boolean logProbs;
  private final String messageId = Head.newId("msg");
  private final StringBuilder text = new StringBuilder();
  private final List<Continuation.Token> tokens = new ArrayList<>();
  private int number;

  /**
   * A form.
   *
   * @param asked what of the request is repeated in the answer
   * @param logProbs whether tokens are written with their probabilities
   */
  ResponsesForm(Head head, ObjectNode asked, Spelling spelling, boolean logProbs) {
    this.head = head;
    this.asked = asked;
    this.spelling = spelling;
    this.logProbs = logProbs;
  }

  @Override
  public ObjectNode whole(List<Answer> answers, Usage usage) {
    Answer answer = answers.getFirst();
    ObjectNode json = response(answer.isCut() ? "incomplete" : "completed");
    if (answer.isCut()) {
      json.putObject("incomplete_details").put("reason", "max_output_tokens");
    }
    json.putArray("output").add(message(answer));
    json.set("usage", usage.jsonOfResponses());
    return json;
  }

  private ObjectNode response(String status) {
    ObjectNode json = Json.mapper().createObjectNode();
    json.put("id", head.id()).put("object", "response").put("created_at", head.created());
    json.put("status", status).putNull("error").putNull("incomplete_details");
    json.put("model", head.model());
    json.setAll(asked);
    json.put("parallel_tool_calls", false).put("tool_choice", "none").putArray("tools");
    json.put("store", false).putNull("previous_response_id").putNull("usage");
    json.putArray("output");
    return json;
  }

  private ObjectNode message(@Nullable Answer answer) {
    ObjectNode message = Json.mapper().createObjectNode();
    String status = answer == null ? "in_progress" : answer.isCut() ? "incomplete" : "completed";
    message.put("id", messageId).put("type", "message").put("status", status);
    message.put("role", "assistant");
    ArrayNode content = message.putArray("content");
    if (answer != null) {
      content.add(part(answer.text(), answer.tokens()));
    }
    return message;
  }

  private ObjectNode part(String all, List<Continuation.Token> from) {
    ObjectNode part = Json.mapper().createObjectNode();
    part.put("type", "output_text").put("text", all).putArray("annotations");
    part.set("logprobs", logProbs(from));
    return part;
  }

  private ArrayNode logProbs(List<Continuation.Token> from) {
    ArrayNode list = Json.mapper().createArrayNode();
    if (logProbs) {
      from.forEach(token -> list.add(spelling.entry(token)));
    }
    return list;
  }

  private void send(EventStream out, String type, ObjectNode event) {
    event.put("type", type).put("sequence_number", number++);
    out.send(type, event);
  }

  private static ObjectNode event() {
    return Json.mapper().createObjectNode();
  }

  private ObjectNode inMessage() {
    return event().put("item_id", messageId).put("output_index", 0).put("content_index", 0);
  }

  @Override
  public void begin(EventStream out, int answers) {
    for (String type : List.of("response.created", "response.in_progress")) {
      ObjectNode event = event();
      event.set("response", response("in_progress"));
      send(out, type, event);
    }
    ObjectNode item = event().put("output_index", 0);
    item.set("item", message(null));
    send(out, "response.output_item.added", item);
    ObjectNode part = inMessage();
    part.set("part", part("", List.of()));
    send(out, "response.content_part.added", part);
  }

  @Override
  public void token(EventStream out, int index, Continuation.Token token) {
    if (logProbs) {
      tokens.add(token);
    }
    delta(out, token.text(), logProbs ? List.of(token) : List.of());
  }

  private void delta(EventStream out, String piece, List<Continuation.Token> of) {
    text.append(piece);
    if (!piece.isEmpty() || !of.isEmpty()) {
      ObjectNode event = inMessage().put("delta", piece);
      event.set("logprobs", logProbs(of));
      send(out, "response.output_text.delta", event);
    }
  }

  @Override
  public void ended(EventStream out, int index, Answer answer, String rest) {
    delta(out, rest, List.of());
    ObjectNode done = inMessage().put("text", text.toString());
    done.set("logprobs", logProbs(tokens));
    send(out, "response.output_text.done", done);
    ObjectNode part = inMessage();
    part.set("part", part(text.toString(), tokens));
    send(out, "response.content_part.done", part);
    ObjectNode item = event().put("output_index", 0);
    item.set("item", message(answer));
    send(out, "response.output_item.done", item);
  }

  @Override
  public void end(EventStream out, List<Answer> answers, Usage usage) {
    ObjectNode event = event();
    event.set("response", whole(answers, usage));
    boolean cut = answers.getFirst().isCut();
    send(out, cut ? "response.incomplete" : "response.completed", event);
  }
}
