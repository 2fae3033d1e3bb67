package dev.chainrule.wavenet.data;

import dev.chainrule.base.InputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a file's name says: for example {@code {digit}_{speaker}_{index}.wav}, where a name in
 * braces stands for any characters but an underscore or a slash.
 */
public final class LabelPattern {
  private static final Pattern FIELD = Pattern.compile("\\{([a-z][a-z0-9]*)}");

  private final String text;
  private final Pattern pattern;
  private final List<String> names = new ArrayList<>();

  /**
   * A pattern.
   *
   * @throws IllegalArgumentException if a name occurs twice
   */
  public LabelPattern(String text) {
    this.text = text;
    Matcher field = FIELD.matcher(text);
    StringBuilder regex = new StringBuilder();
    int from = 0;
    while (field.find()) {
      if (names.contains(field.group(1))) {
        throw new IllegalArgumentException(
            "label pattern %s: {%s} occurs twice, expected once".formatted(text, field.group(1)));
      }
      names.add(field.group(1));
      regex.append(Pattern.quote(text.substring(from, field.start()))).append("([^_/]+)");
      from = field.end();
    }
    regex.append(Pattern.quote(text.substring(from)));
    pattern = Pattern.compile(regex.toString());
  }

  /** Names of the fields, in their order. */
  public List<String> names() {
    return List.copyOf(names);
  }

  /**
   * The fields of a file name.
   *
   * @throws InputException if it does not fit
   */
  public Map<String, String> read(String fileName) {
    Matcher matcher = pattern.matcher(fileName);
    if (!matcher.matches()) {
      throw new InputException(
          "%s: file name does not fit the label pattern %s".formatted(fileName, text));
    }
    Map<String, String> fields = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      fields.put(names.get(i), matcher.group(i + 1));
    }
    return fields;
  }
}
