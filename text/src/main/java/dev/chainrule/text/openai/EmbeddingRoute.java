package dev.chainrule.text.openai;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import dev.chainrule.text.model.LanguageModel;
import dev.chainrule.text.run.HiddenStates;
import dev.chainrule.text.serving.QueueFullException;
import dev.chainrule.text.serving.TextService;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /v1/embeddings}: {@link HiddenStates#mean} of each text. */
record EmbeddingRoute(TextService service, ServerConfig config) {
  void answer(Exchange exchange, JsonNode body) throws IOException, InterruptedException {
    Fields fields = new Fields(body);
    String model = TextRoutes.model(fields, config);
    fields.ignore("user");
    fields.refuse("dimensions");
    boolean base64 = fields.word("encoding_format", "float", "float", "base64").equals("base64");
    List<int[]> inputs =
        TextRoutes.prompts(fields.get("input"), service.model().tokenizer(), "input");
    fields.finish();
    int context = service.config().context();
    int tokens = 0;
    for (int[] input : inputs) {
      if (input.length == 0 || input.length > context) {
        throw ApiError.field(
            "input",
            input.length == 0 ? null : "context_length_exceeded",
            "has %d tokens, expected 1 to the context length %d".formatted(input.length, context));
      }
      tokens += input.length;
    }
    ObjectNode json = Json.mapper().createObjectNode();
    ArrayNode data = json.put("object", "list").putArray("data");
    for (float[] vector : vectors(exchange, inputs)) {
      ObjectNode entry = data.addObject();
      entry.put("object", "embedding").put("index", data.size() - 1);
      if (base64) {
        entry.put("embedding", base64(vector));
      } else {
        ArrayNode list = entry.putArray("embedding");
        for (float part : vector) {
          list.add(part);
        }
      }
    }
    json.put("model", model).putObject("usage").put("prompt_tokens", tokens);
    json.withObject("usage").put("total_tokens", tokens);
    exchange.send(200, json);
  }

  private List<float[]> vectors(Exchange exchange, List<int[]> inputs)
      throws IOException, InterruptedException {
    LanguageModel network = service.model().network();
    List<float[]> vectors = new ArrayList<>();
    long begun = System.nanoTime();
    try {
      for (int[] input : inputs) {
        if (!vectors.isEmpty() && System.nanoTime() - begun > Drawn.BEAT.toNanos()) {
          exchange.beat();
          begun = System.nanoTime();
        }
        // One after the other, so that texts under way wait for one at a time.
        vectors.add(service.between(engine -> HiddenStates.mean(network, engine, input)).get());
      }
    } catch (QueueFullException e) {
      throw ApiError.queueFull(e);
    } catch (RejectedExecutionException e) {
      throw ApiError.stopping();
    } catch (ExecutionException e) {
      throw failure(e.getCause() == null ? e : e.getCause());
    }
    return vectors;
  }

  private static ApiError failure(Throwable cause) {
    return switch (cause) {
      case RejectedExecutionException stopped -> ApiError.stopping();
      case InputException input -> ApiError.request(400, null, String.valueOf(input.getMessage()));
      default -> ApiError.internal(cause);
    };
  }

  private static String base64(float[] vector) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * vector.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return Base64.getEncoder().encodeToString(bytes.array());
  }
}
