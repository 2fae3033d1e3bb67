package dev.chainrule.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.io.Json;
import dev.chainrule.core.sampling.GenerationConfig;
import dev.chainrule.core.sampling.SamplingConfig;
import dev.chainrule.text.run.StopStrings;
import dev.chainrule.text.run.TextModel;
import dev.chainrule.text.run.TextSample;
import dev.chainrule.text.serving.Ending;
import dev.chainrule.text.serving.TextService;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.listener.ChatModelErrorContext;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.listener.ChatModelRequestContext;
import dev.langchain4j.model.chat.listener.ChatModelResponseContext;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.output.FinishReason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ChatModelTest {
  private static final SamplingConfig SAMPLING = SamplingConfig.of(11).withTemperature(0.9);

  @TempDir static Path folder;
  private static TextModel model;
  private static TextService service;
  private static ChainruleChatModel chat;

  @BeforeAll
  static void train() throws IOException {
    model = TinyChats.train(folder.resolve("tiny"));
    service = TextService.of(model);
    chat = new ChainruleChatModel(service, "tiny", SAMPLING);
  }

  @AfterAll
  static void close() {
    service.close();
  }

  private static ChatRequest.Builder request(ChatMessage... messages) {
    return ChatRequest.builder().messages(messages);
  }

  private static TextSample alone(TextModel from, String prompt, int tokens, SamplingConfig how) {
    return from.samples(prompt, 1, how, GenerationConfig.of(tokens, how.seed())).getFirst();
  }

  @Test
  void theAnswerIsWhatTheModelsOwnSamplerDraws() {
    String prompt = "system:Be\nuser:Hi\nassistant:";
    ChatResponse response =
        chat.chat(
            request(SystemMessage.from("Be"), UserMessage.from("Hi")).maxOutputTokens(30).build());
    assertThat(response.aiMessage().text()).isEqualTo(alone(model, prompt, 30, SAMPLING).text());
    assertThat(response.finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(response.modelName()).isEqualTo("tiny");
    assertThat(response.tokenUsage().inputTokenCount()).isEqualTo(model.begun(prompt).length);
    assertThat(response.tokenUsage().outputTokenCount()).isEqualTo(30);
  }

  @Test
  void parametersOfARequestComeBeforeThoseOfTheModel() {
    String prompt = "user:Hi\nassistant:";
    SamplingConfig how = SAMPLING.withTemperature(0.5).withTopK(9).withTopP(0.8);
    // Something that it says.
    String stop = alone(model, prompt, 100, how).text().substring(20, 22);
    StopStrings stops = new StopStrings(List.of(stop));
    ChatResponse response =
        chat.chat(
            request(UserMessage.from("Hi"))
                .temperature(0.5)
                .topK(9)
                .topP(0.8)
                .stopSequences(List.of(stop))
                .maxOutputTokens(100)
                .build());
    TextSample expected = alone(model.withStops(stops), prompt, 100, how);
    assertThat(response.aiMessage().text()).isEqualTo(expected.text());
    assertThat(response.finishReason()).isEqualTo(FinishReason.STOP);
    ChatResponse greedy =
        chat.chat(request(UserMessage.from("Hi")).temperature(0.0).maxOutputTokens(9).build());
    assertThat(greedy.aiMessage().text())
        .isEqualTo(alone(model, prompt, 9, SamplingConfig.greedy()).text());
  }

  @Test
  void anAnswerIsJsonOfTheSchema() {
    JsonObjectSchema person =
        JsonObjectSchema.builder()
            .addEnumProperty("town", List.of("Oslo", "Rome"))
            .addBooleanProperty("old")
            .required("town", "old")
            .additionalProperties(false)
            .build();
    JsonSchema schema = JsonSchema.builder().name("person").rootElement(person).build();
    ResponseFormat format =
        ResponseFormat.builder().type(ResponseFormatType.JSON).jsonSchema(schema).build();
    ChatResponse response =
        chat.chat(request(UserMessage.from("Who?")).responseFormat(format).build());
    JsonNode json = Json.parse(response.aiMessage().text(), "answer", JsonNode.class);
    assertThat(json.get("town").asString()).isIn("Oslo", "Rome");
    assertThat(json.get("old").isBoolean()).isTrue();
    assertThat(response.finishReason()).isEqualTo(FinishReason.STOP);
  }

  private static final ToolSpecification WEATHER =
      ToolSpecification.builder()
          .name("weather")
          .description("Tells it.")
          .parameters(
              JsonObjectSchema.builder()
                  .addEnumProperty("town", List.of("Oslo", "Rome"))
                  .required("town")
                  .build())
          .build();

  @Test
  void toolsAreCalledAndAnswered() {
    UserMessage asked = UserMessage.from("?");
    ChatResponse response =
        chat.chat(
            request(asked).toolSpecifications(WEATHER).toolChoice(ToolChoice.REQUIRED).build());
    assertThat(response.finishReason()).isEqualTo(FinishReason.TOOL_EXECUTION);
    AiMessage called = response.aiMessage();
    ToolExecutionRequest call = called.toolExecutionRequests().getFirst();
    assertThat(call.name()).isEqualTo("weather");
    assertThat(Json.parse(call.arguments(), "call", JsonNode.class).get("town").asString())
        .isIn("Oslo", "Rome");
    ChatResponse told =
        chat.chat(
            request(asked, called, ToolExecutionResultMessage.from(call, "rain"))
                .maxOutputTokens(5)
                .build());
    String prompt =
        "user:?\nassistant:{\"name\": \"weather\", \"arguments\": %s}\nuser:rain\nassistant:"
            .formatted(Json.parse(call.arguments(), "call", JsonNode.class));
    assertThat(told.aiMessage().text()).isEqualTo(alone(model, prompt, 5, SAMPLING).text());
  }

  /** All that a handler hears. */
  private static class Heard implements StreamingChatResponseHandler {
    final StringBuilder pieces = new StringBuilder();
    final List<CompleteToolCall> calls = new ArrayList<>();
    final CompletableFuture<ChatResponse> response = new CompletableFuture<>();

    @Override
    public void onPartialResponse(String piece) {
      pieces.append(piece);
    }

    @Override
    public void onCompleteToolCall(CompleteToolCall call) {
      calls.add(call);
    }

    @Override
    public void onCompleteResponse(ChatResponse complete) {
      response.complete(complete);
    }

    @Override
    public void onError(Throwable error) {
      response.completeExceptionally(error);
    }

    ChatResponse await() throws Exception {
      return response.get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void aStreamedAnswerIsTheSame() throws Exception {
    ChainruleStreamingChatModel streaming =
        new ChainruleStreamingChatModel(service, "tiny", SAMPLING);
    ChatRequest request = request(UserMessage.from("Hi")).maxOutputTokens(40).build();
    Heard heard = new Heard();
    streaming.chat(request, heard);
    assertThat(heard.await().aiMessage()).isEqualTo(chat.chat(request).aiMessage());
    assertThat(heard.pieces.toString()).isEqualTo(heard.await().aiMessage().text());
    Heard called = new Heard();
    streaming.chat(
        request(UserMessage.from("?"))
            .toolSpecifications(WEATHER)
            .toolChoice(ToolChoice.REQUIRED)
            .build(),
        called);
    assertThat(called.await().aiMessage().toolExecutionRequests()).hasSize(1);
    assertThat(called.calls.getFirst().toolExecutionRequest())
        .isEqualTo(called.await().aiMessage().toolExecutionRequests().getFirst());
  }

  @Test
  void whoCancelsOrFailsIsDrawnNoMoreFor() throws Exception {
    ChainruleStreamingChatModel streaming = ChainruleStreamingChatModel.of(service);
    ChatRequest request = request(UserMessage.from("Hi")).build();
    CompletableFuture<Boolean> cancelled = new CompletableFuture<>();
    Heard leaving =
        new Heard() {
          @Override
          public void onPartialResponse(PartialResponse piece, PartialResponseContext context) {
            context.streamingHandle().cancel();
            cancelled.complete(context.streamingHandle().isCancelled());
          }
        };
    long before = service.stats().ended(Ending.CANCELLED);
    streaming.chat(request, leaving);
    assertThat(cancelled.get(30, TimeUnit.SECONDS)).isTrue();
    Heard failing =
        new Heard() {
          @Override
          public void onPartialResponse(String piece) {
            throw new IllegalStateException("no more");
          }
        };
    streaming.chat(request, failing);
    assertThatThrownBy(failing::await).hasMessageContaining("no more");
    for (int i = 0; service.stats().ended(Ending.CANCELLED) < before + 2; i++) {
      assertThat(i).isLessThan(500);
      Thread.sleep(20);
    }
    assertThat(leaving.response).isNotDone();
  }

  @Test
  void whatThereIsNotIsRefusedByName() {
    ChatRequest.Builder hi = request(UserMessage.from("Hi"));
    assertThatThrownBy(() -> chat.chat(hi.modelName("other").build()))
        .isInstanceOf(ModelNotFoundException.class)
        .hasMessageContaining("'other'")
        .hasMessageContaining("'tiny'");
    assertThatThrownBy(
            () ->
                chat.chat(
                    request(UserMessage.from("a")).maxOutputTokens(TinyChats.CONTEXT).build()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("maxOutputTokens");
    assertThatThrownBy(() -> chat.chat(request(UserMessage.from("a")).topP(2.0).build()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("top_p 2.0");
    assertThatThrownBy(
            () -> chat.chat(UserMessage.from(ImageContent.from("http://localhost/a.png"))))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining("IMAGE");
    assertThatThrownBy(
            () ->
                chat.chat(
                    request(UserMessage.from("a"))
                        .toolSpecifications(WEATHER)
                        .responseFormat(ResponseFormat.JSON)
                        .build()))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining("responseFormat JSON beside toolSpecifications");
    assertThatThrownBy(
            () -> chat.chat(request(UserMessage.from("a")).parameters(new Foreign()).build()))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining("Foreign");
  }

  /** Parameters of some other model. */
  private static final class Foreign extends DefaultChatRequestParameters {
    Foreign() {
      super(new Builder<>());
    }
  }

  @Test
  void listenersHearOfRequestsAnswersAndFailures() {
    List<String> heard = new ArrayList<>();
    ChatModelListener listener =
        new ChatModelListener() {
          @Override
          public void onRequest(ChatModelRequestContext context) {
            heard.add("request of " + context.chatRequest().parameters().modelName());
          }

          @Override
          public void onResponse(ChatModelResponseContext context) {
            heard.add(context.chatResponse().aiMessage().text());
          }

          @Override
          public void onError(ChatModelErrorContext context) {
            heard.add(context.error().getClass().getSimpleName());
          }
        };
    ChainruleChatModel listened = chat.withListeners(List.of(listener));
    ChatRequest asked = request(UserMessage.from("Hi")).maxOutputTokens(3).build();
    String text = listened.chat(asked).aiMessage().text();
    assertThat(text).isEqualTo(chat.chat(asked).aiMessage().text());
    ChatRequest wrong = request(UserMessage.from("Hi")).maxOutputTokens(1 << 20).build();
    assertThatThrownBy(() -> listened.chat(wrong)).isInstanceOf(InvalidRequestException.class);
    assertThat(heard)
        .containsExactly("request of tiny", text, "request of tiny", "InvalidRequestException");
  }
}
