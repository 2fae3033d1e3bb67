package dev.chainrule.text.openai;

import dev.chainrule.base.io.Json;
import dev.chainrule.text.run.Continuation;
import dev.chainrule.text.run.ScoredText;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Answers of {@code /v1/completions}. */
final class CompletionForm implements AnswerForm {
  private final Head head;
  private final Spelling spelling;
  private final boolean logProbs;
  private final List<Integer> offsets = new ArrayList<>();

  /**
   * A form.
   *
   * @param logProbs whether tokens are written with their probabilities
   */
  CompletionForm(Head head, Spelling spelling, boolean logProbs) {
    this.head = head;
    this.spelling = spelling;
    this.logProbs = logProbs;
  }

  @Override
  public ObjectNode whole(List<Answer> answers, Usage usage) {
    ObjectNode json = head.json("text_completion");
    ArrayNode choices = json.putArray("choices");
    for (int i = 0; i < answers.size(); i++) {
      Answer answer = answers.get(i);
      choices.add(choice(i, answer.text(), logProbs(answer.tokens(), 0), answer.finishReason()));
    }
    json.set("usage", usage.json());
    return json;
  }

  private static ObjectNode choice(
      int index, String text, @Nullable ObjectNode logProbs, @Nullable String finishReason) {
    ObjectNode choice = Json.mapper().createObjectNode();
    choice.put("index", index).put("text", text);
    choice.set("logprobs", logProbs);
    choice.put("finish_reason", finishReason);
    return choice;
  }

  /** Of some tokens, the first of which is so many characters after the prompt. */
  private @Nullable ObjectNode logProbs(List<Continuation.Token> tokens, int offset) {
    if (!logProbs) {
      return null;
    }
    ObjectNode json = Json.mapper().createObjectNode();
    ArrayNode texts = json.putArray("tokens");
    ArrayNode logs = json.putArray("token_logprobs");
    ArrayNode tops = json.putArray("top_logprobs");
    ArrayNode offsetsOf = json.putArray("text_offset");
    int at = offset;
    for (Continuation.Token token : tokens) {
      String text = spelling.text(token.id());
      texts.add(text);
      logs.add(token.logProb());
      ObjectNode top = tops.addObject();
      for (ScoredText.Candidate candidate : token.top()) {
        top.put(spelling.text(candidate.id()), candidate.logProb());
      }
      // The token that was drawn is among them in any case.
      top.put(text, token.logProb());
      offsetsOf.add(at);
      at += text.codePointCount(0, text.length());
    }
    return json;
  }

  @Override
  public void begin(EventStream out, int answers) {
    for (int i = 0; i < answers; i++) {
      offsets.add(0);
    }
  }

  private ObjectNode chunk(ObjectNode choice) {
    ObjectNode json = head.json("text_completion");
    json.putArray("choices").add(choice);
    head.noUsageYet(json);
    return json;
  }

  @Override
  public void token(EventStream out, int index, Continuation.Token token) {
    if (!logProbs && token.text().isEmpty()) {
      return;
    }
    ObjectNode probabilities = logProbs(List.of(token), offsets.get(index));
    String text = spelling.text(token.id());
    offsets.set(index, offsets.get(index) + text.codePointCount(0, text.length()));
    out.send(chunk(choice(index, token.text(), probabilities, null)));
  }

  @Override
  public void ended(EventStream out, int index, Answer answer, String rest) {
    out.send(chunk(choice(index, rest, null, answer.finishReason())));
  }

  @Override
  public void end(EventStream out, List<Answer> answers, Usage usage) {
    head.usage(out, "text_completion", usage);
    out.done();
  }
}
