package dev.chainrule.core.autograd;

/**
 * What a forward pass uses in place of a frozen parameter, computed from it and from parameters
 * that are learnt, once in each step.
 */
@FunctionalInterface
public interface Substitution {
  /**
   * The substitute.
   *
   * @param frozen the parameter's own value
   * @return a variable of the same shape, made by operations on this tape
   */
  Variable apply(Tape tape, Variable frozen);
}
