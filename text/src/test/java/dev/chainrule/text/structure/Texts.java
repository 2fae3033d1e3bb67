package dev.chainrule.text.structure;

import java.util.Set;

/** Whether texts are in a structure, token by token as they are drawn. */
final class Texts {
  static final Vocabulary BYTES = Vocabulary.of(Pieces.bytesAnd());

  private Texts() {}

  static boolean isIn(Format format, String text) {
    return isIn(Structure.of(format, BYTES), text);
  }

  /** Whether it is one, by tokens that may all come. */
  static boolean isIn(Structure structure, String text) {
    StructuredText stream = structure.begin(Set.of());
    for (int id : structure.vocabulary().tokenizer().encode(text)) {
      if (stream.isOver() || (stream.allowed()[id >> 6] & 1L << id) == 0) {
        return false;
      }
      stream.accept(id);
    }
    return stream.isComplete();
  }
}
