package dev.chainrule.text.tokenizer.huggingface;

import dev.chainrule.base.io.Utf8File;
import dev.chainrule.core.testkit.Mutations;
import dev.chainrule.core.testkit.ReaderFuzz;
import dev.chainrule.text.tokenizer.subword.SubwordTokenizer;
import org.junit.jupiter.api.Test;

class TokenizerJsonFuzzTest {
  private static final String TEXT = "We're 12  tokens:\n\t<s>é東🚀</s> <pad>x";

  private static final String BPE =
      """
      {"version":"1.0","truncation":null,"padding":null,
      "added_tokens":[{"id":9,"content":"<s>","single_word":false,"lstrip":true,"rstrip":false,
        "normalized":false,"special":true},{"id":10,"content":"<pad>","normalized":true}],
      "normalizer":{"type":"Sequence","normalizers":[{"type":"NFKC"},{"type":"Lowercase"},
        {"type":"Replace","pattern":{"Regex":"\\\\s+"},"content":" "},{"type":"Prepend","prepend":"▁"},
        {"type":"Strip","strip_left":true,"strip_right":false}]},
      "pre_tokenizer":{"type":"Sequence","pretokenizers":[
        {"type":"Split","pattern":{"Regex":"(?i:'s|'t)| ?\\\\p{L}+|\\\\p{N}{1,3}|\\\\s+(?!\\\\S)"},
         "behavior":"MergedWithNext","invert":false},
        {"type":"Digits","individual_digits":true},{"type":"Punctuation","behavior":"Isolated"},
        {"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true}]},
      "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},
        {"Sequence":{"id":"A","type_id":0}}],"special_tokens":{"<s>":{"id":"<s>","ids":[9],"tokens":["<s>"]}}},
      "decoder":{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},
        {"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]},
      "model":{"type":"BPE","dropout":null,"unk_token":"<unk>","continuing_subword_prefix":null,
        "end_of_word_suffix":null,"fuse_unk":true,"byte_fallback":true,"ignore_merges":false,
        "vocab":{"<unk>":0,"t":1,"o":2,"k":3,"to":4,"e":5,"Ġ":6,"1":7,"tok":8},
        "merges":[["t","o"],"to k"]}}
      """;

  private static final String UNIGRAM =
      """
      {"added_tokens":[{"id":0,"content":"<unk>","special":true}],
      "normalizer":{"type":"NFC"},
      "pre_tokenizer":{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":true},
      "decoder":{"type":"Metaspace","replacement":"▁","add_prefix_space":true},
      "model":{"type":"Unigram","unk_id":0,"byte_fallback":false,
        "vocab":[["<unk>",0],["▁",-2.5],["t",-3],["to",-3.5],["▁to",-4],["e",-1e1]]}}
      """;

  private static final String[] FIRST = Mutations.tokens(BPE);
  private static final String[] SECOND = Mutations.tokens(UNIGRAM);

  /** A tokenizer has tables of fixed size beside what its file asks for. */
  @Test
  void files() {
    ReaderFuzz.run(
        "tokenizer-huggingface",
        8L << 20,
        400,
        random -> Mutations.text(random.nextInt(3) == 0 ? SECOND : FIRST, random),
        bytes -> {
          String json = Utf8File.decode(bytes, ReaderFuzz.ORIGIN, "JSON");
          SubwordTokenizer tokenizer = HuggingFaceTokenizer.parse(json, ReaderFuzz.ORIGIN);
          try {
            int[] ids = tokenizer.encodeMarked(TEXT);
            tokenizer.decode(ids);
          } catch (dev.chainrule.base.InputException e) {
            // A text that this vocabulary cannot write, which says nothing of the file.
          }
        });
  }
}
