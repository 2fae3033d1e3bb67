package dev.chainrule.plot;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** SVG of a page as a file of its own. */
final class SvgFile {
  private static final Pattern VARIABLE = Pattern.compile("var\\(--(\\w+)\\)");
  private static final String[] COLOURS = {
    "#0b62b0", "#c2410c", "#0f766e", "#8b2fa0", "#8a6100", "#be185d", "#4b5563", "#3f6212"
  };

  private SvgFile() {}

  /** With the colours of a bright page in place of their names; other programs know no names. */
  static String of(String svg) {
    Matcher matcher = VARIABLE.matcher(svg);
    String coloured = matcher.replaceAll(match -> value(match.group(1)));
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        + coloured.replaceFirst(
            "viewBox=\"0 0 (\\d+) (\\d+)\"",
            "width=\"$1\" height=\"$2\" viewBox=\"0 0 $1 $2\" style=\"background:#fff\"");
  }

  private static String value(String name) {
    return switch (name) {
      case "ink" -> "#1b1f24";
      case "muted" -> "#57606a";
      case "line" -> "#d8dee4";
      case "paper" -> "#ffffff";
      default -> COLOURS[Integer.parseInt(name.substring(1))];
    };
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
