package dev.chainrule.core.kernel.reference;

import dev.chainrule.core.kernel.Kernels;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The reference's operations for an engine that lacks some of its own, on memory of the host. That
 * they are slow is said when one is first used, once in a program.
 */
public final class StandIn {
  private static final Set<String> SAID = ConcurrentHashMap.newKeySet();

  private final String engine;
  private final Kernels reference = new ReferenceKernels();

  /** For an engine of this name. */
  public StandIn(String engine) {
    this.engine = engine;
  }

  /**
   * Kernels that have what the engine lacks.
   *
   * @param what the operation or family, as the user reads it
   */
  public Kernels of(String what) {
    if (SAID.add(engine + ": " + what)) {
      // On standard error: a program may have no logging, and its user wonders why it is slow.
      System.err.printf(
          "chainrule: engine %s has no %s: the reference's plain loops stand in%n", engine, what);
    }
    return reference;
  }
}
