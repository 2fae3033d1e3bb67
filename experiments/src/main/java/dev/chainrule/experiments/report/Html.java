package dev.chainrule.experiments.report;

import java.util.List;

/** Text of a page, escaped where it comes from elsewhere. */
final class Html {
  private final StringBuilder out = new StringBuilder();

  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** Markup as it is. */
  Html add(String markup) {
    out.append(markup);
    return this;
  }

  /** Markup with escaped texts in the places of {@code %s}. */
  Html add(String markup, Object... texts) {
    Object[] escaped = new Object[texts.length];
    for (int i = 0; i < texts.length; i++) {
      escaped[i] = escaped(String.valueOf(texts[i]));
    }
    out.append(markup.formatted(escaped));
    return this;
  }

  /**
   * A table whose first column heads its rows.
   *
   * @param caption says what it holds
   * @param rows as long as the header; columns of numbers are set to the right
   */
  Html table(String caption, List<String> header, List<List<String>> rows) {
    add("<div class=\"wide\"><table><caption>%s</caption><thead><tr>", caption);
    boolean[] numbers = new boolean[header.size()];
    for (int i = 0; i < header.size(); i++) {
      int column = i;
      numbers[i] = i > 0 && rows.stream().allMatch(row -> isNumber(row.get(column)));
      add("<th scope=\"col\"" + (numbers[i] ? " class=\"n\"" : "") + ">%s</th>", header.get(i));
    }
    add("</tr></thead><tbody>\n");
    for (List<String> row : rows) {
      add("<tr>");
      for (int i = 0; i < row.size(); i++) {
        if (i == 0) {
          add("<th scope=\"row\">%s</th>", row.get(i));
        } else {
          add("<td" + (numbers[i] ? " class=\"n\"" : "") + ">%s</td>", row.get(i));
        }
      }
      add("</tr>\n");
    }
    return add("</tbody></table></div>\n");
  }

  private static boolean isNumber(String cell) {
    return cell.matches("-|[-+]?[\\d.,]+(e-?\\d+)?( ± [\\d.,e-]+)?");
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
