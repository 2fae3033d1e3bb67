package dev.chainrule.text.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import java.io.IOException;
import java.io.InputStream;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * Templates against what jinja2 makes of them; {@code make_templates.py} beside the file made it.
 */
class TemplateTest {
  private static final LocalDateTime NOW = LocalDateTime.of(2026, 3, 7, 15, 4, 5);

  private static JsonNode fixtures() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            TemplateTest.class.getResourceAsStream("/templates/templates.json"))) {
      return Json.mapper().readTree(in);
    }
  }

  @TestFactory
  Stream<DynamicTest> templatesGiveWhatJinja2Gives() throws IOException {
    return StreamSupport.stream(fixtures().spliterator(), false)
        .map(one -> DynamicTest.dynamicTest(one.path("name").stringValue(), () -> assertSame(one)));
  }

  @SuppressWarnings("unchecked") // JSON objects become maps
  private static void assertSame(JsonNode fixture) {
    String source = fixture.path("source").stringValue();
    for (JsonNode one : fixture.path("cases")) {
      Map<String, Object> variables =
          (Map<String, Object>) Json.mapper().treeToValue(one.path("variables"), Object.class);
      if (one.has("error")) {
        assertThatThrownBy(() -> render(source, variables))
            .as("%s: %s", variables, one.path("error"))
            .isInstanceOf(InputException.class)
            .hasMessageStartingWith("t: ");
      } else {
        assertThat(render(source, variables))
            .as(source.length() < 500 ? source : variables.toString())
            .isEqualTo(one.path("expected").stringValue());
      }
    }
  }

  private static String render(String source, Map<String, ?> variables) {
    return Template.parse(source, "t").render(variables, Limits.of(source.length()), () -> NOW);
  }

  /** What a file from a stranger might try. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ ''.getClass() }}",
        "{{ ''.getClass().forName('java.lang.Runtime') }}",
        "{{ x.getClass().getClassLoader() }}",
        "{{ ''.class.forName('java.lang.Runtime').getRuntime().exec('id') }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ self.__init__.__globals__ }}",
        "{{ lipsum.__globals__['os'].system('id') }}",
        "{{ namespace.__init__.__globals__ }}",
        "{{ ().__class__.__bases__[0].__subclasses__() }}",
        "{{ config.items() }}",
        "{{ request.application.__globals__ }}",
        "{{ ____int3rpr3t3r____.config }}",
        "{% import 'os' as os %}",
        "{% from 'os' import system %}",
        "{% extends '/etc/passwd' %}",
        "{% include '/etc/passwd' %}",
        "{{ (m.a | attr('__class__')) }}",
        "{{ m.getClass }}{{ m.getClass() }}",
        "{{ l.stream() }}",
        "{{ l.add(1) }}",
        "{{ m.put('a', 1) }}",
        "{{ 'a'.formatted('b') }}",
        "{{ '{0.__class__}'.format(x) }}",
        "{{ x.intValue() }}",
        "{{ range.__call__(3) }}",
        "{{ m.items.__func__ }}{{ m.items.__self__.q }}",
      })
  void noTemplateReachesWhatIsBehindValues(String source) {
    assertThatThrownBy(() -> render(source, Map.of("x", 1, "l", List.of(1), "m", Map.of("a", "b"))))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("t: ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '§',
      quoteCharacter = '`',
      value = {
        "{% for i in range(100000) %}{% for j in range(100000) %}x{% endfor %}{% endfor %}§more"
            + " than",
        "{% for i in range(90000) %}{% for j in range(90000) %}{% endfor %}{% endfor %}§more than",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}§nests more than",
        "{% macro m(n) %}{{ m(n + 1) }}{{ m(n + 1) }}{% endmacro %}{{ m(0) }}§nests more than",
        "{{ 'a' * 1000000000 }}§more than",
        "{{ 'a' * 99999999999999 }}§more than",
        "{{ [0] * 1000000000 }}§more than",
        "{{ 'abc' * 9223372036854775807 }}§more than",
        "{% set ns = namespace(s='ab') %}{% for i in range(99) %}{% set ns.s = ns.s + ns.s %}{%"
            + " endfor %}§more than",
        "{% set ns = namespace(s=[1]) %}{% for i in range(99) %}{% set ns.s = ns.s + ns.s %}{%"
            + " endfor %}§more than",
        "{% set ns = namespace(s='ab') %}{% for i in range(99) %}{% set ns.s %}{{ ns.s }}{{ ns.s }}"
            + "{% endset %}{% endfor %}§more than",
        "{% set ns = namespace(s='a') %}{% for i in range(99) %}"
            + "{% set ns.s = ns.s | replace('a', 'aa') %}{% endfor %}§more than",
        "{% set ns = namespace(s='a') %}{% for i in range(99) %}"
            + "{% set ns.s = ns.s.replace('', 'aa') %}{% endfor %}§more than",
        "{% set ns = namespace(s=['a']) %}{% for i in range(99) %}"
            + "{% set ns.s = [ns.s | join('x'), ns.s | join('y')] %}{% endfor %}§more than",
        "{% set ns = namespace(s=1) %}{% for i in range(99) %}{% set ns.s = [ns.s, ns.s] %}{%"
            + " endfor %}{{ ns.s | tojson }}§more than",
        "{{ {'a': 1} | tojson(indent=1000000000) ~ ('a' | indent(1000000000)) }}§more than",
        "{{ 2 ** 100000 }}§no number of 64 bits",
        "{{ 9223372036854775807 + 1 }}§no number of 64 bits",
        "{{ range(1000000) }}§more than 100000 numbers",
        "{{ range(0, 9223372036854775807, 9000000000000000000) | list | length ~ range(9999999) }}"
            + "§more than 100000",
        "{{ strftime_now('%Q') }}§writes a date",
      })
  @Timeout(20)
  void noTemplateRunsForEverOrEatsMemory(String source, String message) {
    assertThatThrownBy(() -> render(source, Map.of()))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("t: ")
        .hasMessageContaining(message);
  }

  @Test
  @Timeout(20)
  void whatIsNestedTooDeeplyIsRefused() {
    List<String> sources = new ArrayList<>();
    for (String part : new String[] {"(", "[", "{1:", "-", "not ", "a[", "f(", "x if "}) {
      sources.add("{{ " + part.repeat(100_000));
    }
    sources.add("{% if a %}".repeat(50_000));
    sources.add("{% for a in b %}".repeat(50_000));
    sources.add("{{ x" + ".a".repeat(100_000) + " }}");
    sources.add("{{ 1" + " + 1".repeat(100_000) + " }}");
    sources.add("{{ 1" + "|abs".repeat(100_000) + " }}");
    sources.add("{% if a %}" + "{% elif a %}".repeat(50_000) + "{% endif %}");
    for (String source : sources) {
      assertThatThrownBy(() -> render(source, Map.of("x", Map.of())))
          .as(source.substring(0, 20))
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith("t: ");
    }
  }

  /** Whatever repeats something costly is stopped before it takes long. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ s | length }}",
        "{{ s == t }}",
        "{{ s.startswith('b') }}",
        "{{ s | upper | length }}",
        "{{ 'zz' in s }}",
        "{{ s[5] }}",
        "{{ s[::-1] | length }}",
        "{{ s.split('a') | length }}",
        "{{ s | tojson | length }}",
        "{{ s | trim }}",
        "{{ s.find('zz') }}",
        "{{ 'zz' in l }}",
        "{{ l | sort | length }}",
        "{{ l | unique | list | length }}",
        "{{ l == k }}",
        "{{ l.count(1) }}",
        "{{ s < t }}",
        "{{ s is lower }}",
        "{{ s is lt t }}",
        "{{ d[t] }}",
        "{{ t in d }}",
        "{{ d.get(t) }}",
        "{{ s | int }}{{ s | float }}",
        "{{ n | int }}{{ n | float }}",
        "{{ s.strip(t) }}",
        "{{ s.strip('b') }}",
        "{{ s.startswith(p) }}",
        "{{ m | items }}",
        "{{ [s, t] | sort | length }}",
        "{{ [s, t] | max | length }}",
        "{{ [{'a': 1}] | map(attribute=s) | list }}",
        "{{ strftime_now('%A') }}",
        "{{ strftime_now(s) }}",
      })
  @Timeout(30)
  void repetitionIsCounted(String expression) {
    String source = "{% for i in range(100000) %}" + expression + "{% endfor %}";
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < 50_000; i++) {
      numbers.add(i);
    }
    Map<String, Object> variables = new HashMap<>();
    variables.put("s", "a".repeat(500_000));
    variables.put("t", "a".repeat(500_000));
    variables.put("n", "1".repeat(500_000) + "x");
    variables.put("d", Map.of("a".repeat(500_000), 1));
    variables.put("m", numbers.stream().collect(Collectors.toMap(i -> "k" + i, i -> i)));
    variables.put("p", Collections.nCopies(50_000, "b"));
    variables.put("l", numbers);
    variables.put("k", numbers);
    assertThatThrownBy(() -> render(source, variables))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("more than");
  }

  /** Where a hash, or looking for a part, takes longer than all that was made for it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ {'a': 1}[ns.l] }}",
        "{{ ns.l in {'a': 1} }}",
        "{{ {'a': 1}.get(ns.l) }}",
        "{{ dict([[ns.l, 1]]) }}",
        "{{ ns.l is sameas ns.k }}{{ none < 1 }}",
        "{{ ns.s.find(ns.p) }}",
        "{{ ns.p in ns.s }}",
        "{{ ns.s.count(ns.p) }}",
        "{{ ns.s.replace(ns.p, 'x') }}",
        "{{ ns.s | replace(ns.p, 'x') }}",
        "{{ ns.s.split(ns.p) }}",
        "{{ ns.s.rsplit(ns.p) }}",
        "{{ ns.s.strip(ns.p) }}",
      })
  @Timeout(10)
  void nothingTakesMuchLongerThanWhatItIsGiven(String expression) {
    String source =
        "{% set ns = namespace(l=[1], k=[1]) %}{% for i in range(60) %}"
            + "{% set ns.l = [ns.l, ns.l] %}{% set ns.k = [ns.k, ns.k] %}{% endfor %}"
            + "{% set ns.s = 'a' * 2000000 %}{% set ns.p = 'a' * 1000000 ~ 'b' %}"
            + expression;
    assertThatThrownBy(() -> render(source, Map.of()))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("t: ");
  }

  @Test
  @Timeout(10)
  void aMacroOfManyParametersIsNoWayAroundTheLimits() {
    StringBuilder names = new StringBuilder("p");
    for (int i = 0; i < 100_000; i++) {
      names.append(",p").append(i);
    }
    String source =
        "{% macro m("
            + names
            + ") %}{% endmacro %}{% for i in range(100000) %}{{ m() }}{% endfor %}";
    assertThatThrownBy(() -> render(source, Map.of()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("more than");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "{% macro m(a) %}{% endmacro %}{{ m(b=1) }}~calls m with \"b\", which it does not take",
        "{% macro m(a, b) %}{% endmacro %}{{ m(1, a=1) }}~calls m with \"a\", which it has already",
        "{{ 1 | round(0, 'up') }}~rounds by \"up\"",
        "{{ {} | dictsort(by='size') }}~sorts by \"size\"",
        "{{ '99999999999999999999' | int }}~more than 64 bits",
        "{{ 1e300 | int }}~more than 64 bits",
        "{{ 'ff' | int(base=16) }}~another base",
        "{{ dict(1, 2) }}~calls dict with several values",
        "{{ dict([1]) }}~goes over 1",
      })
  void noArgumentIsPassedOver(String source, String message) {
    assertThatThrownBy(() -> render(source, Map.of()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aLongReasonIsCut() {
    assertThatThrownBy(() -> render("{{ raise_exception('a' * 100000) }}", Map.of()))
        .hasMessageStartingWith("t: line 1 of the template refuses the messages: aaa")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1000));
  }

  @Test
  void whatIsNoDataIsNoVariable() {
    assertThatThrownBy(() -> render("{{ x }}", Map.of("x", new Object())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.lang.Object");
  }

  @Test
  void theLineIsNamed() {
    assertThatThrownBy(() -> render("a\n{% if x %}\n{{ 1 < 'a' }}{% endif %}", Map.of("x", 1)))
        .hasMessageStartingWith("t: line 3 of the template compares 1 and");
    assertThatThrownBy(() -> render("a\n\n{{ x", Map.of()))
        .hasMessage("t: line 3 of the template has a tag without its end");
  }
}
