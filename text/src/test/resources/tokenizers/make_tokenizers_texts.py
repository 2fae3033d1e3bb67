"""A corpus and texts for the scripts beside this one."""
CORPUS = [
    "the chain rule of probability: one factor at a time, and time after time",
    "Der Löwe läuft über die Straße; naïve cafés in 2024 cost 12345 €",
    "def f(x):\n    return x + 1\n\n\n# done\t\tyes",
    "we're they'll I'd it's  don't WE'RE",
    "東京 と 京都 — 한국어 Привет мир",
] * 3
TEXTS = [
    "", " ", "  ", "\n", "\t\n ", "a", " a", "a ", "the time", "  the   time  ",
    "Hello, world! The CHAIN rule's 12345 factors...", "naïve café — Straße", "cafe\u0301 Å \ufb01x",
    "we're WE'RE don't", "def f(x):\n\n    return  x\n", "東京🚀👩\u200d🚀 мир", "\u00a0x\u3000y\u2028z",
    "½ ² ٣ Ⅷ", "x\u0000y\x7f", "İstanbul ẞ", "<s>the</s>", "the <s> time </s>", "<pad><mask>  chain",
    "one<mask>two", "a_time time_a", "<s><s>", "<user>time<user>", " <s> a  <user>  b ", "timed time.",
    "zzzzzzzzzzqqqqq", "a" * 50, "ab" * 30, "(((a)))--b", "1 22 333 4444", "UPPER lower MiXed",
    "▁ a ▁b", "Ġx Ċ",
]
