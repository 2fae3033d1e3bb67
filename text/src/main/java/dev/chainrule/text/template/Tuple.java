package dev.chainrule.text.template;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A list that Python writes in round brackets; it is equal to no other list. */
final class Tuple extends AbstractList<@Nullable Object> {
  private final List<@Nullable Object> elements;

  Tuple(List<? extends @Nullable Object> elements) {
    this.elements = new ArrayList<>(elements);
  }

  @Override
  public @Nullable Object get(int i) {
    return elements.get(i);
  }

  @Override
  public int size() {
    return elements.size();
  }
}
