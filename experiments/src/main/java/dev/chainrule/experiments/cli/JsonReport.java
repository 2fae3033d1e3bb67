package dev.chainrule.experiments.cli;

import dev.chainrule.base.io.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The JSON object that {@code --json} prints: the common keys, then the command's own. */
final class JsonReport {
  private JsonReport() {}

  static String of(String command, double seconds, CommonOptions common, Object result) {
    ObjectNode report = Json.mapper().createObjectNode();
    report.put("command", command.substring(command.indexOf(' ') + 1));
    report.put("seconds", seconds);
    report.put("seed", common.seed());
    report.put("engine", common.engine().toString());
    report.put("threads", common.threads());
    report.put("out", common.out() == null ? null : common.out().toString());
    JsonNode own = Json.mapper().valueToTree(result);
    if (!(own instanceof ObjectNode fields)) {
      throw new IllegalStateException(
          command + " returned " + result.getClass().getName() + ", expected a record or a map");
    }
    report.setAll(fields);
    return report.toString();
  }
}
