"""Asks a served model by the OpenAI client: python clients.py URL."""

import sys

import openai

client = openai.OpenAI(base_url=sys.argv[1] + "v1", api_key="secret", max_retries=0)
model = client.models.list().data[0].id
assert model == "tiny", model

asked = dict(model=model, prompt=["one", "two"], max_tokens=10, n=2, seed=3)
whole = client.completions.create(logprobs=2, **asked)
assert len(whole.choices) == 4 and whole.usage.completion_tokens == 40, whole
assert len(whole.choices[3].logprobs.top_logprobs) == 10, whole
texts = [""] * 4
usage = None
for event in client.completions.create(stream=True, stream_options={"include_usage": True}, **asked):
    for choice in event.choices:
        texts[choice.index] += choice.text
    usage = event.usage
assert texts == [choice.text for choice in whole.choices], texts
assert usage.completion_tokens == 40, usage

asked = dict(model=model, messages=[{"role": "user", "content": "hi"}], max_completion_tokens=12, seed=3)
chat = client.chat.completions.create(logprobs=True, top_logprobs=2, **asked)
assert len(chat.choices[0].logprobs.content) == 12, chat
parts = [e.choices[0].delta.content or "" for e in client.chat.completions.create(stream=True, **asked)]
assert "".join(parts) == chat.choices[0].message.content, parts

response = client.responses.create(model=model, input="hi", max_output_tokens=20)
assert response.status == "incomplete" and response.usage.output_tokens == 20, response
events = list(client.responses.create(model=model, input="hi", max_output_tokens=20, stream=True))
deltas = "".join(e.delta for e in events if e.type == "response.output_text.delta")
assert events[-1].type == "response.incomplete" and events[-1].response.output_text == deltas, events

tool = dict(name="f", parameters={"type": "object", "properties": {"a": {"enum": ["x"]}}, "required": ["a"]})
asked = dict(model=model, messages=[{"role": "user", "content": "hi"}], seed=3, parallel_tool_calls=False)
asked.update(tools=[{"type": "function", "function": tool}], tool_choice="required")
said = client.chat.completions.create(**asked).choices[0]
call = said.message.tool_calls[0]
assert said.finish_reason == "tool_calls" and said.message.content is None, said
assert call.function.name == "f" and call.function.arguments.replace(" ", "") == '{"a":"x"}', call
with client.chat.completions.stream(**asked) as stream:
    streamed = stream.get_final_completion().choices[0].message.tool_calls[0]
assert streamed.function.arguments == call.function.arguments, streamed
asked["messages"] += [said.message, {"role": "tool", "tool_call_id": call.id, "content": "ok"}]
asked.update(tool_choice="none", max_completion_tokens=3)
assert client.chat.completions.create(**asked).choices[0].message.tool_calls is None
asked = dict(model=model, input="hi", tools=[{"type": "function", **tool}], tool_choice="required", parallel_tool_calls=False)
item = client.responses.create(**asked).output[0]
assert item.type == "function_call" and item.name == "f", item
events = list(client.responses.create(stream=True, **asked))
assert events[-1].response.output[0].type == "function_call", events
deltas = "".join(e.delta for e in events if e.type == "response.function_call_arguments.delta")
assert deltas == events[-1].response.output[0].arguments, deltas

one, two = client.embeddings.create(model=model, input=["one", "two"]).data
assert len(one.embedding) == len(two.embedding) and abs(sum(x * x for x in one.embedding) - 1) < 1e-5

for error, code, fields in [
    (openai.BadRequestError, None, dict(prompt="a", n=-1)),
    (openai.BadRequestError, "context_length_exceeded", dict(prompt="a" * 500)),
    (openai.NotFoundError, "model_not_found", dict(prompt="a", model="none")),
]:
    try:
        client.completions.create(**{"model": model, **fields})
        raise SystemExit(f"{fields}: no error")
    except error as e:
        assert e.code == code and e.type == "invalid_request_error", e
try:
    client.with_options(api_key="wrong").models.list()
    raise SystemExit("a wrong key: no error")
except openai.AuthenticationError as e:
    assert e.code == "invalid_api_key", e
