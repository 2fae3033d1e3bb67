package dev.chainrule.experiments.bench;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * What one or several runs of {@code bench} measured, by the files of their {@code --out}.
 *
 * @param files how many
 * @param sgemmGflops the float32 product of each run, 10⁹ operations a second
 * @param milliseconds of each benchmark, in the order of the first run, one a run that has it
 */
record BenchRuns(int files, List<Double> sgemmGflops, Map<String, List<Double>> milliseconds) {
  /**
   * Reads a file, or all {@code .json} files of a folder.
   *
   * @throws InputException if there is none, or one that {@code bench} has not written
   */
  static BenchRuns read(Path path) throws IOException {
    List<Path> files = List.of(path);
    if (Files.isDirectory(path)) {
      try (Stream<Path> all = Files.list(path)) {
        files = all.filter(file -> file.toString().endsWith(".json")).sorted().toList();
      }
      if (files.isEmpty()) {
        throw new InputException(path + ": holds no .json file, expected those of bench --out");
      }
    }
    List<Double> ceilings = new ArrayList<>();
    Map<String, List<Double>> milliseconds = new LinkedHashMap<>();
    for (Path file : files) {
      JsonNode report = Json.read(file, JsonNode.class);
      JsonNode results = report.path("results");
      JsonNode ceiling = report.path("ceilings").path("sgemm_gflops");
      if (!results.isArray() || results.isEmpty() || !ceiling.isNumber()) {
        throw new InputException(
            file + ": has no \"ceilings\" and \"results\", expected what bench --out writes");
      }
      ceilings.add(ceiling.asDouble());
      for (JsonNode result : results) {
        JsonNode name = result.path("name");
        double time = result.path("milliseconds").asDouble(Double.NaN);
        if (!name.isString() || !(time > 0) || Double.isInfinite(time)) {
          throw new InputException(
              "%s: found the result %s, expected a name and a time above 0"
                  .formatted(file, result));
        }
        milliseconds.computeIfAbsent(name.asString(), n -> new ArrayList<>()).add(time);
      }
    }
    return new BenchRuns(files.size(), ceilings, milliseconds);
  }
}
