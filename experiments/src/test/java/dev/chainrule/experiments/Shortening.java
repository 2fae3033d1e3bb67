package dev.chainrule.experiments;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How a documented command is made short enough to be checked. Options and files stay as they are
 * written; only how much is done changes:
 *
 * <table>
 * <caption>Rules</caption>
 * <tr><th>command</th><th>becomes</th></tr>
 * <tr><td>{@code train}, {@code backtest}</td>
 *   <td>{@code --steps 2}, of a run that is resumed 3, in place of its {@code --steps} and
 *   {@code --seconds}</td></tr>
 * <tr><td>{@code experiment run}</td><td>2 steps of each run, and one seed</td></tr>
 * <tr><td>{@code pixelcnn train}, {@code wavenet train}</td><td>networks of a few units, however
 *   large the command has them</td></tr>
 * <tr><td>loops over seeds</td><td>the first</td></tr>
 * <tr><td>any</td><td>at most {@code --tokens 20}, {@code -n 2}, {@code --samples 2},
 *   {@code --seconds 0.1}, {@code --tune-steps 2}</td></tr>
 * <tr><td>{@code recognise}, {@code recognize}</td><td>nothing but its options read: they fit a
 *   classifier to all of the data first, and have tests of their own</td></tr>
 * <tr><td>{@code bench}</td><td>{@code --list} in place of {@code --peers}: names are matched,
 *   nothing is measured</td></tr>
 * <tr><td>{@code doctor}, {@code demo}, {@code bench compare}, {@code notebook install}</td><td>nothing but its options read: they have slow tests of
 *   their own</td></tr>
 * </table>
 */
final class Shortening {
  private static final Map<String, Double> LARGEST =
      Map.of("--tokens", 20.0, "-n", 2.0, "--samples", 2.0, "--seconds", 0.1, "--tune-steps", 2.0);

  private static final Map<String, Map<String, String>> SMALL =
      Map.of(
          "pixelcnn train",
          Map.of("--layers", "1", "--width", "6"),
          "wavenet train",
          Map.of("--layers", "4", "--residual", "8", "--gate", "8", "--skip", "8"));

  private Shortening() {}

  /** The command to run in place of this one. */
  static List<String> of(List<String> command) {
    List<String> words = new ArrayList<>(command);
    String verb = String.join(" ", words.subList(0, Math.min(2, words.size())));
    if (verb.matches(".* (train|distill|backtest)")) {
      drop(words, "--seconds");
      replace(words, "--steps", words.contains("--resume") ? "3" : "2");
      SMALL.getOrDefault(verb, Map.of()).forEach((option, size) -> replace(words, option, size));
    } else if (verb.equals("experiment run")) {
      words.addAll(List.of("--set", "training.steps=2", "--set", "seeds=1"));
    } else if (verb.matches(".* recogni[sz]e|doctor.*|demo.*|bench compare|notebook install")) {
      words.add("--help");
    } else if (words.getFirst().equals("bench")) {
      drop(words, "--peers");
      words.remove("--list");
      words.add("--list");
    }
    for (int i = 0; i + 1 < words.size(); i++) {
      Double largest = LARGEST.get(words.get(i));
      if (largest != null && Double.parseDouble(words.get(i + 1)) > largest) {
        boolean whole = largest == Math.rint(largest);
        words.set(i + 1, whole ? Long.toString(largest.longValue()) : largest.toString());
      }
    }
    return words;
  }

  /** Of a loop over seeds, the first. */
  static String script(String script) {
    return script.replaceAll("(?m)^(\\s*for seed in \\d+)[ \\d]*;", "$1;");
  }

  private static void replace(List<String> words, String option, String value) {
    drop(words, option);
    words.addAll(List.of(option, value));
  }

  private static void drop(List<String> words, String option) {
    int at = words.indexOf(option);
    if (at >= 0) {
      words.subList(at, Math.min(at + 2, words.size())).clear();
    }
  }
}
