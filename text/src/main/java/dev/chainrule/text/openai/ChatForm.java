package dev.chainrule.text.openai;

import dev.chainrule.base.io.Json;
import dev.chainrule.text.run.Continuation;
import dev.chainrule.text.structure.CallReader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Answers of {@code /v1/chat/completions}. */
final class ChatForm implements AnswerForm {
  private static final String CHUNK = "chat.completion.chunk";

  private final Head head;
  private final Spelling spelling;
  private final boolean logProbs;
  private final Supplier<Said> begin;
  private final List<Said> said = new ArrayList<>();

  /**
   * A form.
   *
   * @param begin gives an answer before any text of it
   * @param logProbs whether tokens are written with their probabilities
   */
  ChatForm(Head head, Spelling spelling, Supplier<Said> begin, boolean logProbs) {
    this.head = head;
    this.begin = begin;
    this.spelling = spelling;
    this.logProbs = logProbs;
  }

  @Override
  public ObjectNode whole(List<Answer> answers, Usage usage) {
    ObjectNode json = head.json("chat.completion");
    ArrayNode choices = json.putArray("choices");
    for (int i = 0; i < answers.size(); i++) {
      Answer answer = answers.get(i);
      Said whole = begin.get();
      whole.take(answer.text());
      whole.end();
      String reason = whole.finishReason(answer);
      choices.add(choice(i, "message", message(whole), logProbs(answer.tokens()), reason));
    }
    json.set("usage", usage.json());
    return json;
  }

  private static ObjectNode message(Said said) {
    ObjectNode message = Json.mapper().createObjectNode().put("role", "assistant");
    boolean calls = !said.calls().isEmpty();
    message.put("content", calls && said.text().isEmpty() ? null : said.text());
    message.putNull("refusal");
    if (calls) {
      ArrayNode list = message.putArray("tool_calls");
      for (Said.Made call : said.calls()) {
        list.add(call(call, call.arguments()));
      }
    }
    return message;
  }

  private static ObjectNode call(Said.Made call, String arguments) {
    ObjectNode json = Json.mapper().createObjectNode().put("id", call.id).put("type", "function");
    json.putObject("function").put("name", call.name).put("arguments", arguments);
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
      said.add(begin.get());
      ObjectNode delta = Json.mapper().createObjectNode();
      send(out, i, delta.put("role", "assistant").put("content", ""), null, null);
    }
  }

  @Override
  public void token(EventStream out, int index, Continuation.Token token) {
    Said one = said.get(index);
    ObjectNode probabilities = logProbs(List.of(token));
    List<ObjectNode> deltas = deltas(one, one.take(token.text()));
    if (deltas.isEmpty() && logProbs) {
      deltas = List.of(content(""));
    }
    for (ObjectNode delta : deltas) {
      send(out, index, delta, probabilities, null);
      probabilities = null;
    }
  }

  private static List<ObjectNode> deltas(Said of, List<CallReader.Part> parts) {
    List<ObjectNode> deltas = new ArrayList<>();
    for (CallReader.Part part : parts) {
      switch (part) {
        case CallReader.Part.Text text -> deltas.add(content(text.text()));
        case CallReader.Part.Begin name -> {
          ObjectNode call = call(of.calls().get(name.call()), "");
          deltas.add(calls(call.put("index", name.call())));
        }
        case CallReader.Part.Arguments more -> {
          ObjectNode call = Json.mapper().createObjectNode().put("index", more.call());
          call.putObject("function").put("arguments", more.json());
          deltas.add(calls(call));
        }
        case CallReader.Part.End end -> {}
      }
    }
    return deltas;
  }

  private static ObjectNode calls(ObjectNode call) {
    ObjectNode delta = Json.mapper().createObjectNode();
    delta.putArray("tool_calls").add(call);
    return delta;
  }

  private static ObjectNode content(String text) {
    return Json.mapper().createObjectNode().put("content", text);
  }

  @Override
  public void ended(EventStream out, int index, Answer answer, String rest) {
    Said one = said.get(index);
    deltas(one, one.take(rest)).forEach(delta -> send(out, index, delta, null, null));
    deltas(one, one.end()).forEach(delta -> send(out, index, delta, null, null));
    send(out, index, Json.mapper().createObjectNode(), null, one.finishReason(answer));
  }

  @Override
  public void end(EventStream out, List<Answer> answers, Usage usage) {
    head.usage(out, CHUNK, usage);
    out.done();
  }
}
