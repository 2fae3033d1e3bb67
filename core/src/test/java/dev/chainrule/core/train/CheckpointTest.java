package dev.chainrule.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.autograd.Initializer;
import dev.chainrule.core.autograd.Parameters;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
  private static Parameters stack(int layers, int width) {
    Parameters parameters = new Parameters();
    for (int layer = 0; layer < layers; layer++) {
      parameters.add("layer." + layer, Initializer.constant(1), width, 3);
    }
    return parameters;
  }

  private static Checkpoint written(Path folder) throws Exception {
    Parameters parameters = stack(2, 5);
    parameters.allocate(DType.FLOAT32, 0);
    Checkpoint checkpoint = new Checkpoint(folder.resolve("run"), "stack", Set.of());
    checkpoint.write(
        new Checkpoint.Content(
            Map.of("layers", 2), parameters, null, null, null, List.of(), empty -> {}));
    return checkpoint;
  }

  @Test
  void aDescriptionIsComparedWithTheWeightsBeforeItIsBuilt(@TempDir Path folder) throws Exception {
    Checkpoint checkpoint = written(folder);
    assertThat(checkpoint.construct(() -> stack(2, 5)).count()).isEqualTo(30);
    // Memory for a small part of these is nowhere.
    assertThatThrownBy(() -> checkpoint.construct(() -> stack(2_000_000_000, 5)))
        .isInstanceOf(InputException.class)
        .hasMessageEndingWith(
            "config.json: describes a model with a tensor layer.2 of shape [5, 3], but"
                + " model.safetensors has none of that name");
    assertThatThrownBy(() -> checkpoint.construct(() -> stack(2, 2_000_000_000)))
        .isInstanceOf(InputException.class)
        .hasMessageEndingWith(
            "a tensor layer.0 of shape [2000000000, 3], but model.safetensors has layer.0 F32[5, 3]");
    assertThatThrownBy(
            () -> checkpoint.construct(() -> stack(Math.multiplyExact(1 << 20, 1 << 20), 5)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("describes no model that can be built");
  }

  @Test
  void afterwardsAnythingMayBeDeclaredAgain(@TempDir Path folder) throws Exception {
    Checkpoint checkpoint = written(folder);
    checkpoint.construct(() -> stack(1, 5));
    assertThat(stack(7, 9).count()).isEqualTo(7 * 9 * 3);
  }
}
