package dev.chainrule.text.structure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.text.chat.ChatMessage;
import dev.chainrule.text.chat.ChatTemplate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ToolsTest {
  private static final Tools TOOLS =
      Tools.parse(
          """
          [{"type": "function", "function": {"name": "weather", "description": "Weather of a town.",
            "parameters": {"type": "object", "properties": {"town": {"$ref": "#/$defs/town"}},
              "required": ["town"], "$defs": {"town": {"type": "string", "minLength": 2}}}}},
           {"type": "function", "function": {"name": "now"}}]
          """,
          "tools.json");

  @Test
  void callsHaveTheNameAndTheArgumentsOfAFunction() {
    Structure structure = Structure.of(TOOLS.format(""), Texts.BYTES);
    String call = "{\"name\": \"weather\", \"arguments\": {\"town\": \"Oslo\"}}";
    assertThat(Texts.isIn(structure, call)).isTrue();
    assertThat(Texts.isIn(structure, "{\"name\": \"now\", \"arguments\": {}}")).isTrue();
    assertThat(Texts.isIn(structure, "{\"name\": \"weather\", \"arguments\": {}}")).isFalse();
    assertThat(Texts.isIn(structure, call.replace("Oslo", "O"))).isFalse();
    assertThat(Texts.isIn(structure, call.replace("weather", "time"))).isFalse();
    assertThat(Tools.call(call)).isEqualTo(new Tools.Call("weather", "{\"town\":\"Oslo\"}"));
  }

  @Test
  void callsStandBetweenTheMarksOfTheTemplate() {
    String source =
        "{% for tool in tools %}{{ tool.function.name }} {% endfor %}"
            + "{{ messages[0].content }} <tool_call>...</tool_call>";
    ChatTemplate template = ChatTemplate.of(source, "template", "", "");
    assertThat(template.render(List.of(ChatMessage.user("hi")), true, TOOLS.forTemplate()))
        .isEqualTo("weather now hi <tool_call>...</tool_call>");
    Structure structure = Structure.of(TOOLS.format(template.source()), Texts.BYTES);
    String call = "<tool_call>\n{\"name\":\"now\",\"arguments\":{}}\n</tool_call>";
    assertThat(Texts.isIn(structure, call)).isTrue();
    assertThat(Tools.call(call)).isEqualTo(new Tools.Call("now", "{}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "[1]",
        "[{\"type\": \"function\"}]",
        "[{\"function\": {\"name\": \"a\"}}]",
        "["
      })
  void listsThatAreNoneAreRefused(String json) {
    assertThatThrownBy(() -> Tools.parse(json, "tools.json"))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("tools.json:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"name\": \"now\"", "{\"name\": 1, \"arguments\": {}}", "[]", "text"})
  void textsThatAreNoCallsAreRefused(String text) {
    assertThatThrownBy(() -> Tools.call(text))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("the call");
  }
}
