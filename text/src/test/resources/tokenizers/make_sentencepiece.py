"""Writes sentencepiece.json: small models of SentencePiece and what its library makes of texts with
them. Run with sentencepiece 0.2.3: python make_sentencepiece.py > sentencepiece.json"""
import base64, io, json, os, tempfile
import sentencepiece as spm
from make_tokenizers_texts import CORPUS, TEXTS

folder = tempfile.mkdtemp()
corpus = os.path.join(folder, "corpus.txt")
open(corpus, "w").write("\n".join(line for text in CORPUS for line in text.split("\n")) + "\n")
rules = os.path.join(folder, "rules.tsv")
# "ﬁ" -> "fi", "½" -> "1/2", fullwidth A -> A, "é" of two characters -> of one, U+00A0 and tab -> space
open(rules, "w").write("FB01\t66 69\nBD\t31 2044 32\nFF21\t41\n65 301\tE9\nA0\t20\n9\t20\n200B\t\n41 30A\tC5\n")


def model(name, **options):
    out = io.BytesIO()
    spm.SentencePieceTrainer.train(
        input=corpus, model_writer=out, minloglevel=2, hard_vocab_limit=False, character_coverage=1.0, num_threads=1,
        **options)
    return name, out.getvalue()


def models():
    identity = dict(normalization_rule_name="identity", remove_extra_whitespaces=False)
    yield model("llama", model_type="bpe", vocab_size=460, byte_fallback=True, split_digits=True,
                allow_whitespace_only_pieces=True, **identity)
    yield model("gemma", model_type="bpe", vocab_size=480, byte_fallback=True, add_dummy_prefix=False,
                user_defined_symbols=["<user>", "\u2581\u2581", "\u2581\u2581\u2581", "\n", "\n\n", "<b>"],
                control_symbols=["<mask>"], **identity)
    yield model("no bytes", model_type="bpe", vocab_size=200, **identity)
    yield model("words not split", model_type="bpe", vocab_size=460, byte_fallback=True, split_by_whitespace=False, **identity)
    yield model("t5", model_type="unigram", vocab_size=180, normalization_rule_tsv=rules, bos_id=-1, eos_id=1, pad_id=0, unk_id=2)
    yield model("unigram bytes", model_type="unigram", vocab_size=430, byte_fallback=True, **identity)
    symbols = ["<sep>", "XY", "\u2581the\u2581", "\uFB01"]
    yield model("symbols", model_type="bpe", vocab_size=200, user_defined_symbols=symbols, **identity)
    yield model("symbols of words", model_type="unigram", vocab_size=180, user_defined_symbols=symbols,
                normalization_rule_tsv=rules)


SYMBOLS = ["<sep>", "<sep>the", "the<sep>", "in <sep> the end", " <sep>", "  <sep>  x", "<sep><sep>", "XYXY", "aXYb",
           "at the end", "the end", "<sep> the end", "\uFB01n\uFB01", "\u00BD XY \u00BD", "<sep> "]


out = []
for name, proto in models():
    processor = spm.SentencePieceProcessor(model_proto=proto)
    cases = []
    for text in TEXTS + (SYMBOLS if name.startswith("symbols") else []):
        if "\0" in text:
            continue
        ids = processor.encode(text)
        cases.append({"text": text, "ids": ids, "decoded": processor.decode(ids)})
    out.append({"name": name, "model": base64.b64encode(proto).decode(), "cases": cases})
print("[" + ",\n".join(json.dumps(o, ensure_ascii=False, separators=(",", ":")) for o in out) + "]")
