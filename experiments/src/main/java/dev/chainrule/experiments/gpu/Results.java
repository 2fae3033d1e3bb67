package dev.chainrule.experiments.gpu;

import java.util.Locale;

/** Measured numbers, a line each, from which {@code experiments/gpu/run.sh} fills its table. */
final class Results {
  private Results() {}

  /** One of them. */
  static void print(String name, double value) {
    System.out.printf(Locale.ROOT, "RESULT %s %.6g%n", name, value);
  }
}
