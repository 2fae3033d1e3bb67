package dev.chainrule.experiments.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.chainrule.base.InputException;
import dev.chainrule.pixelcnn.run.PixelModel;
import dev.chainrule.pixelcnn.run.PixelSampling;
import dev.chainrule.pixelcnn.run.PixelSizes;
import dev.chainrule.pixelcnn.run.PixelTraining;
import dev.chainrule.wavenet.WaveNetConfig;
import dev.chainrule.wavenet.audio.AudioClip;
import dev.chainrule.wavenet.audio.WavWriter;
import dev.chainrule.wavenet.run.AudioModel;
import dev.chainrule.wavenet.run.AudioSampling;
import dev.chainrule.wavenet.run.AudioTraining;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is served of images and sound is what their models draw. */
class ServedMediaTest {
  @TempDir Path folder;

  @Test
  void imagesAreThoseOfTheModel() throws Exception {
    PixelTraining training =
        PixelTraining.usual().withSizes(PixelSizes.of(1, 4)).withClasses(true).withSteps(1);
    PixelModel model = PixelModel.train("digits", training, folder.resolve("digits"));
    ServedImages served = new ServedImages("digits", model);
    List<byte[]> files = served.draw(2, 5, 0.9, OptionalInt.of(3), () -> false);
    List<BufferedImage> own =
        model.sample(2, PixelSampling.of(5).withTemperature(0.9).withLabel(3));
    assertThat(served.size())
        .isEqualTo(own.getFirst().getWidth() + "x" + own.getFirst().getHeight());
    for (int i = 0; i < 2; i++) {
      BufferedImage image = ImageIO.read(new ByteArrayInputStream(files.get(i)));
      for (int y = 0; y < image.getHeight(); y++) {
        for (int x = 0; x < image.getWidth(); x++) {
          assertThat(image.getRGB(x, y)).isEqualTo(own.get(i).getRGB(x, y));
        }
      }
    }
    assertThatThrownBy(() -> served.draw(1, 5, 1, OptionalInt.of(10), () -> false))
        .hasMessage("class 10, expected 0 to 9");
    assertThatThrownBy(() -> served.draw(1, 5, 1, OptionalInt.empty(), () -> true));
  }

  @Test
  void soundIsThatOfTheModel() throws Exception {
    AudioTraining training =
        AudioTraining.notes()
            .withStack(new WaveNetConfig.Stack(1, 4, 2, 4, 4, 4))
            .withCropLength(128)
            .withSteps(1);
    Path clips = Files.createDirectory(folder.resolve("clips"));
    for (int i = 0; i < 4; i++) {
      float[] samples = new float[600];
      for (int t = 0; t < samples.length; t++) {
        samples[t] = (float) Math.sin(0.1 * (i + 1) * t);
      }
      WavWriter.write(clips.resolve(i + ".wav"), new AudioClip(4000, samples));
    }
    AudioModel model = AudioModel.train(clips.toString(), training, folder.resolve("notes"));
    ServedAudio served = new ServedAudio("notes", model);
    AudioClip own = model.sample(0.05, 1, AudioSampling.of(7)).getFirst();
    assertThat(served.draw(0.05, 7, 1, Map.of(), () -> false)).isEqualTo(WavWriter.bytes(own));
    assertThatThrownBy(() -> served.draw(1, 7, 1, Map.of("digit", "3"), () -> false))
        .hasMessageContaining("not conditioned");
    AudioTraining features =
        new AudioTraining(
            training.clips(),
            training.signal(),
            training.head(),
            training.stack(),
            training.condition(),
            true,
            training.cropLength(),
            training.recipe());
    AudioModel vocoder = AudioModel.train(clips.toString(), features, folder.resolve("vocoder"));
    assertThatThrownBy(() -> new ServedAudio("vocoder", vocoder))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("vocoder: a vocoder,");
    assertThatThrownBy(() -> served.draw(1, 7, 1, Map.of(), () -> true))
        .isInstanceOf(CancellationException.class);
  }
}
