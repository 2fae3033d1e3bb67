package dev.chainrule.text.openai;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import dev.chainrule.text.serving.ChatPrompts;
import dev.chainrule.text.serving.Structures;
import dev.chainrule.text.serving.TextRequest;
import dev.chainrule.text.serving.TextService;
import dev.chainrule.text.structure.Format;
import dev.chainrule.text.tokenizer.Tokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The routes that draw text. */
final class TextRoutes {
  private static final int MOST_PROMPTS = 128;
  private static final int MOST_TOP = 20;
  private static final String[] OF_NO_USE = {
    "user",
    "metadata",
    "store",
    "service_tier",
    "safety_identifier",
    "prompt_cache_key",
    "prompt_cache_retention"
  };

  private final TextService service;
  private final ServerConfig config;
  private final Messages messages;
  private final Tokenizer tokenizer;
  private final Spelling spelling;
  private final Drawn drawn;
  private final Structures structures;

  TextRoutes(TextService service, ServerConfig config, Messages messages) {
    this.service = service;
    this.config = config;
    this.messages = messages;
    tokenizer = service.model().tokenizer();
    spelling = new Spelling(tokenizer);
    drawn = new Drawn(service);
    structures = new Structures(service.model());
  }

  private Drawing drawing(Fields fields, OptionalInt maxTokens) {
    return Drawing.read(fields, tokenizer, maxTokens);
  }

  private OptionalInt tokens(Fields fields, String name) {
    return fields.integer(name, 1, Integer.MAX_VALUE);
  }

  private TextRequest request(Drawing drawing, int[] prompt, String param, String limit, int top) {
    int context = service.config().context();
    return drawing.request(prompt, param, limit, context, top, config.patience());
  }

  /** {@code /v1/completions}. */
  void completions(Exchange exchange, JsonNode body) throws IOException, InterruptedException {
    Fields fields = new Fields(body);
    String model = model(fields, config);
    fields.ignore(OF_NO_USE);
    Drawing drawing = drawing(fields, tokens(fields, "max_tokens"));
    OptionalInt top = fields.integer("logprobs", 0, MOST_TOP);
    int bestOf = fields.integer("best_of", 1, Integer.MAX_VALUE).orElse(drawing.count());
    if (bestOf != drawing.count()) {
      throw ApiError.unsupported("best_of", "found %d, expected none, or n".formatted(bestOf));
    }
    fields.refuse("echo", "suffix");
    ResponseFormat format = ResponseFormat.of(fields.object("response_format"), true);
    List<int[]> prompts = prompts(fields.get("prompt"), tokenizer, "prompt");
    fields.finish();
    Drawing limited =
        drawing.maxTokens().isPresent()
            ? drawing
            : new Drawing(
                drawing.count(),
                OptionalInt.of(16), // as the API has it
                drawing.sampling(),
                drawing.stops(),
                drawing.stream(),
                drawing.usage());
    List<TextRequest> requests = new ArrayList<>();
    for (int[] prompt : prompts) {
      TextRequest request = request(limited, prompt, "prompt", "max_tokens", top.orElse(0));
      requests.add(held(request, format.format(), "response_format"));
    }
    Head head = Head.of("cmpl", model, drawing.usage());
    AnswerForm form = new CompletionForm(head, spelling, top.isPresent());
    drawn.answer(exchange, requests, drawing.stream(), top.isPresent(), form);
  }

  /** {@code /v1/chat/completions}. */
  void chat(Exchange exchange, JsonNode body) throws IOException, InterruptedException {
    Fields fields = new Fields(body);
    String model = model(fields, config);
    fields.ignore(OF_NO_USE);
    OptionalInt newer = tokens(fields, "max_completion_tokens");
    OptionalInt older = tokens(fields, "max_tokens");
    Drawing drawing = drawing(fields, newer.isPresent() ? newer : older);
    boolean logProbs = fields.truth("logprobs", false);
    OptionalInt top = fields.integer("top_logprobs", 0, MOST_TOP);
    if (top.isPresent() && !logProbs) {
      throw ApiError.field("top_logprobs", null, "found without logprobs, expected none");
    }
    ToolUse use = ToolUse.read(fields, true);
    fields.refuse("audio", "prediction", "web_search_options", "reasoning_effort", "verbosity");
    List<String> modalities = fields.strings("modalities", 8);
    if (!modalities.isEmpty() && !modalities.equals(List.of("text"))) {
      throw ApiError.unsupported("modalities", "found %s, expected text".formatted(modalities));
    }
    ResponseFormat format = ResponseFormat.of(fields.object("response_format"), true);
    List<Map<String, @Nullable Object>> said = Messages.read(fields.get("messages"), "messages");
    fields.finish();
    int[] prompt = messages.encode(said, use.tools(), "messages");
    String limit = newer.isPresent() ? "max_completion_tokens" : "max_tokens";
    TextRequest request = request(drawing, prompt, "messages", limit, top.orElse(0));
    TextRequest held = held(request, format, "response_format", use);
    Head head = Head.of("chatcmpl", model, drawing.usage());
    String source = messages.source();
    AnswerForm form = new ChatForm(head, spelling, () -> use.begin(source), logProbs);
    drawn.answer(exchange, List.of(held), drawing.stream(), logProbs, form);
  }

  /** A request whose answers are held to a form, or to calls of tools. */
  private TextRequest held(TextRequest request, ResponseFormat format, String param, ToolUse use) {
    Format calls = use.format(messages.source());
    if (calls == null) {
      return held(request, format.format(), param);
    }
    if (format.format() != null) {
      throw ApiError.unsupported(param, "found beside tools, expected one of them");
    }
    return held(request, calls, "tools");
  }

  /**
   * A request for texts of a format.
   *
   * @param param the field that asks for it
   */
  private TextRequest held(TextRequest request, @Nullable Format format, String param) {
    try {
      return format == null ? request : request.withStructure(structures.of(format));
    } catch (InputException e) {
      throw ApiError.field(param, null, String.valueOf(e.getMessage()));
    }
  }

  /** {@code /v1/responses}. */
  void responses(Exchange exchange, JsonNode body) throws IOException, InterruptedException {
    Fields fields = new Fields(body);
    String model = model(fields, config);
    fields.ignore(OF_NO_USE);
    Drawing drawing = drawing(fields, tokens(fields, "max_output_tokens"));
    if (drawing.count() != 1) {
      throw ApiError.unsupported("n", "found %d, expected 1".formatted(drawing.count()));
    }
    OptionalInt top = fields.integer("top_logprobs", 0, MOST_TOP);
    List<String> included = fields.strings("include", 16);
    for (String each : included) {
      if (!each.equals("message.output_text.logprobs")) {
        throw ApiError.unsupported(
            "include", "found '%s', expected message.output_text.logprobs".formatted(each));
      }
    }
    boolean logProbs = top.orElse(0) > 0 || !included.isEmpty();
    ToolUse use = ToolUse.read(fields, false);
    fields.refuse("background", "conversation", "previous_response_id", "prompt", "reasoning");
    fields.word("truncation", "disabled", "disabled");
    Fields text = fields.object("text");
    ResponseFormat format = ResponseFormat.of(null, false);
    if (text != null) {
      format = ResponseFormat.of(text.object("format"), false);
      text.refuse("verbosity");
      text.finish();
    }
    String instructions = fields.string("instructions");
    List<Map<String, @Nullable Object>> said = conversation(instructions, fields.get("input"));
    fields.finish();
    int[] prompt = messages.encode(said, use.tools(), "input");
    TextRequest request = request(drawing, prompt, "input", "max_output_tokens", top.orElse(0));
    TextRequest held = held(request, format, "text.format", use);
    ObjectNode asked = Json.mapper().createObjectNode();
    asked.put("instructions", instructions);
    asked.put("max_output_tokens", request.maxNewTokens());
    asked.put("temperature", drawing.sampling().temperature());
    asked.put("top_p", drawing.sampling().topP()).put("top_logprobs", top.orElse(0));
    asked.put("truncation", "disabled").putObject("metadata");
    asked.putObject("text").set("format", format.json());
    use.describe(asked);
    Head head = Head.of("resp", model, false);
    Said answer = use.begin(messages.source());
    AnswerForm form = new ResponsesForm(head, asked, spelling, answer, logProbs);
    drawn.answer(exchange, List.of(held), drawing.stream(), logProbs, form);
  }

  private static List<Map<String, @Nullable Object>> conversation(
      @Nullable String instructions, @Nullable JsonNode input) {
    List<Map<String, @Nullable Object>> all = new ArrayList<>();
    if (instructions != null) {
      all.add(ChatPrompts.message("system", instructions));
    }
    if (input != null && input.isString()) {
      all.add(ChatPrompts.message("user", Fields.string(input, "input")));
    } else {
      all.addAll(Messages.read(input, "input"));
    }
    return all;
  }

  /** The model that a request names, which must be the one there is. */
  static String model(Fields fields, ServerConfig config) {
    String name = fields.string("model");
    if (name != null && !name.equals(config.name())) {
      throw ApiError.request(
          404,
          "model_not_found",
          "the model '%s' does not exist, expected '%s'".formatted(name, config.name()));
    }
    return config.name();
  }

  /** One prompt or several, each a text or its tokens. */
  static List<int[]> prompts(@Nullable JsonNode value, Tokenizer tokenizer, String param) {
    if (value == null) {
      throw ApiError.field(param, null, "is missing, expected a text or tokens");
    }
    List<int[]> prompts = new ArrayList<>();
    if (!value.isArray()) {
      prompts.add(encode(value, tokenizer, param));
    } else if (!value.isEmpty() && value.get(0).isNumber()) {
      prompts.add(ids(value, tokenizer, param));
    } else {
      if (value.isEmpty() || value.size() > MOST_PROMPTS) {
        throw ApiError.field(
            param,
            null,
            "found an array of %d, expected 1 to %d".formatted(value.size(), MOST_PROMPTS));
      }
      for (JsonNode each : value) {
        String name = param + "[" + prompts.size() + "]";
        prompts.add(each.isArray() ? ids(each, tokenizer, name) : encode(each, tokenizer, name));
      }
    }
    return prompts;
  }

  private static int[] encode(JsonNode text, Tokenizer tokenizer, String param) {
    try {
      return tokenizer.specials().begun(tokenizer.encode(Fields.string(text, param)));
    } catch (InputException e) {
      throw ApiError.field(param, null, String.valueOf(e.getMessage()));
    }
  }

  private static int[] ids(JsonNode list, Tokenizer tokenizer, String param) {
    int[] ids = new int[list.size()];
    for (int i = 0; i < ids.length; i++) {
      JsonNode id = list.get(i);
      boolean known = id.isInt() && id.intValue() >= 0 && id.intValue() < tokenizer.vocabSize();
      if (!known) {
        throw ApiError.field(
            param + "[" + i + "]",
            null,
            "found %s, expected a token from 0 to %d"
                .formatted(Fields.shown(id), tokenizer.vocabSize() - 1));
      }
      ids[i] = id.intValue();
    }
    return ids;
  }
}
