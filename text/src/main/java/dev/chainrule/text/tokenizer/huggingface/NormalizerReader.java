package dev.chainrule.text.tokenizer.huggingface;

import dev.chainrule.text.tokenizer.subword.Charsmap;
import dev.chainrule.text.tokenizer.subword.Normalizer;
import dev.chainrule.text.tokenizer.subword.TextPattern;
import java.text.Normalizer.Form;
import java.util.Base64;
import java.util.List;

/** The normaliser of a file. */
final class NormalizerReader {
  private static final String KNOWN =
      "Sequence, NFC, NFD, NFKC, NFKD, Lowercase, StripAccents, Replace, Prepend, Strip,"
          + " ByteLevel, Precompiled";

  private NormalizerReader() {}

  static Normalizer read(Fields fields) {
    return switch (fields.type()) {
      case "Sequence" -> {
        List<Fields> steps = fields.objects("normalizers");
        yield new Normalizer.Sequence(steps.stream().map(NormalizerReader::read).toList());
      }
      case "NFC" -> new Normalizer.Unicode(Form.NFC);
      case "NFD" -> new Normalizer.Unicode(Form.NFD);
      case "NFKC" -> new Normalizer.Unicode(Form.NFKC);
      case "NFKD" -> new Normalizer.Unicode(Form.NFKD);
      case "Lowercase" -> new Normalizer.Lowercase();
      case "StripAccents" -> new Normalizer.StripAccents();
      case "Replace" -> new Normalizer.Replace(pattern(fields), fields.string("content"));
      case "Prepend" -> new Normalizer.Prepend(fields.string("prepend"));
      case "Strip" ->
          new Normalizer.Strip(fields.flag("strip_left", true), fields.flag("strip_right", true));
      case "ByteLevel" -> new Normalizer.ByteLetters();
      case "Precompiled" -> new Normalizer.Precompiled(charsmap(fields), true);
      default -> throw fields.unknownType(KNOWN);
    };
  }

  private static Charsmap charsmap(Fields fields) {
    try {
      return Charsmap.read(Base64.getDecoder().decode(fields.string("precompiled_charsmap")));
    } catch (IllegalArgumentException e) {
      throw fields.refusal("has a precompiled_charsmap that is no base64", "base64");
    }
  }

  /** {@code {"String": text}} or {@code {"Regex": expression}}. */
  static TextPattern pattern(Fields fields) {
    Fields pattern = fields.object("pattern");
    if (pattern.has("Regex")) {
      return TextPattern.regex(pattern.string("Regex"));
    }
    String text = pattern.string("String");
    if (text.isEmpty()) {
      throw pattern.refusal("is an empty text", "one to look for");
    }
    return TextPattern.literal(text);
  }
}
