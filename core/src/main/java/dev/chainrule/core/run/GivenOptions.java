package dev.chainrule.core.run;

import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The options by which a person began a run. A program that trains has none.
 *
 * @param values of all options that there are, given or default, by their longest names
 * @param given names of those that were given
 */
public record GivenOptions(Map<String, String> values, Set<String> given) {
  public GivenOptions {
    values = Map.copyOf(values);
    given = Set.copyOf(given);
  }

  /** Those of a program. */
  public static GivenOptions none() {
    return new GivenOptions(Map.of(), Set.of());
  }

  /** The value of the option of this name. */
  public String value(String name) {
    return Objects.requireNonNull(values.get(name), name);
  }
}
