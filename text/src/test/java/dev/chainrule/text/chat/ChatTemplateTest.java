package dev.chainrule.text.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChatTemplateTest {
  private static final String CHAT_ML =
      "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n'"
          + " + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
          + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

  @Test
  void aConversationIsWrittenAsTheTemplateSays() {
    ChatTemplate template = ChatTemplate.of(CHAT_ML, "t", "", "");
    List<ChatMessage> messages =
        List.of(ChatMessage.system("Be brief."), ChatMessage.user("Hi {{ 7 * 7 }}"));
    assertThat(template.render(messages, true))
        .isEqualTo(
            "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi {{ 7 * 7 }}<|im_end|>\n"
                + "<|im_start|>assistant\n");
    assertThat(template.render(messages, false)).endsWith("<|im_end|>\n");
  }

  @Test
  void theTemplateKnowsTheTokensTheTimeAndWhatElseIsGiven() {
    ChatTemplate template =
        ChatTemplate.of(
            "{{ bos_token }}{{ strftime_now('%d %b %Y') }}{{ tools[0].name }}{{ eos_token }}"
                + "{{ messages | tojson }}",
            "t", "<s>", "</s>");
    assertThat(
            template
                .at(LocalDateTime.of(2026, 3, 7, 1, 2))
                .render(
                    List.of(Map.of("role", "user")),
                    false,
                    Map.of("tools", List.of(Map.of("name", "f")))))
        .isEqualTo("<s>07 Mar 2026f</s>[{\"role\": \"user\"}]");
    ChatTemplate printing = ChatTemplate.of("{{ messages | tojson }}", "t", "", "");
    assertThat(printing.render(List.of(ChatMessage.user("a")), false))
        .isEqualTo("[{\"role\": \"user\", \"content\": \"a\"}]");
  }

  /** As in Hugging Face's library, where "tools is not none" is enough of a question. */
  @Test
  void toolsAndDocumentsAreNoneWhereThereAreNone() {
    ChatTemplate template =
        ChatTemplate.of(
            "{{ 'tools' if tools is not none }}{{ 'documents' if documents is not none }}"
                + "{{ tools is defined }}",
            "t",
            "",
            "");
    assertThat(template.render(List.of(ChatMessage.user("a")), true)).isEqualTo("True");
    assertThat(
            template.render(
                List.of(Map.of("role", "user")), true, Map.of("tools", List.of(), "documents", 1)))
        .isEqualTo("toolsdocumentsTrue");
  }

  @Test
  void whatTheTemplateRefusesIsSaid() {
    ChatTemplate template =
        ChatTemplate.of("{{ raise_exception('System role not supported') }}", "gemma.gguf", "", "");
    assertThatThrownBy(() -> template.render(List.of(ChatMessage.system("a")), true))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "gemma.gguf: line 1 of the template refuses the messages: System role not supported");
  }

  /** Long conversations are no hostile ones. */
  @Test
  void aLongConversationIsWritten() {
    ChatTemplate template = ChatTemplate.of(CHAT_ML, "t", "", "");
    List<ChatMessage> messages =
        IntStream.range(0, 20_000).mapToObj(i -> ChatMessage.user("word ".repeat(100))).toList();
    assertThat(template.render(messages, true)).hasSizeGreaterThan(10_000_000);
  }
}
