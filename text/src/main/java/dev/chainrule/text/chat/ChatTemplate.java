package dev.chainrule.text.chat;

import dev.chainrule.text.template.Limits;
import dev.chainrule.text.template.Template;
import dev.chainrule.text.tokenizer.Tokenizer;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How a model was trained to read conversations: a Jinja template of its files, with the texts of
 * the tokens that begin and end texts. Immutable.
 */
public final class ChatTemplate {
  private final Template template;
  private final String source;
  private final String begin;
  private final String end;
  private final Supplier<LocalDateTime> clock;

  private ChatTemplate(
      Template template, String source, String begin, String end, Supplier<LocalDateTime> clock) {
    this.template = template;
    this.source = source;
    this.begin = begin;
    this.end = end;
    this.clock = clock;
  }

  /**
   * Reads a template.
   *
   * @param source the template's text
   * @param origin where it is from, for messages
   * @param begin text of the token that begins texts, empty if there is none
   * @param end text of the one that ends them
   * @throws dev.chainrule.base.InputException if it is no template; the sentence names the line
   */
  public static ChatTemplate of(String source, String origin, String begin, String end) {
    return new ChatTemplate(Template.parse(source, origin), source, begin, end, LocalDateTime::now);
  }

  /** A template for the texts of a tokenizer. */
  public static ChatTemplate of(String source, String origin, Tokenizer tokenizer) {
    return of(
        source,
        origin,
        piece(tokenizer, tokenizer.specials().begin()),
        piece(tokenizer, tokenizer.specials().end()));
  }

  private static String piece(Tokenizer tokenizer, OptionalInt id) {
    return id.isPresent() ? tokenizer.piece(id.getAsInt()) : "";
  }

  /** The template's text. */
  public String source() {
    return source;
  }

  /** The same at another time: some templates write the date. */
  public ChatTemplate at(LocalDateTime time) {
    return new ChatTemplate(template, source, begin, end, () -> time);
  }

  /**
   * A conversation as text, in which control tokens are spelled out: {@link Tokenizer#encodeMarked}
   * reads it, and adds nothing before it, as the template has done so.
   *
   * @param addGenerationPrompt whether what introduces the model's next message follows
   * @throws dev.chainrule.base.InputException if the template refuses the messages
   */
  public String render(List<ChatMessage> messages, boolean addGenerationPrompt) {
    List<Map<String, String>> list = messages.stream().map(ChatTemplate::fields).toList();
    return render(list, addGenerationPrompt, Map.of());
  }

  /**
   * A conversation as text with a list of tools that the model may call.
   *
   * @param tools as OpenAI's API has them: texts, numbers, truths, null, and lists and maps of them
   */
  public String render(
      List<ChatMessage> messages,
      boolean addGenerationPrompt,
      List<? extends Map<String, ? extends @Nullable Object>> tools) {
    return render(
        messages.stream().map(ChatTemplate::fields).toList(),
        addGenerationPrompt,
        Map.of("tools", tools));
  }

  private static Map<String, String> fields(ChatMessage message) {
    Map<String, String> fields = new LinkedHashMap<>(); // some templates print them in order
    fields.put("role", message.role());
    fields.put("content", message.content());
    return fields;
  }

  /**
   * The same for messages with more than a text, such as calls of tools, and with other variables
   * that the template asks for.
   *
   * @param messages of texts, numbers, truths, null, and lists and maps of them
   * @param more variables of the same kind, such as {@code tools} or {@code enable_thinking}
   */
  public String render(
      List<? extends Map<String, ? extends @Nullable Object>> messages,
      boolean addGenerationPrompt,
      Map<String, ? extends @Nullable Object> more) {
    Map<String, @Nullable Object> variables = new LinkedHashMap<>();
    // Hugging Face's library gives these always, none where there are none.
    variables.put("tools", null);
    variables.put("documents", null);
    variables.putAll(more);
    variables.put("messages", messages);
    variables.put("add_generation_prompt", addGenerationPrompt);
    variables.put("bos_token", begin);
    variables.put("eos_token", end);
    return template.render(variables, Limits.of(source.length() + size(variables, 0)), clock);
  }

  /** Characters of all texts. */
  private static long size(@Nullable Object value, int depth) {
    if (depth > 100) {
      return 0; // The template refuses it.
    }
    long size = 1;
    switch (value) {
      case CharSequence text -> size += text.length();
      case Iterable<?> list -> {
        for (Object element : list) {
          size += size(element, depth + 1);
        }
      }
      case Map<?, ?> map -> {
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          size += size(entry.getKey(), depth + 1) + size(entry.getValue(), depth + 1);
        }
      }
      case null -> {}
      default -> {}
    }
    return size;
  }
}
