package dev.chainrule.core.train;

/** Training met a number that is not finite; the parameters are those before the step. */
public final class DivergenceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DivergenceException(String sentence) {
    super(sentence);
  }
}
