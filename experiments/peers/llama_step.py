#!/usr/bin/env python3
"""llama.cpp, or ik_llama.cpp, by its Python package: a prompt read, or tokens decoded one by one.

The file holds the weights that Chainrule had, and a vocabulary of no words: tokens are numbers.
Prints one JSON object.

    llama_step.py --weights MODEL.gguf --prompt 512
    llama_step.py --weights MODEL.gguf --tokens 128 --threads 2 --package ik-llama-cpp-python
"""

import argparse
import contextlib
import json
import os
import statistics
import sys
import time


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--package",
        choices=["llama-cpp-python", "ik-llama-cpp-python"],
        default="llama-cpp-python",
    )
    parser.add_argument("--weights", required=True, help="GGUF, written by Chainrule")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--prompt", type=int, default=0, help="tokens of a prompt, 0 to decode")
    parser.add_argument("--tokens", type=int, default=0, help="tokens decoded, 0 to read a prompt")
    parser.add_argument("--repetitions", type=int, default=5)
    return parser.parse_args()


@contextlib.contextmanager
def quiet():
    """The library prints to both outputs by its own descriptors."""
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)


def llama(arguments):
    """Forgets what was read, reads some tokens at once, says how many there are."""
    import llama_cpp

    length = max(arguments.prompt, arguments.tokens)
    model = llama_cpp.Llama(
        model_path=arguments.weights,
        n_ctx=length,
        n_batch=max(arguments.prompt, 32),
        n_ubatch=max(arguments.prompt, 32),
        n_threads=arguments.threads,
        n_threads_batch=arguments.threads,
        logits_all=False,
        verbose=False,
    )
    return model.reset, lambda tokens, position: model.eval(tokens), model.n_vocab()


def ik_llama(arguments):
    from ik_llama_cpp import _ctypes_api, IkLlama
    from ik_llama_cpp.llama import make_batch_range

    model = IkLlama(
        arguments.weights,
        n_ctx=max(arguments.prompt, arguments.tokens, 32),
        n_threads=arguments.threads,
        verbose=False,
    )

    # Both hold the model, which frees its memory when nothing does.
    def forget():
        model._context.kv_cache_clear()

    def read(tokens, position):
        context = model._context
        step = context._n_ubatch
        for i in range(0, len(tokens), step):
            chunk = tokens[i : i + step]
            last = i + step >= len(tokens)
            batch = make_batch_range(chunk, pos_start=position + i, logits_last=last)
            failed = context.decode(batch)
            _ctypes_api.llama_batch_free(batch)
            if failed:
                sys.exit(f"llama_step.py: llama_decode returned {failed}, expected 0.")

    return forget, read, model._model.n_vocab


def measure(arguments):
    load = ik_llama if arguments.package.startswith("ik-") else llama
    forget, read, vocab = load(arguments)

    def once():
        forget()
        if arguments.prompt:
            read([i % vocab for i in range(arguments.prompt)], 0)
        else:
            for i in range(arguments.tokens):
                read([i % vocab], i)

    once()
    taken = []
    for _ in range(arguments.repetitions):
        start = time.perf_counter()
        once()
        taken.append(time.perf_counter() - start)
    return {"milliseconds": 1e3 * statistics.median(taken) / max(1, arguments.tokens)}


def main():
    arguments = parse()
    if (arguments.prompt > 0) == (arguments.tokens > 0):
        sys.exit("llama_step.py: found neither or both of --prompt and --tokens, expected one.")
    with quiet():
        result = measure(arguments)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
