package dev.chainrule.core.testkit;

import dev.chainrule.base.InputException;
import dev.chainrule.base.io.Json;
import dev.chainrule.base.io.Utf8File;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.model.AutoregressiveModel;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Feeds a model's constructor with broken versions of a configuration, as a checkpoint does: each
 * parameter is compared with the weights before it is declared.
 */
public final class ConfigFuzz {
  private ConfigFuzz() {}

  /**
   * Feeds the constructor.
   *
   * @param config a valid configuration; the weights are those of its model
   */
  public static <C> void run(
      String name,
      C config,
      Class<? extends C> type,
      Function<C, ? extends AutoregressiveModel<?>> construction) {
    Map<String, int[]> weights = new HashMap<>();
    for (Parameter parameter : construction.apply(config).parameters().all()) {
      weights.put(parameter.name(), parameter.shape());
    }
    String[] tokens = Mutations.tokens(Json.line(config));
    ReaderFuzz.run(
        name,
        500,
        random -> Mutations.text(tokens, random),
        bytes -> {
          String text = Utf8File.decode(bytes, ReaderFuzz.ORIGIN, "JSON");
          C read = Json.parse(text, ReaderFuzz.ORIGIN, type);
          try {
            Parameters.expecting(
                (parameter, shape) -> requireSame(weights, parameter, shape),
                () -> construction.apply(read));
          } catch (IllegalArgumentException | ArithmeticException e) {
            throw new InputException(ReaderFuzz.ORIGIN + ": " + e.getMessage(), e);
          }
        });
  }

  private static void requireSame(Map<String, int[]> weights, String name, int[] shape) {
    if (!Arrays.equals(weights.get(name), shape)) {
      throw new InputException(ReaderFuzz.ORIGIN + ": has another " + name);
    }
  }
}
