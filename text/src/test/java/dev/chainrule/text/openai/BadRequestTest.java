package dev.chainrule.text.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.text.serving.ServedModel;
import dev.chainrule.text.serving.ServiceConfig;
import dev.chainrule.text.serving.TextService;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be used gets an error in the API's form that names the field. */
class BadRequestTest {
  private static final String CHAT = "v1/chat/completions";
  private static final String TEXT = "v1/completions";

  @TempDir static Path folder;
  private static OpenAiServer server;
  private static Client client;

  @BeforeAll
  static void serve() throws IOException {
    TextService service =
        new TextService(
            ServedModel.in(folder),
            Compute.automatic(),
            ServiceConfig.of(ServedModel.CONTEXT).withSlots(2, 4));
    ServerConfig config = ServerConfig.of("tiny");
    server =
        new OpenAiServer(service, config.withLimits(100_000, config.patience(), config.stall()));
    client = Client.of(server);
  }

  @AfterAll
  static void close() {
    client.close();
    server.close();
  }

  private static void assertRefused(String path, String body, int status, String param)
      throws Exception {
    Client.Reply reply = client.post(path, body);
    assertThat(reply.status()).as(body + reply.json()).isEqualTo(status);
    assertThat(reply.param()).as(reply.message()).isEqualTo(param);
    assertThat(reply.json().at("/error").propertyNames())
        .containsExactly("message", "type", "param", "code");
    assertThat(reply.message()).isNotBlank().hasSizeLessThan(1100).doesNotContain("Exception");
  }

  @Test
  void everyFieldOutOfRangeOrOfAWrongTypeIsNamed() throws Exception {
    String[][] fields = {
      {"n", "0", "-1", "1.5", "129", "99999999999999999999", "\"2\"", "true", "[]", "1e400"},
      {"max_tokens", "9".repeat(400), "0", "-5", "2.5", "\"x\"", "1e30", "{}"},
      {"temperature", "-0.1", "2.1", "\"hot\"", "[1]", "1e999", "9".repeat(400)},
      {"top_p", "0", "-1", "1.01", "false"},
      {"min_p", "-0.5", "2"},
      {"top_k", "-2", "0.5", "1e12"},
      {"typical_p", "0", "1.5"},
      {"repetition_penalty", "0", "-1", "11"},
      {"presence_penalty", "-2.5", "3", "{}"},
      {"frequency_penalty", "-2.5", "3", "\"1\""},
      {"seed", "1.5", "\"a\"", "99999999999999999999999", "1e300"},
      {"stop", "5", "\"\"", "[\"\"]", "{}"},
      {"bad_words", "5", "[\"\"]", "{}"},
      {"stream", "1", "\"true\""},
      {"stream_options", "{\"include_usage\":true}", "5"},
      {"logit_bias", "[]", "{\"-1\":1}", "{\"256\":1}", "{\"x\":1}", "5"},
      {"logprobs", "-1", "21", "\"a\""},
      {"model", "5", "[]"},
      {"best_of", "3", "0"},
      {"echo", "true"},
      {"suffix", "\"x\""},
      {"response_format", "[]", "5"},
      {"nonsense", "1"},
      {"n_discard", "-1"},
    };
    for (String[] field : fields) {
      for (int i = 1; i < field.length; i++) {
        String body = "{\"prompt\":\"a\",\"%s\":%s}".formatted(field[0], field[i]);
        assertRefused(TEXT, body, 400, field[0]);
      }
    }
    assertRefused(TEXT, "{\"prompt\":\"a\",\"logit_bias\":{\"5\":101}}", 400, "logit_bias.5");
    assertRefused(TEXT, "{\"prompt\":\"a\",\"stop\":[\"a\",5]}", 400, "stop[1]");
    assertRefused(
        TEXT,
        "{\"prompt\":\"a\",\"response_format\":{\"type\":\"xml\"}}",
        400,
        "response_format.type");
  }

  @Test
  void promptsAndMessagesThatAreNoneAreNamed() throws Exception {
    assertRefused(TEXT, "{}", 400, "prompt");
    for (String prompt :
        new String[] {
          "null", "5", "[]", "{}", "\"\"", "[\"a\",5]", "[[]]", "true", "\"\\ud83d\""
        }) {
      Client.Reply reply = client.post(TEXT, "{\"prompt\":%s}".formatted(prompt));
      assertThat(reply.status()).as(prompt).isEqualTo(400);
      assertThat(reply.param()).startsWith("prompt");
    }
    assertRefused(TEXT, "{\"prompt\":[1,256]}", 400, "prompt[1]");
    assertRefused(TEXT, "{\"prompt\":[[1],[2,-3]]}", 400, "prompt[1][1]");
    for (String messages :
        new String[] {
          "5",
          "[]",
          "{}",
          "[5]",
          "[{}]",
          "[{\"role\":\"user\"}]",
          "[{\"role\":\"king\",\"content\":\"a\"}]",
          "[{\"role\":5,\"content\":\"a\"}]",
          "[{\"role\":\"user\",\"content\":5}]",
          "[{\"role\":\"user\",\"content\":[5]}]",
          "[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"}]}]",
          "[{\"role\":\"user\",\"content\":\"a\",\"more\":1}]",
          "[{\"role\":\"assistant\",\"content\":\"a\",\"tool_calls\":[1]}]"
        }) {
      Client.Reply reply = client.post(CHAT, "{\"messages\":%s}".formatted(messages));
      assertThat(reply.status()).as(messages).isEqualTo(400);
      assertThat(reply.param()).as(reply.message()).startsWith("messages");
    }
    String hi = "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],";
    assertRefused(CHAT, hi + "\"tool_choice\":\"required\"}", 400, "tool_choice");
    assertRefused(CHAT, hi + "\"top_logprobs\":2}", 400, "top_logprobs");
    assertRefused(CHAT, hi + "\"modalities\":[\"audio\"]}", 400, "modalities");
    assertRefused(CHAT, hi + "\"max_completion_tokens\":0}", 400, "max_completion_tokens");
    String schema = hi + "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":%s}}";
    assertRefused(CHAT, schema.formatted("5"), 400, "response_format.json_schema");
    assertRefused(CHAT, schema.formatted("{\"name\":\"a\"}"), 400, "response_format.json_schema");
    String unknown = "{\"name\":\"a\",\"schema\":{\"type\":\"unicorn\"}}";
    assertRefused(CHAT, schema.formatted(unknown), 400, "response_format");
    assertRefused("v1/responses", "{\"input\":5}", 400, "input");
    assertRefused("v1/responses", "{\"input\":\"a\",\"n\":2}", 400, "n");
    assertRefused(
        "v1/responses",
        "{\"input\":\"a\",\"previous_response_id\":\"x\"}",
        400,
        "previous_response_id");
    assertRefused("v1/embeddings", "{\"input\":\"\"}", 400, "input");
    assertRefused("v1/embeddings", "{\"input\":\"a\",\"dimensions\":3}", 400, "dimensions");
    assertRefused(
        "v1/embeddings", "{\"input\":\"a\",\"encoding_format\":\"x\"}", 400, "encoding_format");
  }

  @Test
  void promptsLongerThanTheContextAreRefusedWithItsLength() throws Exception {
    String longer = "a".repeat(ServedModel.CONTEXT);
    for (String path : new String[] {TEXT, "v1/embeddings"}) {
      String field = path.equals(TEXT) ? "prompt" : "input";
      Client.Reply reply = client.post(path, "{\"%s\":\"%s\"}".formatted(field, longer.repeat(2)));
      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.code()).isEqualTo("context_length_exceeded");
      assertThat(reply.param()).isEqualTo(field);
      assertThat(reply.message()).contains("256 tokens").contains("128");
    }
    Client.Reply reply = client.post(TEXT, "{\"prompt\":\"abc\",\"max_tokens\":126}");
    assertThat(reply.code()).isEqualTo("context_length_exceeded");
    assertThat(reply.param()).isEqualTo("max_tokens");
    assertThat(client.post(TEXT, "{\"prompt\":\"abc\",\"max_tokens\":125}").status())
        .isEqualTo(200);
  }

  @Test
  void whatIsNoJsonObjectIsRefused() throws Exception {
    String deep = "[".repeat(50_000) + "]".repeat(50_000);
    for (String body :
        new String[] {
          "",
          " ",
          "{",
          "[]",
          "5",
          "null",
          "\"a\"",
          "{\"prompt\":\"a\"} x",
          "{'a':1}",
          "{\"prompt\":\"a\",\"prompt\":\"b\"}",
          "{\"prompt\":" + deep.substring(0, 90_000) + "}",
          "{\"n\":" + "9".repeat(5000) + "}"
        }) {
      Client.Reply reply = client.post(TEXT, body);
      assertThat(reply.status()).as(body.substring(0, Math.min(60, body.length()))).isEqualTo(400);
      assertThat(reply.message()).isNotBlank().hasSizeLessThan(1100);
    }
    byte[] cut = "{\"prompt\":\"é".getBytes(StandardCharsets.UTF_8);
    cut = Arrays.copyOf(cut, cut.length + 1);
    cut[cut.length - 2] = '"';
    cut[cut.length - 1] = '}';
    assertThat(client.post(TEXT, cut).code()).isEqualTo("invalid_json");
    // A slash of two bytes, half of a pair, what is beyond Unicode, and another encoding.
    for (String prompt :
        new String[] {"\u00c0\u00af", "\u00ed\u00a0\u0080", "\u00f4\u0090\u0080\u0080"}) {
      byte[] bytes = "{\"prompt\":\"%s\"}".formatted(prompt).getBytes(StandardCharsets.ISO_8859_1);
      assertThat(client.post(TEXT, bytes).code()).isEqualTo("invalid_json");
    }
    byte[] wide = "{\"prompt\":\"a\"}".getBytes(StandardCharsets.UTF_16);
    assertThat(client.post(TEXT, wide).code()).isEqualTo("invalid_json");
    Client.Reply large = client.post(TEXT, "{\"prompt\":\"" + "a".repeat(100_000) + "\"}");
    assertThat(large.status()).isEqualTo(413);
    assertThat(large.code()).isEqualTo("request_too_large");
  }

  @Test
  void randomBytesNeverEndInAnythingButAnAnswer() throws Exception {
    CounterRandom random = CounterRandom.of(21);
    byte[] good =
        "{\"model\":\"tiny\",\"messages\":[{\"role\":\"user\",\"content\":\"h\u00e9\"}],\"n\":1,\"max_tokens\":2}"
            .getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 200; i++) {
      byte[] body = good.clone();
      for (int k = 0; k <= random.nextInt(4); k++) {
        body[random.nextInt(body.length)] = (byte) random.nextInt(256);
      }
      Client.Reply reply = client.post(CHAT, body);
      assertThat(reply.status())
          .as(new String(body, StandardCharsets.ISO_8859_1))
          .isIn(200, 400, 404);
    }
  }

  @Test
  void otherPathsMethodsTypesAndModelsAreRefused() throws Exception {
    assertThat(client.get("nothing").status()).isEqualTo(404);
    Client.Reply method = client.get(TEXT);
    assertThat(method.status()).isEqualTo(405);
    assertThat(method.response().headers().firstValue("Allow")).contains("POST");
    HttpResponse<String> form =
        client.send(
            HttpRequest.newBuilder(client.request(TEXT).build().uri())
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("{\"prompt\":\"a\"}")));
    assertThat(form.statusCode()).isEqualTo(415);
    Client.Reply model = client.post(TEXT, "{\"model\":\"other\",\"prompt\":\"a\"}");
    assertThat(model.status()).isEqualTo(404);
    assertThat(model.code()).isEqualTo("model_not_found");
    assertThat(client.get("v1/models/other").code()).isEqualTo("model_not_found");
  }
}
