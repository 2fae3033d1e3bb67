package dev.chainrule.core.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {
  enum Colour {
    RED,
    DARK_BLUE
  }

  record Inner(double base, Colour colour) {}

  record Outer(int numLayers, Inner inner, List<Integer> windows) {}

  private static final Outer USUAL = new Outer(2, new Inner(1.5, Colour.RED), List.of());

  private static Outer set(String... namesAndValues) {
    Map<String, String> changes = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      changes.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return Settings.apply(USUAL, Outer.class, changes, "m");
  }

  @Test
  void componentsOfComponentsAndListsAreSet() {
    assertThat(set("inner.base", "3", "windows", "[8, 0]", "inner.colour", "dark_blue"))
        .isEqualTo(new Outer(2, new Inner(3, Colour.DARK_BLUE), List.of(8, 0)));
    assertThat(set("num_layers", "7")).isEqualTo(new Outer(7, USUAL.inner(), List.of()));
  }

  @Test
  void whatIsNotThereIsRefusedWithWhatIs() {
    for (String name : List.of("base", "inner.b", "inner.base.x", "num_layers.x", "inner.", "")) {
      assertThatThrownBy(() -> set(name, "1"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("num_layers, inner.base, inner.colour, windows");
    }
    assertThatThrownBy(() -> set("windows", "[0.5]")).hasMessageContaining("windows");
    assertThatThrownBy(() -> set("inner", "3")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> set("inner.colour", "green")).hasMessageContaining("green");
  }
}
