package dev.chainrule.experiments.experiment;

import dev.chainrule.base.InputException;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;

/**
 * Where something stands.
 *
 * @param file as messages name it, or what else it is from, such as {@code --set}
 * @param line from 1; 0 where there are none
 * @param column from 1
 */
record Place(String file, int line, int column) {
  /** Of what no file says. */
  static Place of(String origin) {
    return new Place(origin, 0, 0);
  }

  static Place of(String file, Optional<Mark> mark) {
    return mark.map(m -> new Place(file, m.getLine() + 1, m.getColumn() + 1))
        .orElseGet(() -> of(file));
  }

  /** A refusal of what stands here. */
  InputException refuse(String sentence) {
    return new InputException(this + ": " + sentence);
  }

  @Override
  public String toString() {
    return line == 0 ? file : file + ":" + line + ":" + column;
  }
}
