package dev.chainrule.core.nn;

import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Initializer;
import dev.chainrule.core.autograd.Ops;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;

/** A learned vector for each of a number of ids. */
public final class Embedding {
  private final Parameter table;

  /** Declares {@code name.weight} [count, width]. */
  public Embedding(
      Parameters parameters, String name, int count, int width, Initializer initializer) {
    table = parameters.add(name + ".weight", initializer, count, width);
  }

  /**
   * The vectors of ids.
   *
   * @param ids int32 of any shape, each below the count
   * @return the shape of ids, then width
   */
  public Variable forward(Tape tape, Tensor ids) {
    return Ops.embedding(tape, ids, tape.parameter(table));
  }

  /** Adds vector t to place t of every sequence: learned positions. */
  public Variable addTo(Tape tape, Variable x) {
    return Ops.addRows(tape, x, tape.parameter(table));
  }

  /** [count, width]. */
  public Parameter table() {
    return table;
  }
}
