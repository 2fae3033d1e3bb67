"""Writes precompiled.json: a table of replacements as SentencePiece compiles it, and what its library
and Hugging Face's make of texts with it. Run with sentencepiece 0.2.3 and tokenizers 0.23.3:
python make_precompiled.py > precompiled.json"""
import base64, io, json, os, tempfile
import sentencepiece as spm
from tokenizers import normalizers
from make_tokenizers_texts import CORPUS

folder = tempfile.mkdtemp()
corpus = os.path.join(folder, "corpus.txt")
open(corpus, "w").write("\n".join(line for text in CORPUS for line in text.split("\n")) + "\n")
rules = os.path.join(folder, "rules.tsv")
# CR and LF -> space, "e" and "A" with a mark -> one character, Kana with a mark, fullwidth A, no soft hyphen
open(rules, "w").write("D\t20\nA\t20\n65 301\tE9\n41 30A\tC5\n41 30A 301\t1FA\n304B 3099\t304C\nFF21\t41\nAD\t\n")
model = io.BytesIO()
spm.SentencePieceTrainer.train(input=corpus, model_writer=model, minloglevel=2, hard_vocab_limit=False, vocab_size=100,
                               model_type="unigram", num_threads=1, normalization_rule_tsv=rules)


def fields(message):
    def varint(at):
        value = shift = 0
        while True:
            byte = message[at]
            value |= (byte & 127) << shift
            at, shift = at + 1, shift + 7
            if byte < 128:
                return value, at
    at = 0
    while at < len(message):
        key, at = varint(at)
        if key & 7 == 0:
            value, at = varint(at)
        else:
            size, at = varint(at) if key & 7 == 2 else (4 if key & 7 == 5 else 8, at)
            value, at = message[at:at + size], at + size
        yield key >> 3, value


normalizer = next(value for field, value in fields(model.getvalue()) if field == 3)
table = next(value for field, value in fields(normalizer) if field == 2)
piece = spm.SentencePieceNormalizer(model_proto=model.getvalue(), add_dummy_prefix=False, escape_whitespaces=False,
                                    remove_extra_whitespaces=False)
face = normalizers.Precompiled(table)
TEXTS = ["a\r\nb\n\rc", "e\u0301e\u0301\u0323x", "A\u030aA\u030a\u0301", "か\u3099か", "\uff21e", "A\u0323\u030a",
         "\u00ad\u0301x", "e\u0301\u0302\u0303\u0304z", "\r\u0301", "👩\u200d👩\u200d👧e\u0301", "\u1112\u1161\u11ab", "", "abc"]
print(json.dumps({"table": base64.b64encode(table).decode(), "cases": [
    {"text": t, "sentencepiece": piece.normalize(t), "huggingface": face.normalize_str(t)} for t in TEXTS]}, ensure_ascii=False))
