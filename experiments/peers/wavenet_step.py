#!/usr/bin/env python3
"""PyTorch beside Chainrule: a WaveNet training step, and sampling one stream from queues.

The step is forward, backward, clipping to norm 1.0 and AdamW, of the network that
`bench --only wavenet` measures. Each setting runs in a process of its own, because libgomp and
torch read their environment when they load. Prints one JSON object.

    wavenet_step.py train  --weights MODEL.safetensors --batch 4 --length 2048
    wavenet_step.py sample --weights MODEL.safetensors --threads 1 --samples 2000

`loss` is what Chainrule must find on the same batch, before the first update.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time

SETTINGS = {
    "as it comes": ({}, []),
    "GOMP_SPINCOUNT=0": ({"GOMP_SPINCOUNT": "0"}, []),
    "torch.compile": ({}, ["--compile"]),
}


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("what", choices=["train", "sample"])
    parser.add_argument("--weights", required=True, help="model.safetensors of Chainrule")
    parser.add_argument("--layers", type=int, default=10, help="layers in a run of dilations")
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--length", type=int, default=2048)
    parser.add_argument("--samples", type=int, default=2000)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--seconds", type=float, default=6.0, help="measured time of each setting")
    parser.add_argument("--only", help="run the settings whose name contains this")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--compile", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def batch_of(batch, length):
    """Pseudo-random codes [batch, length], the same as Chainrule's benchmark makes."""
    import torch

    i = torch.arange(batch * length, dtype=torch.int64)
    return (((i * 2654435761) & 0xFFFFFFFF) >> 16).remainder(256).reshape(batch, length)


def network(weights, layers):
    import torch
    from safetensors.torch import load_file
    from torch import nn
    from torch.nn import functional as F

    stored = load_file(weights)
    count = 1 + max(int(name.split(".")[1]) for name in stored if name.startswith("layers."))

    class WaveNet(nn.Module):
        def __init__(self):
            super().__init__()
            for name, value in stored.items():
                if name.endswith("conv.weight"):
                    value = value.permute(1, 2, 0).contiguous()  # [K, O, I] -> [O, I, K]
                elif name.endswith(("residual.weight", "skip.weight")) or (
                    name.startswith("head.") and name.endswith(".weight")
                ):
                    value = value.unsqueeze(-1)
                self.register_parameter(name.replace(".", "_"), nn.Parameter(value))

        def forward(self, codes):
            p = lambda name: getattr(self, name.replace(".", "_"))
            previous = F.pad(codes[:, :-1], (1, 0), value=128)
            x = F.embedding(previous, p("codes.weight")).transpose(1, 2)
            skip = None
            for l in range(count):
                d = 1 << l % layers
                a = F.conv1d(
                    F.pad(x, (d, 0)), p(f"layers.{l}.conv.weight"), p(f"layers.{l}.conv.bias"),
                    dilation=d,
                )
                f, g = a.chunk(2, 1)
                z = torch.tanh(f) * torch.sigmoid(g)
                s = F.conv1d(z, p(f"layers.{l}.skip.weight"), p("skip.bias") if l == 0 else None)
                skip = s if skip is None else skip + s
                if l + 1 < count:
                    x = x + F.conv1d(
                        z, p(f"layers.{l}.residual.weight"), p(f"layers.{l}.residual.bias")
                    )
            h = F.conv1d(F.relu(skip), p("head.hidden.weight"), p("head.hidden.bias"))
            return F.conv1d(F.relu(h), p("head.output.weight"), p("head.output.bias"))

        def loss(self, codes):
            return F.cross_entropy(self(codes), codes)

        @torch.no_grad()
        def sample(self, samples):
            p = lambda name: getattr(self, name.replace(".", "_"))
            flat = lambda name: p(name).squeeze(-1)
            queues = [torch.zeros(1 << l % layers, p("codes.weight").shape[1]) for l in range(count)]
            taps = [
                torch.cat([p(f"layers.{l}.conv.weight")[..., k] for k in (0, 1)], 1)
                for l in range(count)
            ]
            code = torch.tensor(128)
            for t in range(samples):
                x = p("codes.weight")[code]
                skip = p("skip.bias")
                for l in range(count):
                    at = t % queues[l].shape[0]
                    window = torch.cat([queues[l][at], x])
                    queues[l][at] = x
                    a = torch.addmv(p(f"layers.{l}.conv.bias"), taps[l], window)
                    f, g = a.chunk(2)
                    z = torch.tanh(f) * torch.sigmoid(g)
                    skip = torch.addmv(skip, flat(f"layers.{l}.skip.weight"), z)
                    if l + 1 < count:
                        x = x + torch.addmv(
                            p(f"layers.{l}.residual.bias"), flat(f"layers.{l}.residual.weight"), z
                        )
                h = torch.addmv(p("head.hidden.bias"), flat("head.hidden.weight"), skip.relu())
                o = torch.addmv(p("head.output.bias"), flat("head.output.weight"), h.relu())
                code = torch.multinomial(torch.softmax(o, 0), 1)[0]

    return WaveNet()


def measure(once, seconds):
    """Median and minimum of the milliseconds that one call takes."""
    warm_up_end = time.perf_counter() + seconds / 2
    while time.perf_counter() < warm_up_end:
        once()
    taken = []
    while sum(taken) < seconds or len(taken) < 3:
        start = time.perf_counter()
        once()
        taken.append(time.perf_counter() - start)
    return 1e3 * statistics.median(taken), 1e3 * min(taken)


def one(arguments):
    import torch

    torch.set_num_threads(arguments.threads)
    model = network(arguments.weights, arguments.layers)
    codes = batch_of(arguments.batch, arguments.length)
    with torch.no_grad():
        first_loss = float(model.loss(codes))
    if arguments.what == "sample":
        median, fastest = measure(lambda: model.sample(arguments.samples), arguments.seconds)
        return {
            "loss": first_loss, "milliseconds": median / arguments.samples,
            "fastest_milliseconds": fastest / arguments.samples,
            "samples_per_second": 1e3 * arguments.samples / median,
        }
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=arguments.lr, betas=(0.9, 0.99), weight_decay=0.1, fused=True
    )
    loss_of = torch.compile(model.loss) if arguments.compile else model.loss

    def step():
        loss = loss_of(codes)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()

    step()
    median, fastest = measure(step, arguments.seconds)
    return {"loss": first_loss, "milliseconds": median, "fastest_milliseconds": fastest}


def main():
    arguments = parse()
    if arguments.one:
        print(json.dumps(one(arguments)))
        return
    results = []
    for setting, (environment, options) in SETTINGS.items():
        if arguments.only and arguments.only not in setting:
            continue
        if arguments.what == "sample" and "--compile" in options:
            continue
        inherited = {k: v for k, v in os.environ.items() if k != "GOMP_SPINCOUNT"}
        run = subprocess.run(
            [sys.executable, *sys.argv, "--one", *options],
            env={**inherited, **environment}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        if run.returncode == 0:
            results.append({"setting": setting, **json.loads(run.stdout.strip().splitlines()[-1])})
        else:
            last = (run.stderr.strip().splitlines() or ["no message"])[-1]
            results.append({"setting": setting, "error": last})
    print(json.dumps({"results": results}))


if __name__ == "__main__":
    main()
