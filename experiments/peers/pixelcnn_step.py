#!/usr/bin/env python3
"""PyTorch beside Chainrule: a training step of Gated PixelCNN, and sampling by recomputation.

The network is the one whose weights Chainrule wrote: a vertical and a horizontal stack, skips of
all layers, binary images of 28 x 28. A step is forward, backward, clipping to norm 1.0 and AdamW.
Sampling computes the whole batch for every pixel. Each setting runs in a process of its own.
Prints one JSON object.

    pixelcnn_step.py train  --weights RUN/model.safetensors --batch 16
    pixelcnn_step.py sample --weights RUN/model.safetensors --batch 1
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time

SIZE = 28
SETTINGS = {
    "as it comes": ({}, []),
    "GOMP_SPINCOUNT=0": ({"GOMP_SPINCOUNT": "0"}, []),
    "channels last": ({}, ["--channels-last"]),
}


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("what", choices=["train", "sample"])
    parser.add_argument("--weights", required=True, help="model.safetensors written by Chainrule")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--seconds", type=float, default=6.0, help="measured time of each setting")
    parser.add_argument("--only", help="run the settings whose name contains this")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--channels-last", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def network(weights, channels_last):
    """The forward pass as a function of images [B, 1, H, W] from -1 to 1, and the parameters."""
    import torch
    import torch.nn.functional as F

    parameters = {}
    for name, value in weights.items():
        if name.endswith(".weight"):
            out, taps, inputs = value.shape
            side = {28: (4, 7), 6: (2, 3), 3: (1, 3), 2: (1, 2), 1: (1, 1)}[taps]
            value = value.permute(0, 2, 1).reshape(out, inputs, *side).contiguous()
            if channels_last:
                value = value.to(memory_format=torch.channels_last)
        parameters[name] = value.requires_grad_()
    layers = 1 + max(int(name.split(".")[1]) for name in parameters if name.startswith("layer."))

    def conv(name, x):
        return F.conv2d(x, parameters[name + ".weight"], parameters.get(name + ".bias"))

    def gate(x):
        a, b = x.chunk(2, 1)
        return torch.tanh(a) * torch.sigmoid(b)

    def forward(images):
        vertical = horizontal = images
        skip = 0
        for i in range(layers):
            name = f"layer.{i}."
            half = parameters[name + "vertical.weight"].shape[3] // 2
            above = conv(name + "vertical", F.pad(vertical, (half, half, half, 0)))
            link = conv(name + "link", F.pad(above, (0, 0, 1, 0))[:, :, :-1])
            if i == 0:
                left = conv(name + "horizontal", F.pad(horizontal, (half, 0, 0, 0))[..., :-1])
            else:
                left = conv(name + "horizontal", F.pad(horizontal, (half, 0, 0, 0)))
            gated = gate(left + link)
            skip = skip + conv(name + "skip", gated)
            if i < layers - 1:
                vertical = gate(above)
                residual = conv(name + "residual", gated)
                horizontal = residual if i == 0 else horizontal + residual
        hidden = F.relu(conv("head.hidden", F.relu(skip)))
        return conv("head.logits", hidden)

    return forward, list(parameters.values())


def images_of(batch):
    import torch

    count = batch * SIZE * SIZE
    levels = [((i * 2654435761) & 0xFFFFFFFF) >> 16 & 1 for i in range(count)]
    return torch.tensor(levels).reshape(batch, SIZE, SIZE)


def measure(once, seconds, warm_up):
    end = time.perf_counter() + warm_up
    while time.perf_counter() < end:
        once()
    taken = []
    while sum(taken) < seconds or len(taken) < 2:
        start = time.perf_counter()
        once()
        taken.append(time.perf_counter() - start)
    return 1e3 * statistics.median(taken)


def one_setting(arguments):
    import torch
    import torch.nn.functional as F
    from safetensors.torch import load_file

    torch.set_num_threads(arguments.threads)
    forward, parameters = network(load_file(arguments.weights), arguments.channels_last)
    levels = images_of(arguments.batch)
    pixels = (2.0 * levels - 1).unsqueeze(1)
    if arguments.channels_last:
        pixels = pixels.to(memory_format=torch.channels_last)
    with torch.no_grad():
        loss = float(F.cross_entropy(forward(pixels), levels))
    if arguments.what == "train":
        optimizer = torch.optim.AdamW(parameters, lr=1e-3, betas=(0.9, 0.99), weight_decay=0.1)

        def once():
            optimizer.zero_grad(set_to_none=True)
            F.cross_entropy(forward(pixels), levels).backward()
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            optimizer.step()

        milliseconds = measure(once, arguments.seconds, arguments.seconds / 2)
    else:
        drawn = torch.zeros_like(pixels)

        @torch.inference_mode()
        def row():
            for x in range(SIZE):
                logits = forward(drawn)[:, :, SIZE // 2, x]
                bit = torch.multinomial(torch.softmax(logits, 1), 1).squeeze(1)
                drawn[:, 0, SIZE // 2, x] = 2.0 * bit - 1

        # Every pixel costs the same: one row of 28 stands for the 28 rows of the image.
        milliseconds = SIZE * measure(row, arguments.seconds, arguments.seconds / 2)
    print(json.dumps({"loss": loss, "milliseconds": milliseconds}))


def all_settings(arguments):
    import importlib.metadata

    results = []
    for name, (environment, options) in SETTINGS.items():
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
