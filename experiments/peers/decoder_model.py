"""The LLaMA of Chainrule's text module in PyTorch: RMS norms, rotary positions, grouped queries, SwiGLU.

Parameter names, and the [out, in] layout of linear weights, are those of Chainrule's
model.safetensors. Embeddings are tied.
"""

import torch
import torch.nn.functional as F
from torch import nn


class Norm(nn.Module):
    def __init__(self, width, epsilon=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.epsilon = epsilon

    def forward(self, x):
        return F.rms_norm(x, self.weight.shape, self.weight, self.epsilon)


def rotate(x, cos, sin):
    first, second = x.chunk(2, dim=-1)
    return torch.cat((first * cos - second * sin, second * cos + first * sin), dim=-1)


class Layer(nn.Module):
    def __init__(self, width, hidden, heads, kv_heads):
        super().__init__()
        self.heads = heads
        self.kv_heads = kv_heads
        self.size = width // heads
        self.attn_norm = Norm(width)
        self.q = nn.Linear(width, width, False)
        self.k = nn.Linear(width, kv_heads * self.size, False)
        self.v = nn.Linear(width, kv_heads * self.size, False)
        self.o = nn.Linear(width, width, False)
        self.mlp_norm = Norm(width)
        self.gate = nn.Linear(width, hidden, False)
        self.up = nn.Linear(width, hidden, False)
        self.down = nn.Linear(hidden, width, False)

    def forward(self, x, cos, sin):
        batch, time, width = x.shape
        h = self.attn_norm(x)
        q = self.q(h).view(batch, time, self.heads, self.size).transpose(1, 2)
        k = self.k(h).view(batch, time, self.kv_heads, self.size).transpose(1, 2)
        v = self.v(h).view(batch, time, self.kv_heads, self.size).transpose(1, 2)
        y = F.scaled_dot_product_attention(
            rotate(q, cos, sin),
            rotate(k, cos, sin),
            v,
            is_causal=True,
            enable_gqa=self.heads != self.kv_heads,
        )
        x = x + self.o(y.transpose(1, 2).reshape(batch, time, width))
        h = self.mlp_norm(x)
        return x + self.down(F.silu(self.gate(h)) * self.up(h))


class Decoder(nn.Module):
    def __init__(self, vocab, width, hidden, layers, heads, kv_heads, context):
        super().__init__()
        self.embed = nn.Embedding(vocab, width)
        self.layers = nn.ModuleList(Layer(width, hidden, heads, kv_heads) for _ in range(layers))
        self.norm = Norm(width)
        half = width // heads // 2
        frequencies = 10000.0 ** (-torch.arange(half, dtype=torch.float32) / half)
        angles = torch.outer(torch.arange(context, dtype=torch.float32), frequencies)
        self.register_buffer("cos", angles.cos(), persistent=False)
        self.register_buffer("sin", angles.sin(), persistent=False)

    @property
    def vocab(self):
        return self.embed.weight.shape[0]

    def forward(self, tokens, targets):
        """Mean negative log-likelihood in nats per token, of targets shifted by one."""
        x = self.embed(tokens)
        time = tokens.shape[1]
        cos, sin = self.cos[:time], self.sin[:time]
        for layer in self.layers:
            x = layer(x, cos, sin)
        logits = F.linear(self.norm(x), self.embed.weight)
        return F.cross_entropy(logits.flatten(0, 1), targets.flatten())

    @staticmethod
    def load(tensors, heads, context):
        """From the tensors of model.safetensors; all sizes but the heads are read off them."""
        vocab, width = tensors["embed.weight"].shape
        layers = 1 + max(int(name.split(".")[1]) for name in tensors if name.startswith("layers."))
        kv_heads = tensors["layers.0.k.weight"].shape[0] // (width // heads)
        hidden = tensors["layers.0.up.weight"].shape[0]
        model = Decoder(vocab, width, hidden, layers, heads, kv_heads, context)
        model.load_state_dict(tensors)
        return model
