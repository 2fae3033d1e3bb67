package dev.chainrule.experiments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Java of a page.
 *
 * @param heading under which it stands
 * @param code without the fences
 */
record CodeBlock(String heading, String code) {
  private static final Pattern PART = Pattern.compile("(?ms)^#+ ([^\\n]*)$|^```java\\n(.*?)^```$");
  private static final Pattern FILE = Pattern.compile("\\A// (\\S+\\.java)\\n");

  static List<CodeBlock> of(Path page) throws IOException {
    List<CodeBlock> blocks = new ArrayList<>();
    String heading = "";
    Matcher part = PART.matcher(Files.readString(page));
    while (part.find()) {
      if (part.group(1) != null) {
        heading = part.group(1);
      } else {
        blocks.add(new CodeBlock(heading, part.group(2)));
      }
    }
    return blocks;
  }

  /** The file that its first line names, written below a folder. */
  Path write(Path folder) throws IOException {
    Matcher file = FILE.matcher(code);
    if (!file.find()) {
      throw new IllegalArgumentException("no file is named in " + code);
    }
    Path path = folder.resolve(file.group(1));
    Files.createDirectories(path.getParent());
    return Files.writeString(path, code);
  }
}
