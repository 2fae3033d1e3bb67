"""Writes tokenizers.json: small tokenizers of every kind and what Hugging Face's library makes of
texts with them. Run with tokenizers 0.23.3:
python make_tokenizers.py > tokenizers.json"""
import json
import tokenizers
from tokenizers import (AddedToken, Regex, Tokenizer, decoders, models, normalizers,
                        pre_tokenizers as pre, processors, trainers)
from make_tokenizers_texts import CORPUS, TEXTS

def add(tokenizer, *more):
    tokenizer.add_special_tokens(
        [AddedToken("<s>", special=True, normalized=False), AddedToken("</s>", special=True, normalized=False),
         AddedToken("<pad>", special=True, normalized=False),
         AddedToken("<mask>", special=True, lstrip=True, rstrip=False, normalized=False)])
    tokenizer.add_tokens([AddedToken("<user>", normalized=True), *more])


def trained(name, normalizer, pre_tokenizer, decoder, bytes_=True, more=(), processor=None, size=360, **model):
    tokenizer = Tokenizer(models.BPE(**model))
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    if pre_tokenizer is not None:
        tokenizer.pre_tokenizer = pre_tokenizer
    if decoder is not None:
        tokenizer.decoder = decoder
    specials = ["<unk>"] if model.get("unk_token") else []
    if model.get("byte_fallback"):
        specials += ["<0x%02X>" % b for b in range(256)]
    affixes = {k: model[k] for k in ("continuing_subword_prefix", "end_of_word_suffix") if k in model}
    trainer = trainers.BpeTrainer(
        vocab_size=size if bytes_ else 150 + len(specials), show_progress=False, special_tokens=specials,
        initial_alphabet=pre.ByteLevel.alphabet() if bytes_ else [], **affixes)
    tokenizer.train_from_iterator(CORPUS, trainer)
    if model.get("byte_fallback"):  # bytes are no special tokens, but must not be merged either
        state = json.loads(tokenizer.to_str())
        state["added_tokens"] = [t for t in state["added_tokens"] if not t["content"].startswith("<0x")]
        tokenizer = Tokenizer.from_str(json.dumps(state))
    add(tokenizer, *more)
    if processor:
        tokenizer.post_processor = processor(tokenizer)
    return name, tokenizer


def template(single):
    return lambda t: processors.TemplateProcessing(
        single=single, special_tokens=[(s, t.token_to_id(s)) for s in ("<s>", "</s>")])


LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
          r"|\s*[\r\n]+|\s+(?!\S)|\s+")
GPT4O = (r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
         r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
         r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")
LEVEL = pre.ByteLevel(add_prefix_space=False, use_regex=False)
WORD = AddedToken("time", single_word=True, normalized=True)
RIGHT = AddedToken("chain", rstrip=True, normalized=False)


def split(pattern, behavior, invert=False):
    return pre.Sequence([pre.Split(pattern, behavior, invert), LEVEL])


def unigram(name, byte_fallback, normalizer, pre_tokenizer, decoder):
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.decoder = decoder
    tokenizer.train_from_iterator(
        CORPUS, trainers.UnigramTrainer(vocab_size=200, show_progress=False, unk_token="<unk>", special_tokens=["<unk>"]))
    state = json.loads(tokenizer.to_str())
    if byte_fallback:
        state["model"]["byte_fallback"] = True
        state["model"]["vocab"] += [["<0x%02X>" % b, -20.0] for b in range(256)]
    tokenizer = Tokenizer.from_str(json.dumps(state))
    add(tokenizer)
    return name, tokenizer


def tokenizers_():
    byte = decoders.ByteLevel()
    spm = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(),
                             decoders.Strip(content=" ", left=1, right=0)])
    gemma = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    yield trained("gpt2", None, pre.ByteLevel(add_prefix_space=False), byte, processor=lambda t: processors.ByteLevel())
    yield trained("gpt2, prefix space, NFC, single words", normalizers.NFC(), pre.ByteLevel(add_prefix_space=True), byte,
                  more=(WORD, RIGHT), processor=template("<s> $A"))
    yield trained("llama3", None, split(Regex(LLAMA3), "isolated"), byte, processor=template("<s> $A </s>"), ignore_merges=True)
    yield trained("gpt4o, NFKC", normalizers.NFKC(), split(Regex(GPT4O), "removed", True), byte)
    yield trained("smollm", None, pre.Sequence([pre.Digits(True), pre.ByteLevel(add_prefix_space=False)]), byte)
    for behavior in ("removed", "isolated", "merged_with_previous", "merged_with_next", "contiguous"):
        yield trained("split spaces " + behavior, None, split(" ", behavior), byte)
        yield trained("split others than letters " + behavior, normalizers.NFD(),
                      split(Regex(r"\p{L}"), behavior, True), byte)
    yield trained("lowercase, strip, replace",
                  normalizers.Sequence([normalizers.Strip(left=True, right=True), normalizers.Lowercase(),
                                        normalizers.Replace(Regex(r"\s{2,}"), " "), normalizers.Replace("!", "?")]),
                  pre.ByteLevel(add_prefix_space=False), byte)
    yield trained("accents", normalizers.Sequence([normalizers.NFKD(), normalizers.StripAccents()]),
                  pre.Sequence([pre.Whitespace(), LEVEL]), byte)
    yield trained("whitespace, digits, punctuation", None,
                  pre.Sequence([pre.WhitespaceSplit(), pre.Digits(False), pre.Punctuation("contiguous"), LEVEL]), byte)
    yield trained("bert, delimiter", None, pre.Sequence([pre.CharDelimiterSplit("_"), pre.BertPreTokenizer(), LEVEL]), byte)
    yield trained("characters, unknown", None, pre.Whitespace(), None, bytes_=False, unk_token="<unk>")
    yield trained("characters, unknown fused", None, pre.Metaspace(), decoders.Metaspace(), bytes_=False,
                  unk_token="<unk>", fuse_unk=True)
    yield trained("word ends", None, pre.WhitespaceSplit(), None, bytes_=False, unk_token="<unk>", end_of_word_suffix="</w>")
    yield trained("word parts", None, pre.WhitespaceSplit(), None, bytes_=False, unk_token="<unk>",
                  continuing_subword_prefix="##")
    yield trained("llama", normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]), None, spm,
                  bytes_=False, unk_token="<unk>", fuse_unk=True, byte_fallback=True, processor=template("<s> $A"))
    yield trained("mistral", None, pre.Metaspace(prepend_scheme="first", split=False), spm, bytes_=False,
                  unk_token="<unk>", fuse_unk=True, byte_fallback=True)
    yield trained("gemma", normalizers.Replace(" ", "▁"), pre.Split(" ", "merged_with_previous"), gemma, bytes_=False,
                  unk_token="<unk>", fuse_unk=True, byte_fallback=True)
    yield unigram("unigram", False, normalizers.NFKC(), pre.Metaspace(), decoders.Metaspace())
    yield unigram("unigram with bytes", True, normalizers.Sequence([normalizers.NFC()]),
                  pre.Metaspace(prepend_scheme="never"),
                  decoders.Sequence([decoders.ByteFallback(), decoders.Metaspace(prepend_scheme="never")]))


out = []
for name, tokenizer in tokenizers_():
    cases = []
    for text in TEXTS:
        case = {"text": text}
        tokenizer.encode_special_tokens = False
        case["marked"] = tokenizer.encode(text, add_special_tokens=False).ids
        case["framed"] = tokenizer.encode(text).ids
        case["decoded"] = tokenizer.decode(case["marked"])
        tokenizer.encode_special_tokens = True
        case["plain"] = tokenizer.encode(text, add_special_tokens=False).ids
        cases.append(case)
    tokenizer.encode_special_tokens = False
    out.append({"name": name, "tokenizer": json.loads(tokenizer.to_str()), "cases": cases})
out[0]["corpus"] = CORPUS
print("[" + ",\n".join(json.dumps(o, ensure_ascii=False, separators=(",", ":")) for o in out) + "]")
