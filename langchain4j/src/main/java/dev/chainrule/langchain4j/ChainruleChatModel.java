package dev.chainrule.langchain4j;

import dev.chainrule.core.sampling.SamplingConfig;
import dev.chainrule.text.serving.TextService;
import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialToolCall;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * A model of this JVM as a {@link ChatModel}: what a server of it would answer by its chat route.
 * Closing what it draws from is its user's. May be used by many threads.
 */
public final class ChainruleChatModel implements ChatModel {
  private final ChatRequests requests;
  private final List<ChatModelListener> listeners;

  /**
   * A chat model.
   *
   * @param service draws the answers, beside what others ask of it; its model has a chat template
   * @param name that requests may give as that of the model
   * @param sampling how answers are drawn where a request does not say, and their seed: the same
   *     request gets the same answer
   */
  public ChainruleChatModel(TextService service, String name, SamplingConfig sampling)
      throws IOException {
    this(new ChatRequests(service, name, sampling), List.of());
  }

  private ChainruleChatModel(ChatRequests requests, List<ChatModelListener> listeners) {
    this.requests = requests;
    this.listeners = listeners;
  }

  /** By the name of the model's folder or file, as probable as it says. */
  public static ChainruleChatModel of(TextService service) throws IOException {
    return new ChainruleChatModel(service, ChatRequests.nameOf(service), SamplingConfig.of(1));
  }

  /** The same, which tells these of each request, and of what came of it. */
  public ChainruleChatModel withListeners(List<ChatModelListener> hearers) {
    return new ChainruleChatModel(requests, List.copyOf(hearers));
  }

  /**
   * Answers.
   *
   * @throws LangChain4jException one of LangChain4j's own, by why there is no answer
   */
  @Override
  public ChatResponse chat(ChatRequest request) {
    ChatRequests.requireKnown(request.parameters());
    return ChatModel.super.chat(request);
  }

  @Override
  public ChatResponse doChat(ChatRequest request) {
    try {
      ChatAnswer answer = requests.ask(request);
      return answer.await(
          new ChatAnswer.Listener() {
            @Override
            public void text(String piece) {
              // The whole answer has it.
            }

            @Override
            public void arguments(PartialToolCall piece) {
              // So do its calls.
            }
          });
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LangChain4jException("interrupted before the answer was complete", e);
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
