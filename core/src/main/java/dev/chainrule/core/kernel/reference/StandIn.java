package dev.chainrule.core.kernel.reference;

import dev.chainrule.core.kernel.Kernels;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reference's operations for an engine that lacks some of its own, on memory of the host. That
 * they are slow is said when one is first used, once in a program.
 */
public final class StandIn {
  private static final Logger LOG = LoggerFactory.getLogger(StandIn.class);
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
      LOG.warn("engine {} has no {}: the reference's plain loops stand in", engine, what);
    }
    return reference;
  }
}
