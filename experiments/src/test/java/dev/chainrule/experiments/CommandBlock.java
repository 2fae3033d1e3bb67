package dev.chainrule.experiments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Commands of a page, as bash would get them.
 *
 * @param line where they begin, from 1
 * @param script what stands there
 */
record CommandBlock(int line, String script) {
  private static final Pattern INLINE = Pattern.compile("`(\\./chainrule [^`]*)`");
  private static final Pattern COMMAND =
      Pattern.compile("(?m)^\\s*(\\./chainrule|mvn|source <\\(\\./chainrule) ?");

  /**
   * All of a page: blocks between fences, indented blocks, and what stands between back quotes in
   * running text, unless it lists verbs to choose from ({@code train|eval}) or goes on after the
   * line, or needs Spark, which no test of this module has.
   */
  static List<CommandBlock> of(Path page) throws IOException {
    List<CommandBlock> blocks = new ArrayList<>();
    List<String> lines = Files.readAllLines(page);
    StringBuilder block = new StringBuilder();
    boolean fenced = false;
    int begin = 0;
    for (int i = 0; i <= lines.size(); i++) {
      String line = i < lines.size() ? lines.get(i) : "";
      boolean fence = line.startsWith("```");
      boolean indented = !fenced && line.startsWith("    ");
      if (fenced && !fence || indented) {
        begin = block.isEmpty() ? i + 1 : begin;
        block.append(line).append('\n');
        continue;
      }
      add(blocks, begin, block);
      fenced = fence != fenced;
      Matcher inline = INLINE.matcher(line);
      while (inline.find()) {
        if (!inline.group(1).matches("\\S+ \\S+ \\w+\\|.*")) {
          blocks.add(new CommandBlock(i + 1, inline.group(1) + "\n"));
        }
      }
    }
    return blocks;
  }

  private static void add(List<CommandBlock> blocks, int begin, StringBuilder block) {
    boolean onSpark = block.indexOf("-Pspark") >= 0 || block.indexOf("spark-submit") >= 0;
    if (COMMAND.matcher(block).find() && !onSpark) {
      blocks.add(new CommandBlock(begin, block.toString()));
    }
    block.setLength(0);
  }

  /** Whether it asks for data that do not come with the project. */
  boolean needsData() {
    return script.contains("$CHAINRULE_DATA")
        || script.contains("experiments/studies/")
        || Pattern.compile("--data (tinyshakespeare|mnist|fsdd|chorales)").matcher(script).find();
  }
}
