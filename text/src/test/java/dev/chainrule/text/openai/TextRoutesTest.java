package dev.chainrule.text.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.io.Json;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.sampling.GenerationConfig;
import dev.chainrule.core.sampling.SamplingConfig;
import dev.chainrule.text.run.StopStrings;
import dev.chainrule.text.run.TextModel;
import dev.chainrule.text.run.TextSample;
import dev.chainrule.text.serving.ServedModel;
import dev.chainrule.text.serving.ServiceConfig;
import dev.chainrule.text.serving.TextService;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What the routes answer, beside what the model draws for a program. */
class TextRoutesTest {
  @TempDir static Path folder;
  private static TextModel model;
  private static OpenAiServer server;
  private static Client client;

  @BeforeAll
  static void serve() throws IOException {
    model = ServedModel.in(folder);
    TextService service =
        new TextService(model, Compute.automatic(), ServiceConfig.of(ServedModel.CONTEXT));
    server = new OpenAiServer(service, ServerConfig.of("tiny"));
    client = Client.of(server);
  }

  @AfterAll
  static void close() {
    client.close();
    server.close();
  }

  private static List<TextSample> alone(String prompt, int tokens, int count, long seed) {
    return model.samples(prompt, tokens, count, SamplingConfig.of(seed));
  }

  @Test
  void completionsAreThoseOfTheModel() throws Exception {
    Client.Reply reply =
        client.post(
            "v1/completions",
            "{\"model\":\"tiny\",\"prompt\":[\"one\",\"two\"],\"n\":2,\"seed\":7,\"max_tokens\":20}");
    assertThat(reply.status()).as(reply.message()).isEqualTo(200);
    assertThat(reply.json().get("object").asString()).isEqualTo("text_completion");
    assertThat(reply.json().get("id").asString()).startsWith("cmpl-");
    List<String> texts = new ArrayList<>();
    reply.json().get("choices").forEach(choice -> texts.add(choice.get("text").asString()));
    List<String> expected = new ArrayList<>();
    for (String prompt : List.of("one", "two")) {
      alone(prompt, 20, 2, 7).forEach(sample -> expected.add(sample.text()));
    }
    assertThat(texts).isEqualTo(expected);
    assertThat(reply.json().at("/choices/3/index").asInt()).isEqualTo(3);
    assertThat(reply.json().at("/choices/3/finish_reason").asString()).isEqualTo("length");
    assertThat(reply.json().at("/usage/prompt_tokens").asInt()).isEqualTo(6);
    assertThat(reply.json().at("/usage/completion_tokens").asInt()).isEqualTo(80);
    assertThat(reply.json().at("/usage/total_tokens").asInt()).isEqualTo(86);
  }

  @Test
  void aStreamIsTheSameTextInPieces() throws Exception {
    List<JsonNode> events =
        client.stream(
            "v1/completions",
            "{\"prompt\":\"one\",\"n\":2,\"seed\":7,\"max_tokens\":30,\"stream\":true,"
                + "\"stream_options\":{\"include_usage\":true}}",
            true);
    List<StringBuilder> texts = List.of(new StringBuilder(), new StringBuilder());
    List<String> reasons = new ArrayList<>(List.of("", ""));
    for (JsonNode event : events.subList(0, events.size() - 1)) {
      assertThat(event.get("usage").isNull()).isTrue();
      JsonNode choice = event.at("/choices/0");
      int index = choice.get("index").asInt();
      texts.get(index).append(choice.get("text").asString());
      reasons.set(index, choice.get("finish_reason").asString(""));
    }
    assertThat(reasons).containsExactly("length", "length");
    JsonNode last = events.getLast();
    assertThat(last.get("choices").isEmpty()).isTrue();
    assertThat(last.at("/usage/completion_tokens").asInt()).isEqualTo(60);
    List<TextSample> alone = alone("one", 30, 2, 7);
    assertThat(texts.get(0).toString()).isEqualTo(alone.get(0).text());
    assertThat(texts.get(1).toString()).isEqualTo(alone.get(1).text());
  }

  @Test
  void tokensHaveProbabilitiesAndAlternatives() throws Exception {
    Client.Reply reply =
        client.post(
            "v1/completions",
            "{\"prompt\":[111,110,101],\"seed\":7,\"max_tokens\":12,\"logprobs\":3}");
    JsonNode logProbs = reply.json().at("/choices/0/logprobs");
    TextSample alone = alone("one", 12, 1, 7).getFirst();
    for (int t = 0; t < 12; t++) {
      assertThat(logProbs.at("/token_logprobs/" + t).asDouble())
          .isCloseTo(alone.logProbs().get(t), within(1e-4));
      assertThat(logProbs.at("/top_logprobs/" + t).size()).isBetween(3, 4);
      String token = logProbs.at("/tokens/" + t).asString();
      assertThat(logProbs.at("/top_logprobs/" + t).get(token).asDouble())
          .isEqualTo(logProbs.at("/token_logprobs/" + t).asDouble());
      byte[] bytes = {alone.ids().get(t).byteValue()};
      assertThat(token)
          .isEqualTo(
              bytes[0] < 0
                  ? "\\x%02x".formatted(bytes[0] & 0xff)
                  : new String(bytes, StandardCharsets.UTF_8));
    }
    assertThat(logProbs.at("/text_offset/1").asInt())
        .isEqualTo(logProbs.at("/tokens/0").asString().length());
  }

  @Test
  void aChatIsWrittenByTheTemplateAndEndsBeforeAStop() throws Exception {
    String asked =
        "{\"model\":\"tiny\",\"messages\":[{\"role\":\"developer\",\"content\":\"Be\"},"
            + "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Hi\"}]}],"
            + "\"seed\":3,\"temperature\":0.7,\"top_p\":0.9,\"max_completion_tokens\":25,"
            + "\"logprobs\":true,\"top_logprobs\":2,\"stop\":[\"%s\"]%s}";
    String prompt = "system:Be\nuser:Hi\nassistant:";
    SamplingConfig sampling = SamplingConfig.of(3).withTemperature(0.7).withTopP(0.9);
    String whole = model.samples(prompt, 1, sampling, GenerationConfig.of(25, 3)).getFirst().text();
    String stop =
        whole
            .codePoints()
            .skip(8)
            .filter(c -> c > ' ' && c < 127 && c != '"' && c != '\\')
            .mapToObj(Character::toString)
            .findFirst()
            .orElseThrow();
    TextSample alone =
        model
            .withStops(new StopStrings(List.of(stop)))
            .samples(prompt, 1, sampling, GenerationConfig.of(25, 3))
            .getFirst();
    Client.Reply reply = client.post("v1/chat/completions", asked.formatted(stop, ""));
    assertThat(reply.status()).as(reply.message()).isEqualTo(200);
    JsonNode choice = reply.json().at("/choices/0");
    assertThat(choice.at("/message/content").asString()).isEqualTo(alone.text());
    assertThat(choice.at("/message/role").asString()).isEqualTo("assistant");
    assertThat(choice.get("finish_reason").asString()).isEqualTo("stop");
    JsonNode content = choice.at("/logprobs/content");
    assertThat(content.size()).isEqualTo(alone.ids().size());
    assertThat(content.at("/0/bytes/0").asInt()).isEqualTo(alone.ids().getFirst());
    assertThat(content.at("/0/top_logprobs").size()).isEqualTo(2);
    StringBuilder streamed = new StringBuilder();
    List<JsonNode> events =
        client.stream("v1/chat/completions", asked.formatted(stop, ",\"stream\":true"), true);
    events.forEach(e -> streamed.append(e.at("/choices/0/delta/content").asString("")));
    assertThat(streamed.toString()).isEqualTo(alone.text());
    assertThat(events.getFirst().at("/choices/0/delta/role").asString()).isEqualTo("assistant");
    assertThat(events.getLast().at("/choices/0/finish_reason").asString()).isEqualTo("stop");
  }

  @Test
  void aResponseIsTheSameWholeAndInEvents() throws Exception {
    String asked =
        "{\"model\":\"tiny\",\"instructions\":\"Be\",\"input\":\"Hi\",\"seed\":3,"
            + "\"max_output_tokens\":15,\"top_logprobs\":1%s}";
    Client.Reply reply = client.post("v1/responses", asked.formatted(""));
    assertThat(reply.status()).as(reply.message()).isEqualTo(200);
    String text = reply.json().at("/output/0/content/0/text").asString();
    assertThat(text).isEqualTo(alone("system:Be\nuser:Hi\nassistant:", 15, 1, 3).getFirst().text());
    assertThat(reply.json().at("/status").asString()).isEqualTo("incomplete");
    assertThat(reply.json().at("/incomplete_details/reason").asString())
        .isEqualTo("max_output_tokens");
    assertThat(reply.json().at("/usage/output_tokens").asInt()).isEqualTo(15);
    List<JsonNode> events =
        client.stream("v1/responses", asked.formatted(",\"stream\":true"), false);
    StringBuilder deltas = new StringBuilder();
    for (int i = 0; i < events.size(); i++) {
      assertThat(events.get(i).get("sequence_number").asInt()).isEqualTo(i);
      deltas.append(events.get(i).path("delta").asString(""));
    }
    assertThat(deltas.toString()).isEqualTo(text);
    assertThat(events.getFirst().get("type").asString()).isEqualTo("response.created");
    assertThat(events.getLast().get("type").asString()).isEqualTo("response.incomplete");
    assertThat(events.getLast().at("/response/output/0/content/0/text").asString()).isEqualTo(text);
  }

  @Test
  void answersHaveTheFormThatIsAskedFor() throws Exception {
    String schema =
        "{\"type\":\"object\",\"properties\":{\"a\":{\"enum\":[\"x\",\"yy\"]},"
            + "\"b\":{\"type\":\"boolean\"}},\"required\":[\"a\",\"b\"],"
            + "\"additionalProperties\":false}";
    String chat =
        "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"n\":4,\"seed\":%d,"
            + "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"s\","
            + "\"strict\":true,\"schema\":%s}}}";
    Client.Reply reply = client.post("v1/chat/completions", chat.formatted(2, schema));
    assertThat(reply.status()).as(reply.message()).isEqualTo(200);
    for (JsonNode choice : reply.json().get("choices")) {
      String content = choice.at("/message/content").asString();
      assertThat(choice.get("finish_reason").asString()).as(content).isEqualTo("stop");
      JsonNode json = Json.parse(content, "content", JsonNode.class);
      assertThat(json.propertyNames()).containsExactly("a", "b");
      assertThat(json.get("b").isBoolean()).isTrue();
    }
    Client.Reply response =
        client.post(
            "v1/responses",
            ("{\"input\":\"Hi\",\"seed\":3,\"text\":{\"format\":{\"type\":\"json_schema\","
                    + "\"name\":\"s\",\"schema\":%s}}}")
                .formatted(schema));
    assertThat(response.status()).as(response.message()).isEqualTo(200);
    String text = response.json().at("/output/0/content/0/text").asString();
    assertThat(Json.parse(text, "text", JsonNode.class).get("a").asString()).isIn("x", "yy");
    JsonNode format = response.json().at("/text/format");
    assertThat(format.at("/type").asString()).isEqualTo("json_schema");
    assertThat(format.at("/name").asString()).isEqualTo("s");
    assertThat(format.at("/schema")).isEqualTo(Json.parse(schema, "schema", JsonNode.class));
  }

  @Test
  void embeddingsAreOfLengthOneInBothEncodings() throws Exception {
    String asked = "{\"model\":\"tiny\",\"input\":[\"one two\",\"three\"]%s}";
    Client.Reply reply = client.post("v1/embeddings", asked.formatted(""));
    assertThat(reply.status()).as(reply.message()).isEqualTo(200);
    JsonNode vector = reply.json().at("/data/1/embedding");
    double squares = 0;
    for (JsonNode part : vector) {
      squares += part.asDouble() * part.asDouble();
    }
    assertThat(squares).isCloseTo(1, within(1e-5));
    assertThat(reply.json().at("/usage/prompt_tokens").asInt()).isEqualTo(12);
    Client.Reply encoded =
        client.post("v1/embeddings", asked.formatted(",\"encoding_format\":\"base64\""));
    ByteBuffer bytes =
        ByteBuffer.wrap(
                Base64.getDecoder().decode(encoded.json().at("/data/1/embedding").asString()))
            .order(ByteOrder.LITTLE_ENDIAN);
    assertThat(bytes.remaining()).isEqualTo(4 * vector.size());
    for (JsonNode part : vector) {
      assertThat(bytes.getFloat()).isEqualTo((float) part.asDouble());
    }
  }

  @Test
  void biasAndSeedAreHeard() throws Exception {
    String banned = "{\"prompt\":\"a\",\"max_tokens\":40,\"logit_bias\":{\"66\":100},\"seed\":%d}";
    Client.Reply always = client.post("v1/completions", banned.formatted(1));
    assertThat(always.json().at("/choices/0/text").asString()).isEqualTo("B".repeat(40));
    String none =
        "{\"prompt\":\"a\",\"max_tokens\":9,\"logit_bias\":{\"66\":100,\"67\":90},\"bad_words\":[\"BBB\"]}";
    Client.Reply never = client.post("v1/completions", none);
    assertThat(never.json().at("/choices/0/text").asString()).isEqualTo("BBCBBCBBC");
    String plain = "{\"prompt\":\"a\",\"max_tokens\":40%s}";
    Client.Reply once = client.post("v1/completions", plain.formatted(""));
    Client.Reply again = client.post("v1/completions", plain.formatted(""));
    assertThat(once.json().at("/choices/0/text")).isNotEqualTo(again.json().at("/choices/0/text"));
    Client.Reply greedy = client.post("v1/completions", plain.formatted(",\"temperature\":0"));
    assertThat(greedy.json().at("/choices/0/text").asString())
        .isEqualTo(model.sample("a", 40, SamplingConfig.greedy()));
  }

  @Test
  void modelsHealthAndMetricsAreTold() throws Exception {
    assertThat(client.get("v1/models").json().at("/data/0/id").asString()).isEqualTo("tiny");
    assertThat(client.get("v1/models/tiny").json().get("max_model_len").asInt())
        .isEqualTo(ServedModel.CONTEXT);
    assertThat(client.get("health").json().get("status").asString()).isEqualTo("ok");
    client.post("v1/completions", "{\"prompt\":\"a\",\"max_tokens\":4}");
    String metrics = client.send(client.request("metrics").GET()).body();
    assertThat(metrics)
        .contains("# TYPE chainrule_generated_tokens_total counter")
        .containsPattern("chainrule_requests_total\\{route=\"/v1/completions\",status=\"200\"} \\d")
        .containsPattern("chainrule_time_to_first_token_seconds_bucket\\{le=\"\\+Inf\"} [1-9]")
        .contains("chainrule_slots 8\n");
    Map<String, String> types = new java.util.HashMap<>();
    for (String line : metrics.lines().toList()) {
      assertThat(line).matches("# (HELP|TYPE) \\w+ .+|\\w+(\\{[^}]+})? [-+.\\dE]+");
      types.put(line, line);
    }
    assertThat(types).hasSize((int) metrics.lines().count());
  }
}
