package dev.chainrule.text.tokenizer.gguf;

import dev.chainrule.text.tokenizer.subword.TextPattern;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * How words are told apart, by the names that {@code tokenizer.ggml.pre} gives to it; the
 * expressions are those of the models' own {@code tokenizer.json}.
 */
enum GgufSplitting {
  GPT2(
      false,
      List.of(TextPattern.GPT2),
      "gpt-2 phi-2 jina-es jina-de jina-v2-es jina-v2-de jina-v1-en jina-v2-code roberta-bpe"
          + " gigachat a.x-4.0 mellum modern-bert mpt olmo jais trillion granite-docling exaone4"),
  LLAMA3(
      true,
      List.of(TextPattern.LLAMA3),
      "llama3 llama-v3 llama-bpe falcon3 falcon-h1 pixtral midm-2.0 lfm2 jina-v5-nano"),
  LLAMA3_WITH_MERGES(false, List.of(TextPattern.LLAMA3), "dbrx smaug-bpe chatglm-bpe"),
  GLM4(true, List.of(TextPattern.LLAMA3), "glm4 glm5"),
  QWEN2(
      false,
      List.of(TextPattern.QWEN2),
      "qwen2 deepseek-r1-qwen kormo f2llmv2 stablelm2 megrez hunyuan solar-open grok-2"),
  QWEN35(
      false,
      List.of(
          "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}"
              + "| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"),
      "qwen35"),
  SINGLE_DIGITS(
      false,
      List.of("\\p{N}", TextPattern.GPT2),
      "smollm starcoder refact command-r codeshell exaone minerva-7b mellum2"),
  FALCON(false, List.of("[\\p{P}$+<=>^~|`]+", TextPattern.GPT2, "[0-9][0-9][0-9]"), "falcon"),
  DEFAULT(
      false,
      List.of("[\\p{P}$+<=>^~|]+", TextPattern.GPT2, "\\p{N}+", "[0-9][0-9][0-9]"),
      "default"),
  DEEPSEEK_CODER(
      false,
      List.of(
          "[\\r\\n]",
          "\\s?\\p{L}+",
          "\\s?\\p{P}+",
          "[\u4E00-\u9FA5\u0800-\u4E00\uAC00-\uD7FF]+",
          "\\p{N}"),
      "deepseek-coder"),
  DEEPSEEK3(
      false,
      List.of(
          "\\p{N}{1,3}",
          "[\u4E00-\u9FA5\u3040-\u309F\u30A0-\u30FF]+",
          "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+"
              + "|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*"
              + "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"),
      "deepseek-v3 hunyuan-dense joyai-llm"),
  WORDS_OF_BLOOM(
      false,
      List.of(" ?[^(\\s|.,!?\u2026\u3002\uFF0C\u3001\u0964\u06D4\u060C)]+"),
      "bloom poro-chat gpt3-finnish"),
  VIKING(
      false,
      List.of(" ?[^(\\s|.,!?\u2026\u3002\uFF0C\u3001\u0964\u06D4\u060C)]+", "\\p{N}"),
      "viking"),
  TEKKEN(true, List.of(cased("", "\\p{N}")), "tekken"),
  GPT4O(
      false,
      List.of(cased("(?i:'s|'t|'re|'ve|'m|'ll|'d)?", "\\p{N}{1,3}")),
      "gpt-4o llama4 kanana2 talkie minimax-m2");

  private final boolean ignoreMerges;

  @SuppressWarnings("ImmutableEnumChecker") // Made by List.of.
  private final List<String> expressions;

  @SuppressWarnings("ImmutableEnumChecker") // Made by List.of.
  private final List<String> names;

  GgufSplitting(boolean ignoreMerges, List<String> expressions, String names) {
    this.ignoreMerges = ignoreMerges;
    this.expressions = expressions;
    this.names = List.of(names.split(" "));
  }

  /** Words end where small letters meet capital ones. */
  private static String cased(String contraction, String digits) {
    return "[^\\r"
        + "\\n"
        + "\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+"
        + contraction
        + "|[^\\r"
        + "\\n"
        + "\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*"
        + contraction
        + "|"
        + digits
        + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  }

  static Optional<GgufSplitting> named(String name) {
    return Arrays.stream(values()).filter(one -> one.names.contains(name)).findFirst();
  }

  /** A name that llama.cpp knows it by. */
  String first() {
    return names.getFirst();
  }

  static String known() {
    TreeSet<String> all = new TreeSet<>();
    for (GgufSplitting one : values()) {
      all.addAll(one.names);
    }
    return String.join(", ", all);
  }

  boolean ignoreMerges() {
    return ignoreMerges;
  }

  List<String> expressions() {
    return expressions;
  }
}
