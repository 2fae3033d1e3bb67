package dev.chainrule.experiments.experiment;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import dev.chainrule.base.io.Utf8File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import tools.jackson.databind.JsonNode;

/** YAML that the program writes, and reads again. */
final class YamlText {
  /** Levels of lists and of keys with values, one in the other. */
  static final int DEEPEST = 20;

  private YamlText() {}

  /** A tree of values as YAML. */
  static String of(JsonNode tree) {
    DumpSettings settings =
        DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).setWidth(100).build();
    return new Dump(settings).dumpToString(Json.mapper().convertValue(tree, Object.class));
  }

  /** The tree of values in a file. */
  static JsonNode read(Path file) throws IOException {
    String text = Utf8File.read(file, "YAML");
    try {
      requireShallow(text, file.toString());
      Object value = new Load(settings(file.toString())).loadFromString(text);
      return Json.mapper().valueToTree(value);
    } catch (YamlEngineException e) {
      throw refused(file.toString(), e);
    }
  }

  /** How files are read: names of things that are elsewhere in them are few. */
  static LoadSettings settings(String label) {
    return LoadSettings.builder().setLabel(label).setMaxAliasesForCollections(20).build();
  }

  /**
   * Refuses a text of more levels than a person writes. The library goes down a level by calling
   * itself, so that this is looked at before.
   */
  static void requireShallow(String text, String origin) {
    int depth = 0;
    for (Event event : new Parse(settings(origin)).parseString(text)) {
      if (event instanceof CollectionStartEvent && ++depth > DEEPEST) {
        throw Place.of(origin, event.getStartMark())
            .refuse("expected at most %d levels".formatted(DEEPEST));
      }
      if (event instanceof CollectionEndEvent) {
        depth--;
      }
    }
  }

  /** What is wrong with a text that is no YAML, and where. */
  static InputException refused(String origin, YamlEngineException e) {
    String what = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    String where = "";
    if (e instanceof MarkedYamlEngineException marked) {
      what = String.valueOf(marked.getProblem());
      Optional<Mark> mark = marked.getProblemMark();
      where = mark.map(m -> ":" + (m.getLine() + 1) + ":" + (m.getColumn() + 1)).orElse("");
    }
    return new InputException("%s%s: is no YAML: %s".formatted(origin, where, what), e);
  }
}
