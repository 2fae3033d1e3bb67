package dev.chainrule.langchain4j;

import dev.chainrule.text.serving.Ending;
import dev.chainrule.text.serving.TextEvent;
import dev.chainrule.text.serving.Ticket;
import dev.chainrule.text.structure.CallReader;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.StreamingHandle;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An answer under way: told by the service's thread, and awaited by another. */
final class ChatAnswer implements Consumer<TextEvent>, StreamingHandle {
  private final BlockingQueue<TextEvent> events = new LinkedBlockingQueue<>();
  private final String model;
  private final int promptTokens;
  private final @Nullable CallReader reader;
  private final StringBuilder text = new StringBuilder();
  private final List<Call> made = new ArrayList<>();
  private int drawn;
  private @Nullable Ticket ticket;
  private volatile boolean cancelled;

  /** A call as far as it has come. */
  private static final class Call {
    final String id = "call-" + UUID.randomUUID().toString().replace("-", "");
    final String name;
    final StringBuilder arguments = new StringBuilder();
    boolean complete;

    Call(String name) {
      this.name = name;
    }
  }

  /** Hears the answer as it comes. */
  interface Listener {
    void text(String piece);

    void arguments(PartialToolCall piece);
  }

  /**
   * Nothing yet.
   *
   * @param reader null where nothing can be called
   */
  ChatAnswer(String model, int promptTokens, @Nullable CallReader reader) {
    this.model = model;
    this.promptTokens = promptTokens;
    this.reader = reader;
  }

  void asked(Ticket with) {
    ticket = with;
  }

  @Override
  public void accept(TextEvent event) {
    events.add(event);
  }

  @Override
  public void cancel() {
    cancelled = true;
    Ticket with = ticket;
    if (with != null) {
      with.cancel();
    }
  }

  @Override
  public boolean isCancelled() {
    return cancelled;
  }

  /** Waits for the end; who is interrupted meanwhile wants it no more. */
  ChatResponse await(Listener listener) throws InterruptedException {
    try {
      while (true) {
        switch (events.take()) {
          case TextEvent.Drawn one -> {
            drawn++;
            take(one.token().text(), listener);
          }
          case TextEvent.Ended ended -> {
            require(ended);
            take(ended.text(), listener);
            if (reader != null) {
              take(reader.finish(), listener);
            }
            return response(ended.ending());
          }
        }
      }
    } catch (InterruptedException e) {
      cancel();
      throw e;
    }
  }

  private static void require(TextEvent.Ended ended) {
    LangChain4jException failure =
        switch (ended.ending()) {
          case STOP, LENGTH -> null;
          case TIMED_OUT -> new TimeoutException("the time for this request is over");
          case CLOSED -> new InternalServerException("the service was closed");
          case CANCELLED -> new LangChain4jException("the answer was cancelled");
          case FAILED -> new InvalidRequestException("nothing can be drawn: " + ended.message());
        };
    if (failure != null) {
      throw failure;
    }
  }

  private void take(String piece, Listener listener) {
    if (reader != null) {
      take(reader.read(piece), listener);
    } else if (!piece.isEmpty()) {
      take(List.of(new CallReader.Part.Text(piece)), listener);
    }
  }

  private void take(List<CallReader.Part> parts, Listener listener) {
    for (CallReader.Part part : parts) {
      switch (part) {
        case CallReader.Part.Text more -> {
          text.append(more.text());
          listener.text(more.text());
        }
        case CallReader.Part.Begin begin -> made.add(new Call(begin.name()));
        case CallReader.Part.Arguments more -> {
          Call call = made.get(more.call());
          call.arguments.append(more.json());
          listener.arguments(
              PartialToolCall.builder()
                  .index(more.call())
                  .id(call.id)
                  .name(call.name)
                  .partialArguments(more.json())
                  .build());
        }
        case CallReader.Part.End end -> made.get(end.call()).complete = true;
      }
    }
  }

  /** The calls whose arguments are complete. */
  List<CompleteToolCall> calls() {
    List<CompleteToolCall> calls = new ArrayList<>();
    for (Call call : made) {
      if (call.complete) {
        ToolExecutionRequest request =
            ToolExecutionRequest.builder()
                .id(call.id)
                .name(call.name)
                .arguments(call.arguments.toString())
                .build();
        calls.add(new CompleteToolCall(calls.size(), request));
      }
    }
    return calls;
  }

  private ChatResponse response(Ending ending) {
    AiMessage.Builder message = AiMessage.builder();
    List<CompleteToolCall> calls = calls();
    if (!text.isEmpty() || calls.isEmpty()) {
      message.text(text.toString());
    }
    message.toolExecutionRequests(
        calls.stream().map(CompleteToolCall::toolExecutionRequest).toList());
    FinishReason reason =
        ending == Ending.LENGTH
            ? FinishReason.LENGTH
            : calls.isEmpty() ? FinishReason.STOP : FinishReason.TOOL_EXECUTION;
    return ChatResponse.builder()
        .aiMessage(message.build())
        .id("chat-" + UUID.randomUUID().toString().replace("-", ""))
        .modelName(model)
        .tokenUsage(new TokenUsage(promptTokens, drawn))
        .finishReason(reason)
        .build();
  }
}
