package dev.chainrule.arima;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What R 4.2.2 with forecast 8.20 computed on ten series, beside the data and not shipped. */
public final class ROracle {
  private final JsonNode root;

  private ROracle(JsonNode root) {
    this.root = root;
  }

  /** The file beside the data folder; the test that asks is skipped where it is absent. */
  public static ROracle orSkip() {
    String data = System.getenv("CHAINRULE_DATA");
    assumeTrue(data != null, "CHAINRULE_DATA is not set");
    Path file = Path.of(data).resolveSibling("oracles").resolve("arima_r.json");
    assumeTrue(Files.exists(file), file + " is absent");
    try {
      return new ROracle(JsonMapper.builder().build().readTree(Files.readString(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public JsonNode at(String... path) {
    JsonNode node = root;
    for (String key : path) {
      node = node.get(key);
    }
    return node;
  }

  /** A series by name; the suffix {@code _log} takes logarithms. */
  public double[] series(String name) {
    if (name.endsWith("_log")) {
      return Arrays.stream(series(name.substring(0, name.length() - 4))).map(Math::log).toArray();
    }
    return numbers(at("series", name, "values"));
  }

  public int period(String name) {
    return at("series", name, "frequency").asInt();
  }

  /** A number or an array of numbers; null is NaN. */
  public static double[] numbers(JsonNode node) {
    if (!node.isArray()) {
      return new double[] {node.asDouble()};
    }
    double[] result = new double[node.size()];
    for (int i = 0; i < result.length; i++) {
      result[i] = node.get(i).isNull() ? Double.NaN : node.get(i).asDouble();
    }
    return result;
  }

  public static Map<String, Double> named(JsonNode node) {
    Map<String, Double> result = new HashMap<>();
    node.properties().forEach(e -> result.put(e.getKey(), e.getValue().asDouble()));
    return result;
  }

  /** The model of a case that has p, d, q, P, D, Q, m and coef. */
  public static ArimaSpec spec(JsonNode c) {
    return new ArimaSpec(
        new ArimaOrder(c.get("p").asInt(), c.get("d").asInt(), c.get("q").asInt()),
        seasonal(c.get("P").asInt(), c.get("D").asInt(), c.get("Q").asInt(), c.get("m").asInt()),
        c.get("coef").has("intercept"),
        c.get("coef").has("drift"));
  }

  public static SeasonalOrder seasonal(int p, int d, int q, int m) {
    return p + d + q > 0 ? new SeasonalOrder(p, d, q, m) : SeasonalOrder.NONE;
  }
}
