package dev.chainrule.text.template;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Variables, and those around them. */
final class Scope {
  private final @Nullable Scope around;
  private final Map<String, @Nullable Object> values = new HashMap<>();

  Scope(@Nullable Scope around) {
    this.around = around;
  }

  void set(String name, @Nullable Object value) {
    values.put(name, value);
  }

  @Nullable Object get(String name) {
    for (Scope scope = this; scope != null; scope = scope.around) {
      if (scope.values.containsKey(name)) {
        return scope.values.get(name);
      }
    }
    return new Undefined(name);
  }
}
