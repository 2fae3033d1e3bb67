package dev.chainrule.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LossCurveTest {
  @TempDir Path folder;

  @Test
  void readsBatchesAndHeldOutMeasurementsOfARun() throws IOException {
    Files.writeString(
        folder.resolve("train.jsonl"),
        """
        {"step":10,"train_nll":2.5,"validation_nll":null}
        {"step":20,"train_nll":2.0,"validation_nll":null}
        {"step":20,"train_nll":null,"validation_nll":2.25}
        """);
    LossCurve curve = LossCurve.of(folder);
    assertThat(curve.learned())
        .containsExactly(new LossCurve.Point(10, 2.5), new LossCurve.Point(20, 2.0));
    assertThat(curve.heldOut()).containsExactly(new LossCurve.Point(20, 2.25));
    Path png = folder.resolve("loss.png");
    curve.write(png, "a run");
    assertThat(ImageIO.read(png.toFile()).getWidth()).isEqualTo(1000);
  }

  @Test
  void refusesALogWithoutMeasurements() throws IOException {
    Files.writeString(folder.resolve("train.jsonl"), "{\"step\":10}\n");
    assertThatThrownBy(() -> LossCurve.of(folder))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("train.jsonl: holds no measurement");
  }
}
