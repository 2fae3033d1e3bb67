package dev.chainrule.text.tokenizer.huggingface;

import dev.chainrule.text.tokenizer.subword.PreTokenizer;
import dev.chainrule.text.tokenizer.subword.PreTokenizer.Metaspace;
import dev.chainrule.text.tokenizer.subword.PreTokenizer.Metaspace.Where;
import dev.chainrule.text.tokenizer.subword.SplitRule;
import dev.chainrule.text.tokenizer.subword.SplitRule.Behaviour;
import dev.chainrule.text.tokenizer.subword.TextPattern;
import java.util.ArrayList;
import java.util.List;

/** The pre-tokeniser of a file, as its steps. */
final class PreTokenizerReader {
  private static final String KNOWN =
      "Sequence, ByteLevel, Split, Digits, Metaspace, Whitespace, WhitespaceSplit, Punctuation,"
          + " CharDelimiterSplit, BertPreTokenizer";
  private static final String ANY_SPACE = "\\s";

  /** As Unicode and ASCII have it. */
  private static final String PUNCTUATION = "[\\p{P}$+<=>^`|~]";

  private PreTokenizerReader() {}

  static List<PreTokenizer> read(Fields fields) {
    List<PreTokenizer> steps = new ArrayList<>();
    add(fields, steps);
    return steps;
  }

  private static void add(Fields fields, List<PreTokenizer> steps) {
    switch (fields.type()) {
      case "Sequence" -> fields.objects("pretokenizers").forEach(step -> add(step, steps));
      case "ByteLevel" -> {
        if (fields.flag("add_prefix_space", true)) {
          steps.add(new PreTokenizer.PrefixSpace());
        }
        if (fields.flag("use_regex", true)) {
          steps.add(SplitRule.isolated(TextPattern.GPT2));
        }
        steps.add(new PreTokenizer.ByteLetters());
      }
      case "Split" ->
          steps.add(
              new SplitRule(
                  NormalizerReader.pattern(fields),
                  behaviour(fields, fields.string("behavior")),
                  fields.flag("invert", false)));
      case "Digits" ->
          steps.add(
              split(
                  "\\p{N}",
                  fields.flag("individual_digits", false)
                      ? Behaviour.ISOLATED
                      : Behaviour.CONTIGUOUS));
      case "Metaspace" -> steps.add(metaspace(fields));
      case "Whitespace" ->
          steps.add(new SplitRule(TextPattern.regex("\\w+|[^\\w\\s]+"), Behaviour.REMOVED, true));
      case "WhitespaceSplit" -> steps.add(split(ANY_SPACE, Behaviour.REMOVED));
      case "Punctuation" ->
          steps.add(split(PUNCTUATION, behaviour(fields, fields.string("behavior", "Isolated"))));
      case "CharDelimiterSplit" ->
          steps.add(
              new SplitRule(
                  TextPattern.literal(fields.string("delimiter")), Behaviour.REMOVED, false));
      case "BertPreTokenizer" -> {
        steps.add(split(ANY_SPACE, Behaviour.REMOVED));
        steps.add(split(PUNCTUATION, Behaviour.ISOLATED));
      }
      default -> throw fields.unknownType(KNOWN);
    }
  }

  private static SplitRule split(String regex, Behaviour behaviour) {
    return new SplitRule(TextPattern.regex(regex), behaviour, false);
  }

  private static Metaspace metaspace(Fields fields) {
    String mark = fields.string("replacement");
    if (mark.codePointCount(0, mark.length()) != 1) {
      throw fields.refusal("has replacement \"" + mark + "\"", "one character");
    }
    return new Metaspace(mark, where(fields), false, fields.flag("split", true));
  }

  /** Where a mark is written before words; files of before there was a choice have a flag. */
  static Where where(Fields fields) {
    if (!fields.has("prepend_scheme")) {
      return fields.flag("add_prefix_space", true) ? Where.ALWAYS : Where.NEVER;
    }
    return switch (fields.string("prepend_scheme")) {
      case "always" -> Where.ALWAYS;
      case "first" -> Where.FIRST;
      case "never" -> Where.NEVER;
      default ->
          throw fields.refusal(
              "has prepend_scheme \"" + fields.string("prepend_scheme") + "\"",
              "always, first or never");
    };
  }

  private static Behaviour behaviour(Fields fields, String name) {
    return switch (name) {
      case "Removed" -> Behaviour.REMOVED;
      case "Isolated" -> Behaviour.ISOLATED;
      case "MergedWithPrevious" -> Behaviour.MERGED_WITH_PREVIOUS;
      case "MergedWithNext" -> Behaviour.MERGED_WITH_NEXT;
      case "Contiguous" -> Behaviour.CONTIGUOUS;
      default ->
          throw fields.refusal(
              "has behavior \"" + name + "\"",
              "Removed, Isolated, MergedWithPrevious, MergedWithNext or Contiguous");
    };
  }
}
