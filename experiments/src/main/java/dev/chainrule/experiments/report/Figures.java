package dev.chainrule.experiments.report;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Names and digits of figures. */
final class Figures {
  /** In this order in tables; others follow as they come. */
  private static final Map<String, String> NAMES = new LinkedHashMap<>();

  static {
    NAMES.put("validation_nll", "held out, nats");
    NAMES.put("best_validation_nll", "best held out, nats");
    NAMES.put("validation_bits_per_dim", "held out, bits");
    NAMES.put("train_nll", "train, nats");
    NAMES.put("steps", "steps");
    NAMES.put("steps_per_second", "steps a second");
    NAMES.put("parameters", "parameters");
    NAMES.put("seconds", "seconds");
  }

  private Figures() {}

  /** The key of a figure in words. */
  static String name(String key) {
    return NAMES.getOrDefault(key, key.replace('_', ' '));
  }

  /** The figures in the order of tables. */
  static Map<String, Double> ordered(Map<String, Double> figures) {
    Map<String, Double> ordered = new LinkedHashMap<>();
    for (String key : NAMES.keySet()) {
      Double value = figures.get(key);
      if (value != null) {
        ordered.put(key, value);
      }
    }
    figures.forEach(ordered::putIfAbsent);
    return ordered;
  }

  /** A number with the digits that matter. */
  static String shown(double value) {
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? "-" : value > 0 ? "infinite" : "-infinite";
    }
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return Math.abs(value) < 10_000
          ? Long.toString((long) value)
          : String.format(Locale.ROOT, "%,d", (long) value);
    }
    double size = Math.abs(value);
    if (size < 1e-3) {
      String text = String.format(Locale.ROOT, "%.3g", value);
      return text.contains("e")
          ? text.replaceFirst("\\.?0*e-0?", "e-")
          : text.replaceFirst("\\.?0+$", "");
    }
    int decimals = (int) Math.clamp(4 - Math.floor(Math.log10(size)), 0, 5);
    String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
    return text.contains(".") ? text.replaceFirst("\\.?0+$", "") : text;
  }

  /**
   * A mean and how far values are from it, with the digits that the deviation leaves.
   *
   * @param deviation NaN of a single value
   */
  static String shown(double mean, double deviation) {
    if (!(deviation > 0)) {
      return shown(mean);
    }
    int decimals = (int) Math.clamp(1 - Math.floor(Math.log10(deviation)), 0, 6);
    return String.format(Locale.ROOT, "%." + decimals + "f ± %." + decimals + "f", mean, deviation);
  }
}
