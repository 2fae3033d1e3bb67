package dev.chainrule.text.template;

import dev.chainrule.base.io.Utf8File;
import dev.chainrule.core.testkit.Mutations;
import dev.chainrule.core.testkit.ReaderFuzz;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TemplateFuzzTest {
  private static final LocalDateTime NOW = LocalDateTime.of(2026, 1, 2, 3, 4);

  private static final String[] CHAT =
      Mutations.tokens(
          """
          {%- set ns = namespace(last=messages|length - 1, text='') %}
          {%- macro part(role, text='x') %}<|{{ role }}|>
          {{ text | trim }}<|end|>{% endmacro %}
          {%- for message in messages[::-1] %}
            {%- if message.role == "user" and not (message.content.startswith('<t>') or loop.first) %}
              {%- set ns.last = loop.index0 * 2 // 1 %}{% break %}
            {%- elif message['role'] is in ['system', 'tool'] %}
              {%- set ns.text = ns.text + message.content * 3 ~ 1.5 %}
            {%- endif %}
          {%- endfor %}
          {% for m in messages | selectattr('role', 'equalto', 'user') | list if m is mapping -%}
            {{- part(m.role, text=m.content.split('</think>')[-1].lstrip('\\n')) -}}
            {{ m | tojson(indent=2) }}{% for k, v in m.items() %}{{ k ~ v|upper|replace('A', 'bb') }}{% else %}-{% endfor %}
          {%- endfor %}
          {% raw %}{{ x }}{% endraw %}{# note #}{% set b %}{{ range(3)|join(',') }}{% endset %}{{ b }}
          {% if add_generation_prompt is defined and add_generation_prompt %}{{ '<|assistant|>\\n' }}{% endif %}
          """);

  private static final Map<String, Object> VARIABLES =
      Map.of(
          "messages",
          List.of(
              Map.of("role", "system", "content", " Be brief. "),
              Map.of("role", "user", "content", "Who <t> are you?\n")),
          "add_generation_prompt",
          true);

  /** What a template makes is bounded by its limits, not by its length. */
  @Test
  void templates() {
    ReaderFuzz.run(
        "template",
        64L << 20,
        4000,
        random -> Mutations.text(CHAT, random),
        bytes ->
            Template.parse(Utf8File.decode(bytes, ReaderFuzz.ORIGIN, "text"), ReaderFuzz.ORIGIN)
                .render(VARIABLES, new Limits(100_000, 1 << 20), () -> NOW));
  }

  /** Templates of all statements and expressions that there are, put together at random. */
  @Test
  void grammar() {
    ReaderFuzz.run(
        "template-grammar",
        64L << 20,
        4000,
        random -> {
          byte[] text = new TemplateGrammar(random).template().getBytes(StandardCharsets.UTF_8);
          return random.nextInt(10) == 0 ? Mutations.bytes(text, random) : text;
        },
        bytes ->
            Template.parse(Utf8File.decode(bytes, ReaderFuzz.ORIGIN, "text"), ReaderFuzz.ORIGIN)
                .render(VARIABLES, new Limits(100_000, 1 << 20), () -> NOW));
  }
}
