package dev.chainrule.langchain4j;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import dev.chainrule.core.sampling.Penalties;
import dev.chainrule.core.sampling.SamplingConfig;
import dev.chainrule.text.run.StopStrings;
import dev.chainrule.text.serving.ChatPrompts;
import dev.chainrule.text.serving.QueueFullException;
import dev.chainrule.text.serving.Structures;
import dev.chainrule.text.serving.TextRequest;
import dev.chainrule.text.serving.TextService;
import dev.chainrule.text.structure.CallReader;
import dev.chainrule.text.structure.Format;
import dev.chainrule.text.structure.Tools;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.internal.JsonSchemaElementUtils;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.langchain4j.model.chat.request.json.JsonSchemaElement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Requests of LangChain4j as a service takes them. */
final class ChatRequests {
  private final TextService service;
  private final String name;
  private final SamplingConfig sampling;
  private final ChatPrompts prompts;
  private final Structures structures;

  ChatRequests(TextService service, String name, SamplingConfig sampling) throws IOException {
    this.service = service;
    this.name = name;
    this.sampling = sampling;
    prompts = ChatPrompts.of(service.model());
    structures = new Structures(service.model());
  }

  /** The name of the folder or file of a service's model. */
  static String nameOf(TextService service) {
    Path file = service.model().path().toAbsolutePath().normalize().getFileName();
    return file == null ? "model" : file.toString();
  }

  /** Refuses parameters of other models, which have fields that would be lost. */
  static void requireKnown(ChatRequestParameters parameters) {
    if (parameters.getClass() != DefaultChatRequestParameters.class) {
      throw new UnsupportedFeatureException(
          "parameters %s, expected those of ChatRequestParameters.builder()"
              .formatted(parameters.getClass().getSimpleName()));
    }
  }

  ChatRequestParameters defaults() {
    Penalties penalties = sampling.penalties();
    return ChatRequestParameters.builder()
        .modelName(name)
        .temperature(sampling.temperature())
        .topP(sampling.topP())
        .topK(sampling.topK() == 0 ? null : sampling.topK())
        .presencePenalty(penalties.presence())
        .frequencyPenalty(penalties.frequency())
        .build();
  }

  /** Asks the service for an answer. */
  ChatAnswer ask(ChatRequest request) {
    ChatRequestParameters parameters = request.parameters();
    String model = parameters.modelName();
    if (model != null && !model.equals(name)) {
      throw new ModelNotFoundException(
          "the model '%s' does not exist, expected '%s'".formatted(model, name));
    }
    try {
      Tools tools = tools(parameters);
      Format format = format(parameters, tools);
      int[] prompt = prompts.encode(ChatMessages.read(request.messages()), tools);
      TextRequest asked = asked(prompt, parameters);
      if (format != null) {
        asked = asked.withStructure(structures.of(format));
      }
      CallReader reader = tools == null ? null : new CallReader(prompts.source());
      ChatAnswer answer = new ChatAnswer(name, prompt.length, reader);
      answer.asked(service.submit(asked, answer));
      return answer;
    } catch (QueueFullException e) {
      throw new RateLimitException(e);
    } catch (RejectedExecutionException e) {
      throw new InternalServerException(e);
    } catch (InputException | IllegalArgumentException e) {
      throw new InvalidRequestException(e);
    }
  }

  private TextRequest asked(int[] prompt, ChatRequestParameters parameters) {
    int context = service.config().context();
    int room = context - prompt.length;
    Integer most = parameters.maxOutputTokens();
    if (room < 1 || (most != null && (most < 1 || most > room))) {
      throw new InvalidRequestException(
          "%s maxOutputTokens after %d tokens of messages, expected 1 or more and at most %d in all"
              .formatted(most == null ? "no" : most, prompt.length, context));
    }
    TextRequest asked = TextRequest.of(prompt, most == null ? room : most, sampling(parameters));
    List<String> stops = parameters.stopSequences();
    return stops == null || stops.isEmpty() ? asked : asked.withStops(new StopStrings(stops));
  }

  private SamplingConfig sampling(ChatRequestParameters parameters) {
    Penalties held = sampling.penalties();
    SamplingConfig asked =
        sampling.withPenalties(
            new Penalties(
                held.bias(),
                held.repetition(),
                or(parameters.presencePenalty(), held.presence()),
                or(parameters.frequencyPenalty(), held.frequency()),
                held.noRepeatNgram(),
                held.badWords()));
    Integer topK = parameters.topK();
    return asked
        .withTemperature(or(parameters.temperature(), sampling.temperature()))
        .withTopP(or(parameters.topP(), sampling.topP()))
        .withTopK(topK == null ? sampling.topK() : topK);
  }

  private static double or(@Nullable Double asked, double usual) {
    return asked == null ? usual : asked;
  }

  /** Functions that the answer may call; null for none. */
  private static @Nullable Tools tools(ChatRequestParameters parameters) {
    List<ToolSpecification> specifications = parameters.toolSpecifications();
    boolean none = specifications == null || specifications.isEmpty();
    if (none && parameters.toolChoice() == ToolChoice.REQUIRED) {
      throw new InvalidRequestException("toolChoice REQUIRED without tools, expected some");
    }
    if (none || parameters.toolChoice() == ToolChoice.NONE) {
      return null;
    }
    ArrayNode list = Json.mapper().createArrayNode();
    for (ToolSpecification each : specifications) {
      ObjectNode function = list.addObject().put("type", "function").putObject("function");
      function.put("name", each.name());
      if (each.description() != null) {
        function.put("description", each.description());
      }
      if (each.parameters() != null) {
        function.set("parameters", schema(each.parameters()));
      }
    }
    return Tools.parse(list.toString(), "toolSpecifications");
  }

  private static ObjectNode schema(JsonSchemaElement element) {
    return Json.mapper().valueToTree(JsonSchemaElementUtils.toMap(element));
  }

  /** What the answer is held to; null for any text. */
  private @Nullable Format format(ChatRequestParameters parameters, @Nullable Tools tools) {
    ResponseFormat asked = parameters.responseFormat();
    boolean json = asked != null && asked.type() == ResponseFormatType.JSON;
    if (tools != null) {
      if (json) {
        throw new UnsupportedFeatureException(
            "responseFormat JSON beside toolSpecifications, expected one of them");
      }
      boolean required = parameters.toolChoice() == ToolChoice.REQUIRED;
      return tools.format(prompts.source(), required, true);
    }
    if (!json) {
      return null;
    }
    return asked.jsonSchema() == null
        ? Format.jsonObject()
        : new Format.JsonSchema(
            schema(asked.jsonSchema().rootElement()).toString(),
            "the schema '%s'".formatted(asked.jsonSchema().name()));
  }
}
