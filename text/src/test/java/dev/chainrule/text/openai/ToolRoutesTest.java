package dev.chainrule.text.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.base.io.Json;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.text.run.TextModel;
import dev.chainrule.text.serving.ServedModel;
import dev.chainrule.text.serving.ServiceConfig;
import dev.chainrule.text.serving.TextService;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Functions that answers call, as clients of OpenAI's API write them. */
class ToolRoutesTest {
  private static final String CHAT = "v1/chat/completions";
  private static final String PARAMETERS =
      "{\"type\":\"object\",\"properties\":{\"a\":{\"enum\":[\"x\",\"yy\"]}},\"required\":[\"a\"],"
          + "\"additionalProperties\":false}";
  private static final String TOOLS =
      "[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"description\":\"d\",\"strict\":true,"
          + "\"parameters\":%s}},{\"type\":\"function\",\"function\":{\"name\":\"g\"}}]"
              .formatted(PARAMETERS);
  private static final String FLAT =
      "[{\"type\":\"function\",\"name\":\"f\",\"strict\":true,\"parameters\":%s}]"
          .formatted(PARAMETERS);
  private static final String CALLED =
      "[{\"role\":\"user\",\"content\":\"Hi\"},{\"role\":\"assistant\",\"content\":null,\"tool_calls\":"
          + "[{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":"
          + "\"{\\\"a\\\":\\\"yy\\\"}\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"ok\"}]";

  @TempDir static Path folder;
  private static OpenAiServer marked;
  private static OpenAiServer plain;
  private static Client toMarked;
  private static Client toPlain;

  private static OpenAiServer serve(TextModel model) throws IOException {
    ServiceConfig config = ServiceConfig.of(model.network().contextLength()).withSlots(4, 64);
    return new OpenAiServer(
        new TextService(model, Compute.automatic(), config), ServerConfig.of("tiny"));
  }

  @BeforeAll
  static void serve() throws IOException {
    marked = serve(ServedModel.withTools(folder.resolve("marked")));
    plain = serve(ServedModel.withRoom(folder.resolve("plain"), 768));
    toMarked = Client.of(marked);
    toPlain = Client.of(plain);
  }

  @AfterAll
  static void close() {
    toMarked.close();
    toPlain.close();
    marked.close();
    plain.close();
  }

  private static String chat(String more) {
    return "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"seed\":3,\"tools\":%s%s}"
        .formatted(TOOLS, more);
  }

  private static void assertCall(JsonNode call) {
    assertThat(call.get("id").asString()).startsWith("call-");
    assertThat(call.get("type").asString()).isEqualTo("function");
    String name = call.at("/function/name").asString();
    JsonNode arguments =
        Json.parse(call.at("/function/arguments").asString(), "arguments", JsonNode.class);
    assertThat(name).isIn("f", "g");
    if (name.equals("f")) {
      assertThat(arguments.get("a").asString()).isIn("x", "yy");
    } else {
      assertThat(arguments.isEmpty()).isTrue();
    }
  }

  @Test
  void aToolThatMustBeCalledIs() throws Exception {
    for (Client client : List.of(toMarked, toPlain)) {
      Client.Reply reply =
          client.post(
              CHAT, chat(",\"tool_choice\":\"required\",\"n\":3,\"parallel_tool_calls\":false"));
      assertThat(reply.status()).as(reply.message()).isEqualTo(200);
      for (JsonNode choice : reply.json().get("choices")) {
        assertThat(choice.get("finish_reason").asString()).as("%s", choice).isEqualTo("tool_calls");
        assertThat(choice.at("/message/content").isNull()).isTrue();
        assertThat(choice.at("/message/tool_calls").size()).isEqualTo(1);
        assertCall(choice.at("/message/tool_calls/0"));
      }
      Client.Reply named =
          client.post(
              CHAT, chat(",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"g\"}}"));
      assertThat(named.json().at("/choices/0/message/tool_calls/0/function/name").asString())
          .isEqualTo("g");
    }
  }

  @Test
  void aStreamHasTheSameCallInPieces() throws Exception {
    for (Client client : List.of(toMarked, toPlain)) {
      String asked = chat(",\"tool_choice\":\"required\",\"parallel_tool_calls\":false%s");
      JsonNode whole = client.post(CHAT, asked.formatted("")).json().at("/choices/0/message");
      List<JsonNode> events = client.stream(CHAT, asked.formatted(",\"stream\":true"), true);
      StringBuilder arguments = new StringBuilder();
      List<String> names = new ArrayList<>();
      for (JsonNode event : events) {
        assertThat(event.at("/choices/0/delta/content").asString("")).isEmpty();
        JsonNode call = event.at("/choices/0/delta/tool_calls/0");
        if (!call.isMissingNode()) {
          assertThat(call.get("index").asInt()).isZero();
          arguments.append(call.at("/function/arguments").asString());
          if (call.has("id")) {
            names.add(call.at("/function/name").asString());
          }
        }
      }
      assertThat(names).containsExactly(whole.at("/tool_calls/0/function/name").asString());
      assertThat(arguments.toString())
          .isEqualTo(whole.at("/tool_calls/0/function/arguments").asString());
      assertThat(events.getLast().at("/choices/0/finish_reason").asString())
          .isEqualTo("tool_calls");
    }
  }

  @Test
  void whoMayCallSaysSomethingElseAsWell() throws Exception {
    int texts = 0;
    for (Client client : List.of(toMarked, toPlain)) {
      for (String choice : List.of("", ",\"tool_choice\":\"auto\"", ",\"tool_choice\":\"none\"")) {
        Client.Reply reply = client.post(CHAT, chat(choice + ",\"max_tokens\":20"));
        assertThat(reply.status()).as(reply.message()).isEqualTo(200);
        JsonNode message = reply.json().at("/choices/0/message");
        texts += message.get("content").asString("").isEmpty() ? 0 : 1;
      }
    }
    assertThat(texts).isGreaterThan(3);
  }

  @Test
  void whatIsCutIsThereAsFarAsItCame() throws Exception {
    String asked =
        chat(
            ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"}},\"max_tokens\":45");
    JsonNode choice = toMarked.post(CHAT, asked).json().at("/choices/0");
    assertThat(choice.get("finish_reason").asString()).isEqualTo("length");
    assertThat(choice.at("/message/tool_calls/0/function/arguments").asString())
        .startsWith("{")
        .doesNotEndWith("}");
  }

  @Test
  void callsAndWhatTheyGaveAreWrittenByTheTemplate() throws Exception {
    String asked = "{\"messages\":%s,\"seed\":3,\"max_tokens\":5}".formatted(CALLED);
    String written =
        "{\"prompt\":\"user:Hi\\nassistant:<tool_call>f(yy)</tool_call>\\ntool:ok\\nassistant:\","
            + "\"seed\":3,\"max_tokens\":5}";
    assertSame(toMarked, asked, written);
    // A template without tools has them as texts.
    String spelled =
        "{\"prompt\":\"user:Hi\\nassistant:{\\\"name\\\": \\\"f\\\", \\\"arguments\\\": {\\\"a\\\":"
            + "\\\"yy\\\"}}\\nuser:ok\\nassistant:\",\"seed\":3,\"max_tokens\":5}";
    assertSame(toPlain, asked, spelled);
  }

  private static void assertSame(Client client, String chat, String completion) throws Exception {
    Client.Reply said = client.post(CHAT, chat);
    assertThat(said.status()).as(said.message()).isEqualTo(200);
    Client.Reply text = client.post("v1/completions", completion);
    assertThat(text.status()).as(text.message()).isEqualTo(200);
    assertThat(said.json().at("/usage/prompt_tokens"))
        .isEqualTo(text.json().at("/usage/prompt_tokens"));
    assertThat(said.json().at("/choices/0/message/content").asString())
        .isEqualTo(text.json().at("/choices/0/text").asString());
  }

  @Test
  void responsesHaveCallsAsItems() throws Exception {
    String asked =
        "{\"input\":\"Hi\",\"seed\":3,\"tools\":%s,\"tool_choice\":\"required\",".formatted(FLAT)
            + "\"parallel_tool_calls\":false%s}";
    JsonNode whole = toMarked.post("v1/responses", asked.formatted("")).json();
    JsonNode item = whole.at("/output/0");
    assertThat(whole.get("output").size()).as("%s", whole).isEqualTo(1);
    assertThat(item.get("type").asString()).isEqualTo("function_call");
    assertThat(item.get("name").asString()).isEqualTo("f");
    assertThat(item.get("call_id").asString()).startsWith("call-");
    assertThat(item.get("status").asString()).isEqualTo("completed");
    assertThat(whole.get("tool_choice").asString()).isEqualTo("required");
    assertThat(whole.at("/tools/0/name").asString()).isEqualTo("f");
    List<JsonNode> events =
        toMarked.stream("v1/responses", asked.formatted(",\"stream\":true"), false);
    StringBuilder arguments = new StringBuilder();
    List<String> types = new ArrayList<>();
    for (JsonNode event : events) {
      String type = event.get("type").asString();
      if (type.equals("response.function_call_arguments.delta")) {
        arguments.append(event.get("delta").asString());
      } else {
        types.add(type.substring("response.".length()));
      }
    }
    assertThat(types)
        .containsExactly(
            "created",
            "in_progress",
            "output_item.added",
            "function_call_arguments.done",
            "output_item.done",
            "completed");
    assertThat(arguments.toString()).isEqualTo(item.get("arguments").asString());
    JsonNode last = events.getLast().at("/response/output/0");
    assertThat(last).isEqualTo(events.get(events.size() - 2).get("item"));
    String next =
        "{\"input\":[{\"role\":\"user\",\"content\":\"Hi\"},{\"type\":\"function_call\",\"call_id\":\"c1\","
            + "\"name\":\"f\",\"arguments\":\"{\\\"a\\\":\\\"yy\\\"}\"},{\"type\":\"function_call_output\","
            + "\"call_id\":\"c1\",\"output\":\"ok\"}],\"seed\":3,\"max_output_tokens\":5}";
    Client.Reply reply = toMarked.post("v1/responses", next);
    assertThat(reply.status()).as(reply.message()).isEqualTo(200);
    String messages = "{\"messages\":%s,\"seed\":3,\"max_tokens\":5}".formatted(CALLED);
    assertThat(reply.json().at("/output/0/content/0/text").asString())
        .isEqualTo(
            toMarked.post(CHAT, messages).json().at("/choices/0/message/content").asString());
  }

  @Test
  void whatIsWrongWithToolsIsNamed() throws Exception {
    String[][] wrong = {
      {"tools", "5"},
      {"tools[0]", "[5]"},
      {"tools[0].type", "[{\"type\":\"web_search\"}]"},
      {"tools[0].function", "[{\"type\":\"function\"}]"},
      {"tools[0].function.name", "[{\"type\":\"function\",\"function\":{}}]"},
      {"tools[0].function.name", "[{\"type\":\"function\",\"function\":{\"name\":\"a b\"}}]"},
      {
        "tools[0].function.parameters",
        "[{\"type\":\"function\",\"function\":{\"name\":\"a\",\"parameters\":[]}}]"
      },
      {
        "tools",
        "[{\"type\":\"function\",\"function\":{\"name\":\"a\",\"parameters\":{\"type\":\"x\"}}}]"
      },
      {
        "tools[1].function.name",
        "[{\"type\":\"function\",\"function\":{\"name\":\"a\"}},{\"type\":\"function\","
            + "\"function\":{\"name\":\"a\"}}]"
      },
    };
    String hi = "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],%s}";
    for (String[] each : wrong) {
      assertRefused(hi.formatted("\"tools\":" + each[1]), each[0]);
    }
    assertRefused(chat(",\"tool_choice\":\"some\""), "tool_choice");
    assertRefused(chat(",\"tool_choice\":5"), "tool_choice");
    assertRefused(chat(",\"tool_choice\":{\"type\":\"function\"}"), "tool_choice");
    assertRefused(
        chat(",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"h\"}}"),
        "tool_choice");
    assertRefused(chat(",\"tool_choice\":{\"type\":\"custom\"}"), "tool_choice.type");
    assertRefused(chat(",\"response_format\":{\"type\":\"json_object\"}"), "response_format");
    assertRefused(hi.formatted("\"tool_choice\":\"required\""), "tool_choice");
    assertRefused(hi.formatted("\"functions\":[{\"name\":\"f\"}]"), "functions");
    String messages = "{\"messages\":[%s]}";
    assertRefused(
        messages.formatted("{\"role\":\"tool\",\"content\":\"a\"}"), "messages[0].tool_call_id");
    assertRefused(
        messages.formatted("{\"role\":\"user\",\"content\":\"a\",\"tool_calls\":[{}]}"),
        "messages[0].tool_calls");
    assertRefused(
        messages.formatted(
            "{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\","
                + "\"function\":{\"name\":\"f\",\"arguments\":\"[1]\"}}]}"),
        "messages[0].tool_calls[0].function.arguments");
  }

  private static void assertRefused(String body, String param) throws Exception {
    Client.Reply reply = toMarked.post(CHAT, body);
    assertThat(reply.status()).as(body).isEqualTo(400);
    assertThat(reply.param()).as(body + reply.message()).isEqualTo(param);
  }
}
