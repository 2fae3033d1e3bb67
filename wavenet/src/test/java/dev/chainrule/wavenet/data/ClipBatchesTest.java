package dev.chainrule.wavenet.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.base.InputException;
import dev.chainrule.wavenet.WaveBatch;
import dev.chainrule.wavenet.WaveNetConfig;
import dev.chainrule.wavenet.WaveNetConfig.Label;
import dev.chainrule.wavenet.WaveNetConfig.Local;
import dev.chainrule.wavenet.WaveNetConfig.Stack;
import dev.chainrule.wavenet.audio.AudioClip;
import dev.chainrule.wavenet.audio.MelFeatures;
import dev.chainrule.wavenet.audio.WavWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClipBatchesTest {
  private static final WaveNetConfig CONFIG =
      WaveNetConfig.muLaw(8000, new Stack(1, 2, 2, 4, 4, 4))
          .withLabels(List.of(new Label("digit", List.of("3", "7"))));

  private static LabelledClip clip(int length, String digit) {
    float[] samples = new float[length];
    java.util.Arrays.fill(samples, 1);
    return new LabelledClip("x.wav", new AudioClip(8000, samples), Map.of("digit", digit));
  }

  @Test
  void aShortClipIsFollowedBySilenceThatIsNotPredicted() {
    ClipBatches batches = new ClipBatches(CONFIG, List.of(clip(3, "7")), null);
    WaveBatch batch = batches.training(2, 5, 1).at(0);
    assertThat(batch.elements().toInts())
        .containsExactly(255, 255, 255, -1, -1, 255, 255, 255, -1, -1);
    assertThat(batch.conditions().labels().toInts()).containsExactly(1, 1);
  }

  @Test
  void wholeClipsLeaveNoSampleOut() {
    ClipBatches batches = new ClipBatches(CONFIG, List.of(clip(3, "7"), clip(9, "3")), null);
    assertThat(batches.whole()).extracting(WaveBatch::length).containsExactly(3, 9);
    assertThat(batches.samples()).isEqualTo(12);
  }

  @Test
  void cropsBeginOnFrames() {
    MelFeatures.Config mel = new MelFeatures.Config(8000, 128, 64, 6, 0, 4000);
    WaveNetConfig config = CONFIG.withLocal(new Local(6, 64, List.of(8, 8)));
    ClipBatches batches = new ClipBatches(config, List.of(clip(1000, "3")), mel);
    WaveBatch batch = batches.training(3, 256, 9).at(4);
    assertThat(batch.conditions().frames().shape()).containsExactly(3, 4, 6);
    assertThatThrownBy(() -> batches.training(3, 100, 9))
        .hasMessage("crops of 100 samples, expected a multiple of the hop 64");
  }

  @Test
  void unknownLabelsAreNamed() {
    assertThatThrownBy(() -> new ClipBatches(CONFIG, List.of(clip(3, "4")), null))
        .isInstanceOf(InputException.class)
        .hasMessage("x.wav: unknown digit 4, expected one of 3, 7");
  }

  @TempDir Path folder;

  @Test
  void foldersAreReadByPatternAtOneRate() throws IOException {
    WavWriter.write(folder.resolve("7_anna_0.wav"), new AudioClip(16000, new float[1600]));
    ClipFolder reader =
        new ClipFolder(8000, 0, 0, null, new LabelPattern("{digit}_{speaker}_{index}.wav"));
    ClipFolder.Content content = reader.read(folder);
    assertThat(content.clips()).hasSize(1);
    assertThat(content.clips().getFirst().labels())
        .containsEntry("digit", "7")
        .containsEntry("speaker", "anna");
    assertThat(content.clips().getFirst().clip().samples()).hasSize(800);
    WavWriter.write(folder.resolve("other.wav"), new AudioClip(8000, new float[8]));
    assertThatThrownBy(() -> reader.read(folder))
        .hasMessage(
            "other.wav: file name does not fit the label pattern {digit}_{speaker}_{index}.wav");
  }

  @Test
  void clipsAreScaledToAPeakOrToALoudness() throws IOException {
    WavWriter.write(folder.resolve("a.wav"), new AudioClip(8000, new float[] {0.5f, -0.25f}));
    assertThat(read(new ClipFolder(8000, 0, 0.8, null, null)).peak())
        .isCloseTo(0.8f, within(1e-6f));
    assertThat(read(new ClipFolder(8000, 0, 0.8, -40.0, null)).rms()).isCloseTo(0.01, within(1e-6));
    assertThatThrownBy(() -> new ClipFolder(8000, 0, 0.8, 3.0, null))
        .hasMessage("loudness 3.0 dB, expected -100 to 0");
  }

  private AudioClip read(ClipFolder reader) throws IOException {
    return reader.read(folder).clips().getFirst().clip();
  }
}
