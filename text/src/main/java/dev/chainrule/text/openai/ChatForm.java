package dev.chainrule.text.openai;

import dev.chainrule.base.io.Json;
import dev.chainrule.text.run.Continuation;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Answers of {@code /v1/chat/completions}. */
final class ChatForm implements AnswerForm {
  private static final String CHUNK = "chat.completion.chunk";

  private final Head head;
  private final Spelling spelling;
  private final boolean logProbs;

  /**
   * A form.
   *
   * @param logProbs whether tokens are written with their probabilities
   */
  ChatForm(Head head, Spelling spelling, boolean logProbs) {
    this.head = head;
    this.spelling = spelling;
    this.logProbs = logProbs;
  }

  @Override
  public ObjectNode whole(List<Answer> answers, Usage usage) {
    ObjectNode json = head.json("chat.completion");
    ArrayNode choices = json.putArray("choices");
    for (int i = 0; i < answers.size(); i++) {
      Answer answer = answers.get(i);
      ObjectNode message = Json.mapper().createObjectNode();
      message.put("role", "assistant").put("content", answer.text()).putNull("refusal");
      choices.add(choice(i, "message", message, logProbs(answer.tokens()), answer.finishReason()));
    }
    json.set("usage", usage.json());
    return json;
  }

  private static ObjectNode choice(
      int index,
      String name,
      ObjectNode part,
      @Nullable ObjectNode logProbs,
      @Nullable String finishReason) {
    ObjectNode choice = Json.mapper().createObjectNode();
    choice.put("index", index);
    choice.set(name, part);
    choice.set("logprobs", logProbs);
    choice.put("finish_reason", finishReason);
    return choice;
  }

  private @Nullable ObjectNode logProbs(List<Continuation.Token> tokens) {
    if (!logProbs) {
      return null;
    }
    ObjectNode json = Json.mapper().createObjectNode();
    ArrayNode content = json.putArray("content");
    tokens.forEach(token -> content.add(spelling.entry(token)));
    json.putNull("refusal");
    return json;
  }

  private void send(
      EventStream out,
      int index,
      ObjectNode delta,
      @Nullable ObjectNode logProbs,
      @Nullable String finishReason) {
    ObjectNode json = head.json(CHUNK);
    json.putArray("choices").add(choice(index, "delta", delta, logProbs, finishReason));
    head.noUsageYet(json);
    out.send(json);
  }

  @Override
  public void begin(EventStream out, int answers) {
    for (int i = 0; i < answers; i++) {
      ObjectNode delta = Json.mapper().createObjectNode();
      send(out, i, delta.put("role", "assistant").put("content", ""), null, null);
    }
  }

  @Override
  public void token(EventStream out, int index, Continuation.Token token) {
    if (logProbs || !token.text().isEmpty()) {
      send(out, index, content(token.text()), logProbs(List.of(token)), null);
    }
  }

  private static ObjectNode content(String text) {
    return Json.mapper().createObjectNode().put("content", text);
  }

  @Override
  public void ended(EventStream out, int index, Answer answer, String rest) {
    if (!rest.isEmpty()) {
      send(out, index, content(rest), null, null);
    }
    send(out, index, Json.mapper().createObjectNode(), null, answer.finishReason());
  }

  @Override
  public void end(EventStream out, List<Answer> answers, Usage usage) {
    head.usage(out, CHUNK, usage);
    out.done();
  }
}
