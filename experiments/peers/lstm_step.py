#!/usr/bin/env python3
"""PyTorch beside Chainrule: a training step of a DeepAR of LSTM layers with normal outputs.

The step is forward, backward, clipping to norm 10 and AdamW, on features made beforehand. Each
setting runs in a process of its own, because libgomp and torch read their environment when they
load. Prints one JSON object.

    lstm_step.py --weights MODEL.safetensors
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time

BATCH, TIME, COVARIATES = 64, 192, 7
LAGS = [1, 2, 3, 4, 5, 6, 7, 23, 24, 25]
SETTINGS = {
    "as it comes": ({}, []),
    "GOMP_SPINCOUNT=0": ({"GOMP_SPINCOUNT": "0"}, []),
    "fused AdamW": ({}, ["--fused"]),
    "fused AdamW, GOMP_SPINCOUNT=0": ({"GOMP_SPINCOUNT": "0"}, ["--fused"]),
}


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--weights", required=True, help="written by Chainrule")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--seconds", type=float, default=6.0, help="measured time of each setting")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--fused", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def values():
    """Targets [B, T], and features [T, B, F]: lagged values, zero before the window."""
    import torch

    bits = [((i * 2654435761) & 0xFFFFFFFF) >> 16 for i in range(BATCH * TIME)]
    targets = torch.tensor([b % 1000 / 1000 for b in bits]).view(BATCH, TIME)
    features = torch.zeros(TIME, BATCH, len(LAGS) + COVARIATES)
    for place, lag in enumerate(LAGS):
        features[lag:, :, place] = targets.t()[:-lag]
    return targets, features


def build(stored):
    import torch
    from torch import nn

    class Network(nn.Module):
        def __init__(self):
            super().__init__()
            width, inputs = stored["input.weight"].shape
            units = stored["lstm.0.weight_hh"].shape[1]
            layers = sum(name.endswith("weight_hh") for name in stored)
            outputs = stored["output.weight"].shape[0]
            self.input = nn.Linear(inputs, width)
            self.lstm = nn.LSTM(width, units, layers)
            self.output = nn.Linear(units, outputs)
            self.skip = nn.Linear(inputs, outputs, bias=False)
            with torch.no_grad():
                for module in (self.input, self.output):
                    name = "input" if module is self.input else "output"
                    module.weight.copy_(stored[name + ".weight"])
                    module.bias.copy_(stored[name + ".bias"])
                self.skip.weight.copy_(stored["skip.weight"])
                for k in range(layers):
                    for kind in ("ih", "hh"):
                        own = getattr(self.lstm, f"weight_{kind}_l{k}")
                        own.copy_(stored[f"lstm.{k}.weight_{kind}"])
                    getattr(self.lstm, f"bias_ih_l{k}").copy_(stored[f"lstm.{k}.bias"])
                    getattr(self.lstm, f"bias_hh_l{k}").zero_()

        def forward(self, features, targets):
            hidden, _ = self.lstm(self.input(features))
            raw = self.output(hidden) + self.skip(features)
            mean, spread = raw[:, :, 0].t(), raw[:, :, 1].t()
            deviation = torch.nn.functional.softplus(spread - 3) + 1e-6
            return -torch.distributions.Normal(mean, deviation).log_prob(targets).mean()

    return Network()


def train(arguments):
    import torch
    from safetensors.torch import load_file

    torch.set_num_threads(arguments.threads)
    model = build(load_file(arguments.weights))
    targets, features = values()
    with torch.no_grad():
        first_loss = float(model(features, targets))
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=1e-3, betas=(0.9, 0.99), weight_decay=0.1,
        fused=arguments.fused or None,
    )

    def step():
        loss = model(features, targets)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 10.0)
        optimizer.step()

    warm_up_end = time.perf_counter() + arguments.seconds / 2
    while time.perf_counter() < warm_up_end:
        step()
    taken = []
    while sum(taken) < arguments.seconds or len(taken) < 5:
        start = time.perf_counter()
        step()
        taken.append(time.perf_counter() - start)
    return {
        "loss": first_loss,
        "milliseconds": 1e3 * statistics.median(taken),
        "fastest_milliseconds": 1e3 * min(taken),
    }


def main():
    arguments = parse()
    if arguments.one:
        print(json.dumps(train(arguments)))
        return
    results = []
    for name, (environment, extra) in SETTINGS.items():
        command = [sys.executable, os.path.abspath(__file__), "--one", "--weights",
                   arguments.weights, "--threads", str(arguments.threads),
                   "--seconds", str(arguments.seconds), *extra]
        done = subprocess.run(
            command, env={**os.environ, **environment}, capture_output=True, text=True
        )
        if done.returncode == 0:
            results.append({"setting": name, **json.loads(done.stdout.splitlines()[-1])})
        else:
            results.append({"setting": name, "error": done.stderr.strip().splitlines()[-1:]})
    print(json.dumps({"batch": BATCH, "time": TIME, "results": results}))


if __name__ == "__main__":
    main()
