package dev.chainrule.base.hierarchy;

/** Makes forecasts of the nodes of a hierarchy add up, step by step. */
@FunctionalInterface
public interface Reconciler {
  /**
   * Coherent values.
   *
   * @param base forecasts of one step, or a draw of it, of all nodes [nodes]
   * @return the same that add up [nodes]
   */
  double[] reconcile(double[] base);
}
