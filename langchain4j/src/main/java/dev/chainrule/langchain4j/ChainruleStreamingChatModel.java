package dev.chainrule.langchain4j;

import dev.chainrule.core.sampling.SamplingConfig;
import dev.chainrule.text.serving.TextService;
import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.PartialToolCallContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * A model of this JVM as a {@link StreamingChatModel}. What is asked for in vain is thrown at once;
 * all else the handler hears, from a thread of its own. What it throws itself ends the answer, and
 * who cancels hears no more. May be used by many threads.
 */
public final class ChainruleStreamingChatModel implements StreamingChatModel {
  private final ChatRequests requests;
  private final List<ChatModelListener> listeners;

  /**
   * A chat model.
   *
   * @param service draws the answers, beside what others ask of it; its model has a chat template
   * @param name that requests may give as that of the model
   * @param sampling how answers are drawn where a request does not say, and their seed
   */
  public ChainruleStreamingChatModel(TextService service, String name, SamplingConfig sampling)
      throws IOException {
    this(new ChatRequests(service, name, sampling), List.of());
  }

  private ChainruleStreamingChatModel(ChatRequests requests, List<ChatModelListener> listeners) {
    this.requests = requests;
    this.listeners = listeners;
  }

  /** By the name of the model's folder or file, as probable as it says. */
  public static ChainruleStreamingChatModel of(TextService service) throws IOException {
    return new ChainruleStreamingChatModel(
        service, ChatRequests.nameOf(service), SamplingConfig.of(1));
  }

  /** The same, which tells these of each request, and of what came of it. */
  public ChainruleStreamingChatModel withListeners(List<ChatModelListener> hearers) {
    return new ChainruleStreamingChatModel(requests, List.copyOf(hearers));
  }

  /**
   * Answers.
   *
   * @throws LangChain4jException one of LangChain4j's own, if nothing can be asked so
   */
  @Override
  public void chat(ChatRequest request, StreamingChatResponseHandler handler) {
    ChatRequests.requireKnown(request.parameters());
    StreamingChatModel.super.chat(request, handler);
  }

  @Override
  public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
    ChatAnswer answer = requests.ask(request);
    Thread.ofVirtual().name("chat-answer").start(() -> tell(answer, handler));
  }

  private static void tell(ChatAnswer answer, StreamingChatResponseHandler handler) {
    try {
      ChatResponse response = answer.await(new Teller(answer, handler));
      if (!answer.isCancelled()) {
        List<CompleteToolCall> calls = answer.calls();
        calls.forEach(handler::onCompleteToolCall);
        handler.onCompleteResponse(response);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      handler.onError(e);
    } catch (RuntimeException e) {
      if (!answer.isCancelled()) {
        answer.cancel();
        handler.onError(e);
      }
    }
  }

  private record Teller(ChatAnswer answer, StreamingChatResponseHandler handler)
      implements ChatAnswer.Listener {
    @Override
    public void text(String piece) {
      if (!answer.isCancelled()) {
        handler.onPartialResponse(new PartialResponse(piece), new PartialResponseContext(answer));
      }
    }

    @Override
    public void arguments(PartialToolCall piece) {
      if (!answer.isCancelled()) {
        handler.onPartialToolCall(piece, new PartialToolCallContext(answer));
      }
    }
  }

  @Override
  public List<ChatModelListener> listeners() {
    return listeners;
  }

  @Override
  public ChatRequestParameters defaultRequestParameters() {
    return requests.defaults();
  }

  @Override
  public Set<Capability> supportedCapabilities() {
    return Set.of(Capability.RESPONSE_FORMAT_JSON_SCHEMA);
  }
}
