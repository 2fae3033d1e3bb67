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
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import tools.jackson.databind.JsonNode;

/** YAML that the program writes, and reads again. */
final class YamlText {
  private YamlText() {}

  /** A tree of values as YAML. */
  static String of(JsonNode tree) {
    DumpSettings settings =
        DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).setWidth(100).build();
    return new Dump(settings).dumpToString(Json.mapper().convertValue(tree, Object.class));
  }

  /** The tree of values in a file. */
  static JsonNode read(Path file) throws IOException {
    try {
      Object value =
          new Load(settings(file.toString())).loadFromString(Utf8File.read(file, "YAML"));
      return Json.mapper().valueToTree(value);
    } catch (YamlEngineException e) {
      throw refused(file.toString(), e);
    }
  }

  /** How files are read: names of things that are elsewhere in them are few. */
  static LoadSettings settings(String label) {
    return LoadSettings.builder().setLabel(label).setMaxAliasesForCollections(20).build();
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
