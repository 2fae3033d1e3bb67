package dev.chainrule.experiments;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A page of {@code docs} as a notebook: its Java is the cells of code, and what stands between them
 * the cells of text.
 */
final class NotebookPage {
  private static final Pattern CODE = Pattern.compile("(?ms)^```java\\n(.*?)^```$\\n?");
  private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:|#)([^)#]+)");
  private static final ObjectWriter WRITER = JsonMapper.shared().writerWithDefaultPrettyPrinter();

  private NotebookPage() {}

  /**
   * The notebook of a page.
   *
   * @param markdown of the page
   * @param page where the page lies
   * @param notebook where the notebook lies, to which its links are relative
   */
  static String of(String markdown, Path page, Path notebook) {
    ObjectNode root = JsonMapper.shared().createObjectNode();
    ArrayNode cells = root.putArray("cells");
    Matcher code = CODE.matcher(markdown);
    int done = 0;
    while (code.find()) {
      addText(cells, linked(markdown.substring(done, code.start()), page, notebook));
      ObjectNode cell = cells.addObject();
      cell.put("cell_type", "code");
      cell.putNull("execution_count");
      cell.put("id", id(cells));
      cell.putObject("metadata");
      cell.putArray("outputs");
      lines(cell, code.group(1).strip());
      done = code.end();
    }
    addText(cells, linked(markdown.substring(done), page, notebook));
    ObjectNode metadata = root.putObject("metadata");
    ObjectNode kernel = metadata.putObject("kernelspec");
    kernel.put("display_name", "Java (Chainrule)");
    kernel.put("language", "java");
    kernel.put("name", "chainrule");
    metadata.putObject("language_info").put("name", "java");
    root.put("nbformat", 4);
    root.put("nbformat_minor", 5);
    return WRITER.writeValueAsString(root) + "\n";
  }

  private static void addText(ArrayNode cells, String text) {
    if (text.isBlank()) {
      return;
    }
    ObjectNode cell = cells.addObject();
    cell.put("cell_type", "markdown");
    cell.put("id", id(cells));
    cell.putObject("metadata");
    lines(cell, text.strip());
  }

  private static String id(ArrayNode cells) {
    return "cell-" + cells.size();
  }

  private static void lines(ObjectNode cell, String text) {
    ArrayNode source = cell.putArray("source");
    List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
    for (int i = 0; i < lines.size(); i++) {
      source.add(lines.get(i) + (i + 1 < lines.size() ? "\n" : ""));
    }
  }

  /** With links that lead from the notebook to where those of the page lead. */
  private static String linked(String text, Path page, Path notebook) {
    return LINK.matcher(text)
        .replaceAll(
            link -> {
              Path target = page.resolveSibling(link.group(1)).normalize();
              String relative =
                  Objects.requireNonNull(notebook.getParent()).relativize(target).toString();
              return Matcher.quoteReplacement("](" + relative.replace('\\', '/'));
            });
  }
}
