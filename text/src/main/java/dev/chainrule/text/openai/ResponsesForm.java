package dev.chainrule.text.openai;

import dev.chainrule.base.io.Json;
import dev.chainrule.text.run.Continuation;
import dev.chainrule.text.structure.CallReader;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The answer of {@code /v1/responses}: items, a message and the calls after it. */
final class ResponsesForm implements AnswerForm {
  private final Head head;
  private final ObjectNode asked;
  private final Spelling spelling;
  private final boolean logProbs;
  private final Said said;
  private final String messageId = Head.newId("msg");
  private final List<Continuation.Token> tokens = new ArrayList<>();
  private boolean messageBegun;
  private boolean messageEnded;

  /** Whether the last call in the stream is not complete. */
  private boolean callOpen;

  private int number;

  /**
   * A form.
   *
   * @param asked what of the request is repeated in the answer
   * @param said the answer before any text of it
   * @param logProbs whether tokens are written with their probabilities
   */
  ResponsesForm(Head head, ObjectNode asked, Spelling spelling, Said said, boolean logProbs) {
    this.head = head;
    this.asked = asked;
    this.spelling = spelling;
    this.said = said;
    this.logProbs = logProbs;
  }

  @Override
  public ObjectNode whole(List<Answer> answers, Usage usage) {
    said.take(answers.getFirst().text());
    said.end();
    tokens.addAll(answers.getFirst().tokens());
    return complete(answers.getFirst(), usage);
  }

  private ObjectNode complete(Answer answer, Usage usage) {
    ObjectNode json = response(answer.isCut() ? "incomplete" : "completed");
    if (answer.isCut()) {
      json.putObject("incomplete_details").put("reason", "max_output_tokens");
    }
    ArrayNode output = json.putArray("output");
    if (said.calls().isEmpty() || !said.text().isEmpty()) {
      boolean cut = answer.isCut() && said.calls().isEmpty();
      output.add(message(cut ? "incomplete" : "completed", true));
    }
    said.calls().forEach(call -> output.add(call(call, call.isComplete())));
    json.set("usage", usage.jsonOfResponses());
    return json;
  }

  private ObjectNode response(String status) {
    ObjectNode json = Json.mapper().createObjectNode();
    json.put("id", head.id()).put("object", "response").put("created_at", head.created());
    json.put("status", status).putNull("error").putNull("incomplete_details");
    json.put("model", head.model());
    json.setAll(asked);
    json.put("store", false).putNull("previous_response_id").putNull("usage");
    json.putArray("output");
    return json;
  }

  private ObjectNode message(String status, boolean withText) {
    ObjectNode message = Json.mapper().createObjectNode();
    message.put("id", messageId).put("type", "message").put("status", status);
    message.put("role", "assistant");
    ArrayNode content = message.putArray("content");
    if (withText) {
      content.add(part(said.text(), tokens));
    }
    return message;
  }

  private static ObjectNode call(Said.Made call, boolean complete) {
    ObjectNode json = Json.mapper().createObjectNode();
    json.put("id", call.itemId).put("type", "function_call").put("call_id", call.id);
    json.put("name", call.name).put("arguments", call.arguments());
    return json.put("status", complete ? "completed" : "incomplete");
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
  }

  private void beginMessage(EventStream out) {
    messageBegun = true;
    ObjectNode item = event().put("output_index", 0);
    item.set("item", message("in_progress", false));
    send(out, "response.output_item.added", item);
    ObjectNode part = inMessage();
    part.set("part", part("", List.of()));
    send(out, "response.content_part.added", part);
  }

  @Override
  public void token(EventStream out, int index, Continuation.Token token) {
    List<Continuation.Token> of = logProbs ? List.of(token) : List.of();
    tokens.addAll(of);
    List<CallReader.Part> parts = said.take(token.text());
    boolean inText = said.calls().isEmpty();
    if (inText && parts.isEmpty() && !of.isEmpty()) {
      delta(out, "", of);
    }
    parts(out, parts, of);
  }

  private void parts(
      EventStream out, List<CallReader.Part> parts, List<Continuation.Token> probabilities) {
    List<Continuation.Token> of = probabilities;
    for (CallReader.Part part : parts) {
      switch (part) {
        case CallReader.Part.Text text -> {
          delta(out, text.text(), of);
          of = List.of();
        }
        case CallReader.Part.Begin begin -> {
          endMessage(out, "completed");
          callOpen = true;
          ObjectNode item = event().put("output_index", place(begin.call()));
          item.set("item", begun(said.calls().get(begin.call())));
          send(out, "response.output_item.added", item);
        }
        case CallReader.Part.Arguments more ->
            send(
                out,
                "response.function_call_arguments.delta",
                inCall(more.call()).put("delta", more.json()));
        case CallReader.Part.End end -> endCall(out, end.call());
      }
    }
  }

  private static ObjectNode begun(Said.Made call) {
    return call(call, false).put("arguments", "").put("status", "in_progress");
  }

  /** Where a call stands among the items. */
  private int place(int call) {
    return call + (messageBegun ? 1 : 0);
  }

  private ObjectNode inCall(int call) {
    String id = said.calls().get(call).itemId;
    return event().put("item_id", id).put("output_index", place(call));
  }

  private void endCall(EventStream out, int which) {
    callOpen = false;
    Said.Made call = said.calls().get(which);
    ObjectNode done = inCall(which).put("name", call.name).put("arguments", call.arguments());
    send(out, "response.function_call_arguments.done", done);
    ObjectNode item = event().put("output_index", place(which));
    item.set("item", call(call, call.isComplete()));
    send(out, "response.output_item.done", item);
  }

  private void delta(EventStream out, String piece, List<Continuation.Token> of) {
    if (!messageBegun) {
      beginMessage(out);
    }
    ObjectNode event = inMessage().put("delta", piece);
    event.set("logprobs", logProbs(of));
    send(out, "response.output_text.delta", event);
  }

  private void endMessage(EventStream out, String status) {
    if (!messageBegun || messageEnded) {
      return;
    }
    messageEnded = true;
    ObjectNode done = inMessage().put("text", said.text());
    done.set("logprobs", logProbs(tokens));
    send(out, "response.output_text.done", done);
    ObjectNode part = inMessage();
    part.set("part", part(said.text(), tokens));
    send(out, "response.content_part.done", part);
    ObjectNode item = event().put("output_index", 0);
    item.set("item", message(status, true));
    send(out, "response.output_item.done", item);
  }

  @Override
  public void ended(EventStream out, int index, Answer answer, String rest) {
    parts(out, said.take(rest), List.of());
    parts(out, said.end(), List.of());
    if (callOpen) {
      endCall(out, said.calls().size() - 1);
    }
    if (said.calls().isEmpty() && !messageBegun) {
      beginMessage(out);
    }
    endMessage(out, answer.isCut() ? "incomplete" : "completed");
  }

  @Override
  public void end(EventStream out, List<Answer> answers, Usage usage) {
    ObjectNode event = event();
    event.set("response", complete(answers.getFirst(), usage));
    boolean cut = answers.getFirst().isCut();
    send(out, cut ? "response.incomplete" : "response.completed", event);
  }
}
