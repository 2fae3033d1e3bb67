package dev.chainrule.text.tokenizer.huggingface;

import dev.chainrule.text.tokenizer.subword.PreTokenizer.Metaspace.Where;
import dev.chainrule.text.tokenizer.subword.TextPattern;
import dev.chainrule.text.tokenizer.subword.TokenText;
import java.util.ArrayList;
import java.util.List;

/**
 * The decoder of a file, as what is done to each token by itself; only spaces at the beginning of a
 * text are left out of all of them together.
 */
final class DecoderReader {
  private static final String KNOWN =
      "Sequence, ByteLevel, ByteFallback, Fuse, Replace, Strip, Metaspace";

  private final List<TokenText.Step> steps = new ArrayList<>();
  private boolean byteFallback;
  private boolean byteLevel;
  private boolean fused;
  private int addedSpaces;

  private DecoderReader() {}

  static TokenText read(Fields fields) {
    DecoderReader reader = new DecoderReader();
    reader.add(fields);
    return new TokenText(reader.steps, reader.byteFallback, reader.byteLevel, reader.addedSpaces);
  }

  private void add(Fields fields) {
    switch (fields.type()) {
      case "Sequence" -> fields.objects("decoders").forEach(this::add);
      case "ByteLevel" -> byteLevel = true;
      case "ByteFallback" -> byteFallback = true;
      case "Fuse" -> fused = true;
      case "Replace" -> replace(fields);
      case "Strip" -> strip(fields);
      case "Metaspace" -> {
        steps.add(new TokenText.Replace(TextPattern.literal(fields.string("replacement")), " "));
        addedSpaces = PreTokenizerReader.where(fields) == Where.NEVER ? 0 : 1;
      }
      default -> throw fields.unknownType(KNOWN);
    }
  }

  private void replace(Fields fields) {
    Fields pattern = fields.object("pattern");
    String literal = pattern.string("String", "");
    if (fused && literal.codePointCount(0, literal.length()) != 1) {
      throw fields.refusal(
          "replaces more than a character in what Fuse made", "a Replace before the Fuse");
    }
    steps.add(new TokenText.Replace(NormalizerReader.pattern(fields), fields.string("content")));
  }

  private void strip(Fields fields) {
    String content = fields.string("content", " ");
    int start = fields.count("start", 0);
    int stop = fields.count("stop", 0);
    if (content.length() != 1) {
      throw fields.refusal("has content \"" + content + "\"", "one character");
    }
    if (!fused) {
      steps.add(new TokenText.Strip(content.charAt(0), start, stop));
    } else if (stop == 0 && (start == 0 || content.equals(" "))) {
      addedSpaces = start;
    } else {
      throw fields.refusal(
          "takes more than spaces at the beginning from what Fuse made",
          "content \" \" and stop 0, so that a text can be decoded as it comes");
    }
  }
}
