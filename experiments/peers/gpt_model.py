"""The GPT of Chainrule's text module in PyTorch: pre-norm decoder, learned positions, tanh GELU.

Parameter names, and the [out, in] layout of linear weights, are those of nanoGPT, which
Chainrule writes to model.safetensors too.
"""

import torch
import torch.nn.functional as F
from torch import nn


class Attention(nn.Module):
    def __init__(self, width, heads, bias):
        super().__init__()
        self.heads = heads
        self.c_attn = nn.Linear(width, 3 * width, bias)
        self.c_proj = nn.Linear(width, width, bias)

    def forward(self, x, cache=None):
        batch, time, width = x.shape
        q, k, v = (
            part.view(batch, time, self.heads, width // self.heads).transpose(1, 2)
            for part in self.c_attn(x).split(width, dim=2)
        )
        if cache is None:
            y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            keys, values, position = cache
            keys[:, :, position : position + time] = k
            values[:, :, position : position + time] = v
            y = F.scaled_dot_product_attention(
                q,
                keys[:, :, : position + time],
                values[:, :, : position + time],
                is_causal=time > 1,
            )
        return self.c_proj(y.transpose(1, 2).reshape(batch, time, width))


class Mlp(nn.Module):
    def __init__(self, width, bias):
        super().__init__()
        self.c_fc = nn.Linear(width, 4 * width, bias)
        self.c_proj = nn.Linear(4 * width, width, bias)

    def forward(self, x):
        return self.c_proj(F.gelu(self.c_fc(x), approximate="tanh"))


class Block(nn.Module):
    def __init__(self, width, heads, bias):
        super().__init__()
        self.ln_1 = nn.LayerNorm(width, eps=1e-5, bias=bias)
        self.attn = Attention(width, heads, bias)
        self.ln_2 = nn.LayerNorm(width, eps=1e-5, bias=bias)
        self.mlp = Mlp(width, bias)

    def forward(self, x, cache=None):
        x = x + self.attn(self.ln_1(x), cache)
        return x + self.mlp(self.ln_2(x))


class Gpt(nn.Module):
    def __init__(self, vocab, context, width, layers, heads, tied, bias):
        super().__init__()
        self.wte = nn.Embedding(vocab, width)
        self.wpe = nn.Embedding(context, width)
        self.h = nn.ModuleList(Block(width, heads, bias) for _ in range(layers))
        self.ln_f = nn.LayerNorm(width, eps=1e-5, bias=bias)
        self.lm_head = nn.Linear(width, vocab, bias=False)
        if tied:
            self.lm_head.weight = self.wte.weight

    @property
    def vocab(self):
        return self.wte.weight.shape[0]

    def forward(self, tokens, targets):
        """Mean negative log-likelihood in nats per token, of targets shifted by one."""
        x = self.wte(tokens) + self.wpe.weight[: tokens.shape[1]]
        for block in self.h:
            x = block(x)
        logits = self.lm_head(self.ln_f(x))
        return F.cross_entropy(logits.flatten(0, 1), targets.flatten())

    @torch.inference_mode()
    def decode(self, prompt, count):
        """Continues a list of token ids greedily by `count` tokens, with a key-value cache."""
        width = self.wte.weight.shape[1]
        heads = self.h[0].attn.heads
        context = self.wpe.weight.shape[0]
        caches = [torch.empty(2, 1, heads, context, width // heads) for _ in self.h]
        ids = list(prompt)
        tokens, position = torch.tensor([ids]), 0
        for _ in range(count):
            time = tokens.shape[1]
            x = self.wte(tokens) + self.wpe.weight[position : position + time]
            for block, cache in zip(self.h, caches):
                x = block(x, (cache[0], cache[1], position))
            position += time
            tokens = self.lm_head(self.ln_f(x[:, -1:])).argmax(-1)
            ids.append(int(tokens))
        return ids

    @staticmethod
    def random(arguments):
        torch.manual_seed(arguments.seed)
        model = Gpt(
            arguments.vocab,
            arguments.context,
            arguments.width,
            arguments.layers,
            arguments.heads,
            arguments.tied,
            arguments.bias,
        )
        for name, parameter in model.named_parameters():
            if parameter.dim() == 2:
                nn.init.normal_(parameter, std=0.02)
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)
        return model

    @staticmethod
    def load(tensors, heads):
        """From the tensors of model.safetensors; all sizes but the heads are read off them."""
        vocab, width = tensors["wte.weight"].shape
        context = tensors["wpe.weight"].shape[0]
        layers = 1 + max(int(name.split(".")[1]) for name in tensors if name.startswith("h."))
        tied = "lm_head.weight" not in tensors
        model = Gpt(vocab, context, width, layers, heads, tied, "ln_f.bias" in tensors)
        if tied:
            tensors = {**tensors, "lm_head.weight": tensors["wte.weight"]}
        model.load_state_dict(tensors)
        return model


def batch_of(vocab, batch, context):
    """A fixed batch of pseudo-random tokens: [batch, context] inputs and targets.

    Stream position i holds ((i * 2654435761 mod 2^32) >> 16) mod vocab; row b takes context + 1
    of them from b * (context + 1).
    """
    positions = torch.arange(batch * (context + 1), dtype=torch.int64)
    stream = (((positions * 2654435761) & 0xFFFFFFFF) >> 16) % vocab
    rows = stream.view(batch, context + 1)
    return rows[:, :-1].contiguous(), rows[:, 1:].contiguous()


def hugging_face(model):
    """The same weights as a GPT2LMHeadModel of the transformers library."""
    from transformers import GPT2Config, GPT2LMHeadModel

    vocab, width = model.wte.weight.shape
    tied = model.lm_head.weight is model.wte.weight
    config = GPT2Config(
        vocab_size=vocab,
        n_positions=model.wpe.weight.shape[0],
        n_embd=width,
        n_layer=len(model.h),
        n_head=model.h[0].attn.heads,
        activation_function="gelu_new",
        layer_norm_epsilon=1e-5,
        resid_pdrop=0.0,
        embd_pdrop=0.0,
        attn_pdrop=0.0,
        tie_word_embeddings=tied,
        bos_token_id=None,
        eos_token_id=None,
    )
    peer = GPT2LMHeadModel(config).eval()
    state = {}
    for name, value in model.state_dict().items():
        linear = name.endswith("weight") and ("attn.c_" in name or "mlp.c_" in name)
        key = name if name.startswith("lm_head") else "transformer." + name
        state[key] = value.t().contiguous() if linear else value.clone()
    # GPT-2 has biases everywhere; a model without them has zeros there, the same function.
    for name, value in peer.state_dict().items():
        if name.endswith(".bias") and name not in state and value.dim() == 1:
            state[name] = torch.zeros_like(value)
    missing, unexpected = peer.load_state_dict(state, strict=False)
    if unexpected or [name for name in missing if not name.endswith("attn.bias")]:
        raise SystemExit(f"weights do not fit GPT-2: missing {missing}, unexpected {unexpected}")
    return peer
