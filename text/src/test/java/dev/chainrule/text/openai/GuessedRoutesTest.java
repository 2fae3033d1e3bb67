package dev.chainrule.text.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.chainrule.core.engine.Compute;
import dev.chainrule.text.run.Speculation;
import dev.chainrule.text.run.TextModel;
import dev.chainrule.text.serving.ServedModel;
import dev.chainrule.text.serving.ServiceConfig;
import dev.chainrule.text.serving.TextService;
import dev.chainrule.text.speculation.GuessBounds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A server that guesses ahead answers as one that does not. */
class GuessedRoutesTest {
  private static final String TOOLS =
      "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":"
          + "{\"type\":\"object\",\"properties\":{\"a\":{\"enum\":[\"x\",\"yyyyyyyy\"]},"
          + "\"b\":{\"enum\":[\"yyyyyyyy\"]}},\"required\":[\"a\",\"b\"]}}}]";
  private static final String[] ASKED = {
    TOOLS + ",\"tool_choice\":\"required\"",
    TOOLS + ",\"tool_choice\":\"required\",\"parallel_tool_calls\":false,\"n\":2",
    TOOLS + ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"}},\"n\":2",
    TOOLS + ",\"logprobs\":true,\"top_logprobs\":2",
    "\"response_format\":{\"type\":\"json_object\"},\"temperature\":0",
    "\"stop\":[\"a\",\"e\"],\"n\":4",
  };

  private static final Speculation LOOKUP = Speculation.lookup().within(new GuessBounds(3, 14));

  @TempDir Path folder;

  /** What is answered, without names made anew each time. */
  private static List<JsonNode> answers(TextModel model, boolean guesses) throws Exception {
    List<JsonNode> all = new ArrayList<>();
    int guessed = 0;
    try (OpenAiServer server = serve(model);
        Client client = Client.of(server)) {
      for (String asked : ASKED) {
        Client.Reply reply =
            client.post(
                "v1/chat/completions",
                "{\"messages\":[{\"role\":\"user\",\"content\":\"hi hi hi\"}],\"seed\":4,\"max_tokens\":60,%s}"
                    .formatted(asked));
        assertThat(reply.status()).as(reply.message()).isEqualTo(200);
        JsonNode details = reply.json().at("/usage/completion_tokens_details");
        guessed += details.get("accepted_prediction_tokens").asInt();
        guessed += details.get("rejected_prediction_tokens").asInt();
        for (JsonNode choice : reply.json().get("choices")) {
          for (JsonNode call : choice.at("/message/tool_calls")) {
            ((ObjectNode) call).remove("id");
          }
          all.add(choice);
        }
      }
    }
    assertThat(guessed > 0).isEqualTo(guesses);
    return all;
  }

  private static OpenAiServer serve(TextModel model) throws IOException {
    ServiceConfig config = ServiceConfig.of(model.network().contextLength()).withKept(0, 0);
    return new OpenAiServer(
        new TextService(model, Compute.automatic(), config), ServerConfig.of("tiny"));
  }

  @Test
  void callsFormsAndStopsAreTheSameWhateverIsGuessed() throws Exception {
    TextModel marked = ServedModel.withTools(folder.resolve("marked"));
    TextModel plain = ServedModel.withRoom(folder.resolve("plain"), 768);
    assertThat(answers(marked.withSpeculation(LOOKUP), true)).isEqualTo(answers(marked, false));
    Speculation itself = Speculation.model(plain).within(new GuessBounds(2, 5));
    assertThat(answers(plain.withSpeculation(itself), true)).isEqualTo(answers(plain, false));
  }
}
