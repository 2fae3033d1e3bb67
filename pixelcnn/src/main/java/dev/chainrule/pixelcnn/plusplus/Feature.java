package dev.chainrule.pixelcnn.plusplus;

import dev.chainrule.core.autograd.ElementwiseOps;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import org.jspecify.annotations.Nullable;

/** A map of a stream, whose concatenated ELU is computed once for all that read it. */
final class Feature {
  private final Variable map;
  private @Nullable Variable activated;

  /** A map [B, H, W, F]. */
  Feature(Variable map) {
    this.map = map;
  }

  Variable map() {
    return map;
  }

  /** ELU of the map and of its negative [B, H, W, 2F]. */
  Variable activated(Tape tape) {
    Variable known = activated;
    if (known == null) {
      known = ElementwiseOps.concatElu(tape, map);
      activated = known;
    }
    return known;
  }
}
