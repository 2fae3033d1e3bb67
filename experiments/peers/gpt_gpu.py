"""Times PyTorch's training steps of a GPT on a GPU, the peer of GptTraining: the same sizes, tokens
drawn alike, AdamW with clipping; bfloat16 autocast, flash attention, compiled where it can be.

    python gpt_gpu.py gpt2|baby|tiny BATCH STEPS
    python gpt_gpu.py gpt2|baby|tiny decode TOKENS   # one stream, eager, bfloat16, with its cache
    python gpt_gpu.py peak SIZE                      # of products in bfloat16, and of memory

Lines that begin with RESULT are read by experiments/gpu/run.sh.
"""

import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

CONFIGS = {  # vocabulary, context, layers, heads, width, dropout, bias
    "gpt2": (50304, 1024, 12, 12, 768, 0.0, True),
    "baby": (65, 256, 6, 6, 384, 0.2, False),
    "tiny": (11, 8, 2, 2, 32, 0.1, True),
}


class Block(nn.Module):
    def __init__(self, heads, width, dropout, bias):
        super().__init__()
        self.heads, self.dropout = heads, dropout
        self.norm1, self.norm2 = nn.LayerNorm(width, bias=bias), nn.LayerNorm(width, bias=bias)
        self.qkv, self.out = nn.Linear(width, 3 * width, bias), nn.Linear(width, width, bias)
        self.up, self.down = nn.Linear(width, 4 * width, bias), nn.Linear(4 * width, width, bias)

    def forward(self, x, cache=None, position=0):
        b, t, c = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(b, t, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        if cache is not None:
            cache[0][:, :, position : position + t], cache[1][:, :, position : position + t] = k, v
            k, v = cache[0][:, :, : position + t], cache[1][:, :, : position + t]
        y = F.scaled_dot_product_attention(q, k, v, is_causal=cache is None)
        y = self.out(y.transpose(1, 2).reshape(b, t, c))
        x = x + F.dropout(y, self.dropout, self.training)
        y = self.down(F.gelu(self.up(self.norm2(x)), approximate="tanh"))
        return x + F.dropout(y, self.dropout, self.training)


class Gpt(nn.Module):
    def __init__(self, vocab, context, layers, heads, width, dropout, bias):
        super().__init__()
        self.dropout = dropout
        self.tokens, self.positions = nn.Embedding(vocab, width), nn.Embedding(context, width)
        self.blocks = nn.ModuleList(Block(heads, width, dropout, bias) for _ in range(layers))
        self.norm = nn.LayerNorm(width, bias=bias)
        for p in self.parameters():
            if p.dim() > 1:
                nn.init.normal_(p, std=0.02)

    def forward(self, ids, targets):
        x = self.tokens(ids) + self.positions(torch.arange(ids.shape[1], device=ids.device))
        x = F.dropout(x, self.dropout, self.training)
        for block in self.blocks:
            x = block(x)
        logits = F.linear(self.norm(x), self.tokens.weight)
        return F.cross_entropy(logits.flatten(0, 1), targets.flatten())

    def step(self, id, caches, position):
        x = self.tokens(id) + self.positions.weight[position]
        for block, cache in zip(self.blocks, caches):
            x = block(x, cache, position)
        return F.linear(self.norm(x), self.tokens.weight)


def wait(device):
    if device == "cuda":
        torch.cuda.synchronize()


@torch.no_grad()
def decode(name, tokens, device):
    config = CONFIGS[name]
    model = Gpt(*config).to(device, torch.bfloat16).eval()
    shape = (1, config[3], config[1], config[4] // config[3])
    caches = [
        tuple(torch.zeros(shape, device=device, dtype=torch.bfloat16) for _ in range(2))
        for _ in range(config[2])
    ]
    id = torch.zeros((1, 1), dtype=torch.long, device=device)
    warm = min(8, tokens // 2)
    for position in range(tokens):
        if position == warm:
            wait(device)
            begun = time.perf_counter()
        id = model.step(id, caches, position)[:, -1:].argmax(-1)
    wait(device)
    print(f"RESULT peer.decode.tokens_per_second {(tokens - warm) / (time.perf_counter() - begun):.6g}")


def timed(work, device, repeats):
    work()
    wait(device)
    begun = time.perf_counter()
    for _ in range(repeats):
        work()
    wait(device)
    return (time.perf_counter() - begun) / repeats


def peak(size, device):
    a, b = (torch.randn(size, size, device=device, dtype=torch.bfloat16) for _ in range(2))
    seconds = timed(lambda: a @ b, device, 20)
    print(f"RESULT peak.bfloat16.tflops {2 * size**3 / seconds / 1e12:.6g}")
    x = torch.zeros(size * size * 4, device=device)
    y = torch.empty_like(x)
    seconds = timed(lambda: y.copy_(x), device, 20)
    print(f"RESULT peak.memory.gb_per_second {8 * x.numel() / seconds / 1e9:.6g}")


def main():
    device = "cuda" if torch.cuda.is_available() else "cpu"
    if sys.argv[1] == "peak":
        peak(int(sys.argv[2]), device)
        return
    if sys.argv[2] == "decode":
        decode(sys.argv[1], int(sys.argv[3]), device)
        return
    name, batch, steps = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    config = CONFIGS[name]
    vocab, context = config[0], config[1]
    torch.set_float32_matmul_precision("high")
    print(torch.__version__, torch.cuda.get_device_name() if device == "cuda" else device)
    model = Gpt(*config).to(device)
    optimizer = torch.optim.AdamW(
        model.parameters(), 3e-4, (0.9, 0.99), weight_decay=0.1, fused=device == "cuda"
    )
    count = sum(p.numel() for p in model.parameters())
    for compiled in (False, True):
        if compiled and device == "cpu":
            break
        run = torch.compile(model) if compiled else model
        warm = min(5, steps // 2)
        for step in range(steps):
            if step == warm:
                if device == "cuda":
                    torch.cuda.synchronize()
                begun = time.perf_counter()
            ids = torch.randint(vocab, (batch, context + 1))
            if device == "cuda":
                ids = ids.pin_memory().to(device, non_blocking=True)
            with torch.autocast(device, torch.bfloat16):
                loss = run(ids[:, :-1], ids[:, 1:])
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        nll = loss.item()
        seconds = (time.perf_counter() - begun) / (steps - warm)
        tokens = batch * context
        flops = 6 * count * tokens + 12 * config[2] * config[4] * context * tokens / 2
        print(
            f"{name} batch {batch} {'compiled' if compiled else 'eager'}: {1e3 * seconds:.2f} ms a"
            f" step, {tokens / seconds:.0f} tokens/s, {flops / seconds / 1e12:.1f} TFLOP/s,"
            f" {count} parameters, nll {nll:.4f}",
            flush=True,
        )
        print(
            f"RESULT peer.{name}.{'compiled' if compiled else 'eager'}.tokens_per_second"
            f" {tokens / seconds:.6g}",
            flush=True,
        )


main()
