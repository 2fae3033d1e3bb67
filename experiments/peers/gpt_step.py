#!/usr/bin/env python3
"""PyTorch beside Chainrule: a training step of a GPT or a LLaMA, and decoding one stream of a GPT.

The step is forward, backward, clipping to norm 1.0 and AdamW. Each setting runs in a process of
its own, because libgomp and torch read their environment when they load. Prints one JSON object.

    gpt_step.py train  --batch 12 --context 64 --width 128 --layers 4 --heads 4
    gpt_step.py train  --weights RUN/model.safetensors --heads 4 --batch 12   (or of a decoder)
    gpt_step.py decode --width 384 --layers 6 --heads 6 --context 256 --tokens 200

Without --weights they are random and the first loss is near ln(vocab); with them `loss` is what
Chainrule must find on the same batch (gpt_model.batch_of), before the first update.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time

TRAIN_SETTINGS = {
    "as it comes": ({}, []),
    "GOMP_SPINCOUNT=0": ({"GOMP_SPINCOUNT": "0"}, []),
    "fused AdamW": ({}, ["--fused"]),
    "fused AdamW, GOMP_SPINCOUNT=0": ({"GOMP_SPINCOUNT": "0"}, ["--fused"]),
    "torch.compile, fused AdamW": ({}, ["--fused", "--compile"]),
    "torch.compile, fused AdamW, GOMP_SPINCOUNT=0": (
        {"GOMP_SPINCOUNT": "0"},
        ["--fused", "--compile"],
    ),
}
DECODE_SETTINGS = {
    "transformers generate": ({}, ["--peer", "transformers"]),
    "transformers generate, GOMP_SPINCOUNT=0": (
        {"GOMP_SPINCOUNT": "0"},
        ["--peer", "transformers"],
    ),
    "plain PyTorch": ({}, ["--peer", "torch"]),
    "plain PyTorch, GOMP_SPINCOUNT=0": ({"GOMP_SPINCOUNT": "0"}, ["--peer", "torch"]),
}


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("what", choices=["train", "decode"])
    parser.add_argument("--weights", help="model.safetensors written by Chainrule")
    parser.add_argument("--heads", type=int, default=4)
    parser.add_argument("--vocab", type=int, default=65)
    parser.add_argument("--context", type=int, default=64, help="length of the batch's rows")
    parser.add_argument("--width", type=int, default=128)
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--tied", action="store_true", help="one matrix for embedding and output")
    parser.add_argument("--bias", action="store_true", help="linear maps and norms have biases")
    parser.add_argument("--batch", type=int, default=12)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--tokens", type=int, default=200, help="tokens to decode")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--seconds", type=float, default=6.0, help="measured time of each setting")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help="run the settings whose name contains this")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--fused", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--compile", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--peer", choices=["torch", "transformers"], help=argparse.SUPPRESS)
    return parser.parse_args()


def build(arguments):
    from gpt_model import Gpt

    if arguments.weights is None:
        return Gpt.random(arguments)
    from safetensors.torch import load_file

    tensors = load_file(arguments.weights)
    if "embed.weight" in tensors:
        from decoder_model import Decoder

        return Decoder.load(tensors, arguments.heads, arguments.context)
    return Gpt.load(tensors, arguments.heads)


def measure(once, seconds):
    """Median and minimum of the milliseconds that one call takes."""
    warm_up_end = time.perf_counter() + seconds / 2
    while time.perf_counter() < warm_up_end:
        once()
    taken = []
    while sum(taken) < seconds or len(taken) < 5:
        start = time.perf_counter()
        once()
        taken.append(time.perf_counter() - start)
    return 1e3 * statistics.median(taken), 1e3 * min(taken)


def train(arguments):
    import torch

    from gpt_model import batch_of

    model = build(arguments)
    tokens, targets = batch_of(model.vocab, arguments.batch, arguments.context)
    with torch.no_grad():
        first_loss = float(model(tokens, targets))
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=arguments.lr, betas=(0.9, 0.99), weight_decay=0.1,
        fused=arguments.fused or None,
    )
    forward = torch.compile(model) if arguments.compile else model

    def step():
        loss = forward(tokens, targets)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()

    step()
    median, fastest = measure(step, arguments.seconds)
    return {"loss": first_loss, "milliseconds": median, "fastest_milliseconds": fastest}


def decode(arguments):
    import torch

    from gpt_model import batch_of, hugging_face

    model = build(arguments).eval()
    with torch.no_grad():
        first_loss = float(model(*batch_of(model.vocab, 1, arguments.context)))
    prompt = [1]
    if arguments.peer == "torch":
        generate = lambda: model.decode(prompt, arguments.tokens)
    else:
        peer = hugging_face(model)
        ids = torch.tensor([prompt])
        mask = torch.ones_like(ids)
        generate = lambda: peer.generate(
            ids, attention_mask=mask, max_new_tokens=arguments.tokens, do_sample=False,
            use_cache=True, pad_token_id=0,
        )[0].tolist()
    median, fastest = measure(generate, arguments.seconds)
    return {
        "loss": first_loss,
        "ids": generate()[:16],
        "milliseconds": median / arguments.tokens,
        "fastest_milliseconds": fastest / arguments.tokens,
        "tokens_per_second": 1e3 * arguments.tokens / median,
    }


def one_setting(arguments):
    import torch

    torch.set_num_threads(arguments.threads)
    print(json.dumps(train(arguments) if arguments.what == "train" else decode(arguments)))


def all_settings(arguments):
    import importlib.metadata

    settings = TRAIN_SETTINGS if arguments.what == "train" else DECODE_SETTINGS
    results = []
    for name, (environment, options) in settings.items():
        if arguments.only and arguments.only not in name:
            continue
        inherited = {k: v for k, v in os.environ.items() if k != "GOMP_SPINCOUNT"}
        child = subprocess.run(
            [sys.executable, __file__, *sys.argv[1:], "--one", *options],
            env={**inherited, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        if child.returncode == 0:
            results.append({"setting": name, **json.loads(child.stdout.splitlines()[-1])})
        else:
            reason = (child.stderr.strip().splitlines() or ["no message"])[-1]
            results.append({"setting": name, "error": reason})
        print(results[-1], file=sys.stderr)
    worked = [result for result in results if "milliseconds" in result]
    report = {
        "what": arguments.what,
        "torch": importlib.metadata.version("torch"),
        "threads": arguments.threads,
        "best_milliseconds": min((r["milliseconds"] for r in worked), default=None),
        "results": results,
    }
    print(json.dumps(report))
    return 0 if worked else 1


if __name__ == "__main__":
    parsed = parse()
    if parsed.one:
        one_setting(parsed)
    else:
        sys.exit(all_settings(parsed))
