package dev.chainrule.core.testkit;

import dev.chainrule.core.model.Batch;
import java.lang.reflect.RecordComponent;

/** What the sequences of a batch are conditioned on. */
final class Conditions {
  private Conditions() {}

  /** Whether a batch has nothing but its elements, so that all sequences are alike. */
  static boolean none(Batch batch) {
    for (RecordComponent component : batch.getClass().getRecordComponents()) {
      try {
        if (!component.getName().equals("elements")
            && component.getAccessor().invoke(batch) != null) {
          return false;
        }
      } catch (ReflectiveOperationException e) {
        throw new AssertionError(e);
      }
    }
    return true;
  }
}
