"""Writes templates.json: chat templates of models, and small templates of all that the language has,
with what jinja2 makes of them in the environment of Hugging Face's library. Run with jinja2 3.1.6:
python make_templates.py FOLDER_OF_JINJA_FILES [NAME...] > templates.json"""
import datetime, json, os, sys
import jinja2
import jinja2.ext
from jinja2.sandbox import ImmutableSandboxedEnvironment

NOW = datetime.datetime(2026, 3, 7, 15, 4, 5)


class Generation(jinja2.ext.Extension):
    tags = {"generation"}

    def parse(self, parser):
        next(parser.stream)
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return body


def environment():
    env = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True,
                                        extensions=[Generation, jinja2.ext.loopcontrols])

    def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
        return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)

    def raise_exception(message):
        raise jinja2.exceptions.TemplateError(message)

    env.filters["tojson"] = tojson
    env.globals["raise_exception"] = raise_exception
    env.globals["strftime_now"] = lambda f: NOW.strftime(f)
    return env


USER = {"role": "user", "content": "Wie heißt <b>du</b>?\n  Twice  "}
CALL = {"role": "assistant", "content": "", "tool_calls": [
    {"type": "function", "id": "call12345", "function": {"name": "weather", "arguments": {"city": "Zürich \"x\"", "n": [1, 2.5, None, True]}}}]}
TOOLS = [{"type": "function", "function": {"name": "weather", "description": "The weather's state",
          "parameters": {"type": "object", "properties": {"city": {"type": "string", "description": "where"}}, "required": ["city"]}}}]
CHATS = [
    ("one", [USER], {}),
    ("system", [{"role": "system", "content": " Be brief. "}, USER], {}),
    ("several", [{"role": "system", "content": "S"}, USER, {"role": "assistant", "content": "<think>\nhm\n</think>\n\nAnna"},
                 {"role": "user", "content": "ok"}, {"role": "assistant", "content": " bye "}], {}),
    ("no thinking", [USER], {"enable_thinking": False}),
    ("two users", [USER, USER], {}),
    ("tools", [USER], {"tools": TOOLS}),
    ("call", [USER, CALL, {"role": "tool", "content": "{\"t\": 3}", "tool_call_id": "call12345", "name": "weather"}], {"tools": TOOLS}),
    ("empty", [], {}),
]

SMALL = r"""
{{ 1 + 2 * 3 }} {{ (1 + 2) * 3 }} {{ 7 // 2 }} {{ -7 // 2 }} {{ 7 % 3 }} {{ -7 % 3 }} {{ 7 / 2 }} {{ 2 ** 10 }} {{ 2 ** -1 }}
{{ 1.0 }} {{ 0.1 + 0.2 }} {{ 1e16 * 1.0 }} {{ 1.5e-7 }} {{ 100000.0 }} {{ 3.0 // 2 }} {{ 10 ** 15 / 3 }}
{{ -x }} {{ - x ** 2 }} {{ x|abs }} {{ -x|abs }} {{ true and x }} {{ none or 'a' }} {{ not x }} {{ not not x }}
{{ 'a' ~ 1 ~ none ~ true ~ [1, 'b', none] }} {{ 'ab' * 2 }} {{ [1] * 3 }} {{ [1] + [2] }}
{{ {'a': 1, "b": [true, 'x\'y', "q\"r", "\n\t\\"]} }} {{ (1, 2) | list }} {{ [] }} {{ {} }}
{{ 'abc'[1] }} {{ 'abc'[-1] }} {{ 'abcdef'[1:4] }} {{ 'abcdef'[::-1] }} {{ 'abcdef'[::2] }} {{ l[1:] }} {{ l[:-1] }} {{ l[::-1] }} {{ l[5:2:-2] }} {{ '😀é'[0] }} {{ '😀é'|length }}
{{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }} {{ 'a' < 'b' }} {{ 1 == 1.0 }} {{ true == 1 }} {{ 'a' in 'cat' }} {{ 3 in l }} {{ 'k' in d }} {{ 9 not in l }} {{ none == none }} {{ [1, 2] == [1, 2] }} {{ {'a': 1} == {'a': 1.0} }}
{{ x if x > 100 else 'small' }} {{ 'none' if none }}|{{ undefinedthing }}|{{ d.missing }}|{{ d['missing'] }}|{{ l[99] }}
{{ undefinedthing is defined }} {{ d.k is defined }} {{ none is none }} {{ x is number }} {{ x is string }} {{ 's' is string }} {{ d is mapping }} {{ l is sequence }} {{ l is iterable }} {{ 's' is iterable }} {{ x is iterable }} {{ true is boolean }} {{ 1 is integer }} {{ 1.5 is float }} {{ true is number }} {{ 3 is odd }} {{ 4 is even }} {{ 6 is divisibleby 3 }} {{ 6 is divisibleby(4) }} {{ 1 is eq 1 }} {{ 1 is in [1] }} {{ 'A' is upper }} {{ none is sameas none }} {{ x is not string }} {{ d.items is callable }}
{{ d.get('k') }} {{ d.get('z') }} {{ d.get('z', 3) }} {{ d.keys()|list }} {{ d.values()|list }} {{ d.items()|list }} {{ d|items|list }} {{ d|dictsort }} {{ d|length }}
{{ ' ab '.strip() }}|{{ 'xxabxx'.strip('x') }}|{{ ' a '.lstrip() }}|{{ ' a '.rstrip() }}|{{ 'a,b,,c'.split(',') }}|{{ ' a  b '.split() }}|{{ 'a,b,c'.split(',', 1) }}|{{ 'a,b,c'.rsplit(',', 1) }}|{{ 'a\nb'.splitlines() }}
{{ 'abc'.startswith('ab') }} {{ 'abc'.endswith('bc') }} {{ 'abc'.startswith(('x', 'a')) }} {{ 'aBc'.upper() }} {{ 'aBc'.lower() }} {{ 'heLLo you'.title() }} {{ 'heLLo'.capitalize() }} {{ 'aXbX'.replace('X', 'y') }} {{ 'aXbX'.replace('X', 'y', 1) }} {{ ','.join(['a', 'b']) }} {{ 'abcb'.find('b') }} {{ 'abcb'.rfind('b') }} {{ 'abcb'.find('z') }} {{ 'abcb'.count('b') }} {{ '12'.isdigit() }} {{ 'foobar'.removeprefix('foo') }}
{{ ' a '|trim }}|{{ 'ab'|upper }}|{{ 'AB'|lower }}|{{ 'ab cd'|capitalize }}|{{ 'ab cd'|title }}|{{ [1, 2]|join }}|{{ [1, 2]|join(', ') }}|{{ ms|join('-', attribute='n') }}|{{ u|default('x') }}|{{ ''|default('x') }}|{{ ''|default('x', true) }}|{{ ''|d('y', boolean=true) }}
{{ l|first }} {{ l|last }} {{ l|length }} {{ l|count }} {{ l|sum }} {{ l|min }} {{ l|max }} {{ l|reverse|list }} {{ 'abc'|reverse }} {{ [3, 1, 2]|sort }} {{ ['b', 'A', 'c']|sort }} {{ ['b', 'A', 'c']|sort(case_sensitive=true) }} {{ [3, 1, 2]|sort(reverse=true) }} {{ [1, 2, 1]|unique|list }} {{ ms|sort(attribute='n')|map(attribute='n')|list }}
{{ ms|map(attribute='n')|list }} {{ ['a', 'b']|map('upper')|list }} {{ ms|selectattr('r', 'equalto', 'u')|list|length }} {{ ms|rejectattr('r', 'equalto', 'u')|map(attribute='n')|list }} {{ ms|selectattr('q')|list }} {{ ms|selectattr('q', 'defined')|list|length }} {{ [0, 1, 2]|select|list }} {{ [1, 2, 3]|select('odd')|list }} {{ [1, 2, 3]|reject('odd')|list }} {{ [1, 2, 3]|select('>', 1)|list }}
{{ '3'|int }} {{ 'x'|int }} {{ 'x'|int(7) }} {{ 3.9|int }} {{ '1.5'|float }} {{ 2.5|round }} {{ 2.567|round(2) }} {{ 2.1|round(0, 'ceil') }} {{ x|string }} {{ 'a b c'|wordcount }} {{ '<a href="x">\'&'|escape }} {{ 'ab'|replace('a', 'z') }}
{{ d|tojson }} {{ [1, 2.5, none, true, 'ü"\n']|tojson }} {{ {'b': 1, 'a': {}}|tojson(indent=2) }} {{ {'b': [], 'a': [1]}|tojson(indent=4, sort_keys=true) }} {{ 'é'|tojson }}
{{ 'a\nb\n\nc'|indent }}|{{ 'a\nb'|indent(2, true) }}|{{ 'a\n\nb'|indent(2, blank=true) }}
{% for i in l %}{{ loop.index }}{{ loop.index0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.revindex }}{{ loop.previtem }}{{ loop.nextitem }};{% endfor %}
{% for k, v in d.items() %}{{ k }}={{ v }},{% else %}none{% endfor %}{% for x in [] %}{% else %}nothing{% endfor %}{% for i in range(6) if i is odd %}{{ i }}{{ loop.index }}{% endfor %}{% for c in 'ab' %}{{ c }}.{% endfor %}
{% for i in range(10) %}{% if i == 2 %}{% continue %}{% endif %}{% if i == 5 %}{% break %}{% endif %}{{ i }}{% endfor %} {{ range(3)|list }} {{ range(1, 7, 2)|list }} {{ range(5, 0, -2)|list }}
{% set a = 1 %}{% for i in [1] %}{% set a = 2 %}{% endfor %}{{ a }}{% if true %}{% set a = 3 %}{% endif %}{{ a }}{% set b, c = [4, 5] %}{{ b }}{{ c }}{% set e %}text {{ a }}{% endset %}[{{ e }}]
{% set ns = namespace(n=0, s='x') %}{% for i in l %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}{{ ns.s }}{{ ns['n'] }}{{ ns.q is defined }}
{% macro m(a, b='y', c=none) %}({{ a }}{{ b }}{{ c }}){% endmacro %}{{ m(1) }}{{ m(1, 2) }}{{ m(a=3, c=4) }}{{ m('p')|upper }}{% macro r(n) %}{{ n }}{% if n > 0 %}{{ r(n - 1) }}{% endif %}{% endmacro %}{{ r(3) }}
{% if x == 1 %}a{% elif x == 42 %}b{% else %}c{% endif %}{% if not d %}n{% endif %}{% if d and l %}y{% endif %}{# a comment {{ x }} #}{% raw %}{{ raw }} {% if %}{% endraw %}{% generation %}g{{ x }}{% endgeneration %}
{{ dict(a=1, b='c') }} {{ "it's" }} {{ 'say "hi"' }} {{ 'a' 'b' }} {{ "\u00e9\x41\\" }} {{ [1, [2, {'a': (3,)}]] | string }} {{ true }} {{ False }} {{ None }}
{{ strftime_now('%d %b %Y %B %A %H:%M:%S %y-%m %j %%') }}
{{ d.n.m }} {{ d['n']['m'] }} {{ (d).n['m'] }} {{ d.n.m is defined and d.n.m == 1 }} {{ ms[0].n }} {{ ms[-1]['n'] }} {{ d.items() | length }}
{{ 'x' if u is not defined else u }}{{ u is defined and u.v }} {{ d.k is string and d.k.startswith('v') }} {{ 5 if x in [42] and not false else 6 }} {{ (x > 1) == true }} {{ 1 if 0 else 2 if 0 else 3 }}
  {%- if true %} a {%- endif %}   b   {{- ' c ' -}}   d
{{ "it's a (big) well-known [x]"|title }} {{ "it's".title() }} {{ 'a-b c'|wordcount }} {{ ''|wordcount }} {{ '3.7'|int }} {{ ' 1_000 '|int }} {{ '+5'|int }} {{ '1e3'|int }} {{ '1.5f'|float }} {{ '.5'|float }} {{ '7.'|float }} {{ '1_0'|float }} {{ 'nothing'|float(2.5) }}
{{ 5|round }} {{ 15|round(-1) }} {{ 25|round(-1) }} {{ 3.5|round }} {{ 2.675|round(2) }} {{ 1234.5|round(-2) }} {{ 2.55|round(1, 'floor') }} {{ true|round }}
{{ {'b': 1, 'A': 3, 'c': 2}|dictsort }} {{ {'b': 1, 'A': 3, 'c': 2}|dictsort(true) }} {{ {'b': 1, 'A': 3, 'c': 2}|dictsort(by='value') }} {{ {'b': 1, 'A': 3}|dictsort(reverse=true) }}
{{ ms|sum(attribute='n') }} {{ [1, 2]|sum(start=10) }} {{ ['b', 'A', 'a', 'B']|unique|list }} {{ ['b', 'A', 'a', 'B']|unique(true)|list }} {{ ms|unique(attribute='r')|map(attribute='n')|list }} {{ ms|min(attribute='n') == ms[1] }} {{ (ms|max(attribute='n')).n }} {{ ['b', 'A']|min }} {{ ['b', 'A']|max(true) }} {{ []|min }} {{ []|max is defined }}
{{ dict([('a', 1), ['b', 2]]) }} {{ dict({'a': 1}, c=3) }} {{ dict({1: 2}) }} {{ u is sequence }} {{ '' is lower }} {{ '12' is upper }} {{ 'a1' is lower }} {{ 'aB' is upper }} {{ 5 is lower }} {{ l is sameas l }} {{ [1] is sameas [1] }}
{{ 'abc'.startswith(('q', 'ab')) }} {{ 'a b  c d'.split(none, 2) }} {{ ' a b '.split() }}
{% set msg = ms | selectattr('r', 'equalto', 'u') | first %}{{ msg.n }}{% set z = [{'a': {'b': 1}}] %}{{ z | map(attribute='a.b') | list }} {{ l | map('string') | join('+') }}
""".strip("\n").split("\n")
MULTI = ["a\n{% if true %}\n  b\n{% endif %}\nc\n", "  {% if true %}x{% endif %}\n\ty\n", "{{ 'a' }}\n\nb\n\n", "  {%- set a = 1 -%}\n  q\n",
         "x {# c #}\ny\n{#- d -#}\n z", "{% for i in [1, 2] %}\n- {{ i }}\n{% endfor %}\nend", "a\r\nb{% if 1 %}\r\nc{% endif %}", "{%+ if true %} k {%+ endif %} l",
         "  {% raw %}  {{ x }}\n {% endraw %}\n z", "x\n   {#- gone -#}   \n\n y", "{% set x %}\n  a\n{% endset %}\n[{{ x }}]"]
BROKEN = ["{{ 1 +", "{% if x %}", "{{ x.y.z }}", "{{ undefinedthing.a }}", "{{ 1 < 'a' }}", "{{ [] + 1 }}", "{{ raise_exception('no') }}", "{{ nosuch() }}",
          "{{ x | nosuch }}", "{{ x is nosuch }}", "{% include 'a' %}", "{% endfor %}", "{{ 1 / 0 }}", "{{ l.append(1) }}", "{{ ''.__class__ }}{{ ''.__class__.__mro__ }}",
          "{{ d.clear() }}", "{{ range(10000000) | list }}", "{{ x() }}", "{% set ns.x = 1 %}", "{{ 'a' | tojson(1, 2, 3, 4, 5, 6) }}", "{{ 'a", "{% for x in 5 %}{% endfor %}", "}} {{ }}"]
VARIABLES = {"x": 42, "l": [1, 2, 3], "d": {"k": "v", "n": {"m": 1}},
             "ms": [{"r": "u", "n": 2, "q": 0}, {"r": "a", "n": 1}, {"r": "u", "n": 3, "q": 1}]}


def rendered(source, variables):
    try:
        return {"expected": environment().from_string(source).render(**variables)}
    except Exception as e:
        return {"error": type(e).__name__ + ": " + str(e)}


out = []
for source in SMALL + MULTI + BROKEN:
    out.append({"name": source, "source": source, "cases": [{"variables": VARIABLES, **rendered(source, VARIABLES)}]})
folder = sys.argv[1]
for name in sys.argv[2:] or sorted(f for f in os.listdir(folder) if f.endswith(".jinja")):
    source = open(os.path.join(folder, name), encoding="utf-8").read()
    cases = []
    for _, messages, more in CHATS:
        for prompt in (False, True):
            variables = {"messages": messages, "add_generation_prompt": prompt, "bos_token": "<s>", "eos_token": "</s>", **more}
            cases.append({"variables": variables, **rendered(source, variables)})
    out.append({"name": name, "source": source, "cases": cases})
print("[" + ",\n".join(json.dumps(o, ensure_ascii=False, separators=(",", ":")) for o in out) + "]")
