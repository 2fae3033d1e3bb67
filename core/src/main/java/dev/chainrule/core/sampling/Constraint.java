package dev.chainrule.core.sampling;

/**
 * Which classes of one stream may come next, given those before: a grammar, a form, what a program
 * takes. It is applied before all else that changes a distribution; one object for each stream,
 * used by one thread at a time.
 */
public interface Constraint {
  /**
   * The classes that may come next: class c is bit {@code c % 64} of number {@code c / 64}.
   *
   * @return at least one of V bits is set; changed by nobody, and not to be kept
   * @throws dev.chainrule.base.InputException if there is no such class
   */
  long[] allowed();

  /** One of them has come. */
  void accept(int id);
}
