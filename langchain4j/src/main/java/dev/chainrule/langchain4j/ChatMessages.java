package dev.chainrule.langchain4j;

import dev.chainrule.base.io.Json;
import dev.chainrule.text.serving.ChatPrompts;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.UnsupportedFeatureException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.node.ObjectNode;

/** Messages of LangChain4j as chat templates have them. */
final class ChatMessages {
  private ChatMessages() {}

  static List<Map<String, @Nullable Object>> read(List<ChatMessage> messages) {
    List<Map<String, @Nullable Object>> all = new ArrayList<>();
    for (ChatMessage each : messages) {
      all.add(
          switch (each) {
            case SystemMessage system -> ChatPrompts.message("system", system.text());
            case UserMessage user -> ChatPrompts.message("user", text(user.contents()));
            case AiMessage model -> assistant(model);
            case ToolExecutionResultMessage result -> result(result);
            default ->
                throw new UnsupportedFeatureException(
                    "a message of type %s, expected of SYSTEM, USER, AI or TOOL_EXECUTION_RESULT"
                        .formatted(each.type()));
          });
    }
    return all;
  }

  private static String text(List<Content> contents) {
    StringBuilder text = new StringBuilder();
    for (Content each : contents) {
      if (!(each instanceof TextContent part)) {
        throw new UnsupportedFeatureException(
            "content of type %s, expected TEXT".formatted(each.type()));
      }
      text.append(part.text());
    }
    return text.toString();
  }

  private static Map<String, @Nullable Object> assistant(AiMessage model) {
    String text = model.text();
    Map<String, @Nullable Object> message =
        ChatPrompts.message("assistant", text == null ? "" : text);
    if (model.hasToolExecutionRequests()) {
      List<Map<String, @Nullable Object>> calls = new ArrayList<>();
      for (ToolExecutionRequest call : model.toolExecutionRequests()) {
        calls.add(ChatPrompts.call(String.valueOf(call.id()), call.name(), arguments(call)));
      }
      message.put("tool_calls", calls);
    }
    return message;
  }

  private static Map<String, @Nullable Object> arguments(ToolExecutionRequest call) {
    String json = call.arguments() == null ? "{}" : call.arguments();
    ObjectNode object = Json.parse(json, "the arguments of " + call.name(), ObjectNode.class);
    return Json.mapper()
        .convertValue(object, new TypeReference<Map<String, @Nullable Object>>() {});
  }

  private static Map<String, @Nullable Object> result(ToolExecutionResultMessage result) {
    Map<String, @Nullable Object> message = ChatPrompts.message("tool", result.text());
    message.put("tool_call_id", String.valueOf(result.id()));
    return message;
  }
}
