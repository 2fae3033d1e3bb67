package dev.chainrule.wavenet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.chainrule.core.array.DType;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.engine.Engines;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.core.optim.AdamW;
import dev.chainrule.core.optim.LearningRateSchedule;
import dev.chainrule.core.train.Evaluator;
import dev.chainrule.core.train.TrainConfig;
import dev.chainrule.core.train.Trainer;
import dev.chainrule.wavenet.WaveNetConfig.Stack;
import dev.chainrule.wavenet.audio.AudioClip;
import dev.chainrule.wavenet.data.ClipBatches;
import dev.chainrule.wavenet.data.LabelledClip;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One sine is learnt by heart, and goes on at its frequency. */
@Tag("slow")
class OverfitTest {
  private static final int RATE = 8000;
  private static final double HERTZ = 440;

  private static float[] sine(int samples) {
    float[] x = new float[samples];
    for (int t = 0; t < samples; t++) {
      x[t] = (float) (0.5 * Math.sin(2 * Math.PI * HERTZ * t / RATE));
    }
    return x;
  }

  @Test
  void aSineIsLearntToLessThanABitASampleAndGoesOn() throws IOException {
    WaveNetConfig config = WaveNetConfig.muLaw(RATE, new Stack(1, 8, 2, 24, 24, 48));
    WaveNet model = new WaveNet(config);
    model.parameters().allocate(DType.FLOAT32, 1);
    AudioClip clip = new AudioClip(RATE, sine(RATE));
    ClipBatches batches =
        new ClipBatches(config, List.of(new LabelledClip("sine", clip, Map.of())), null);
    try (Engine engine = Engines.open("vector", 1)) {
      TrainConfig.Cadence never =
          new TrainConfig.Cadence(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);
      new Trainer<WaveBatch>(
              model,
              new TrainConfig(1, TrainConfig.Limits.steps(300), never, 1, 1, 1.0, 0),
              new AdamW(AdamW.Config.defaults()),
              LearningRateSchedule.constant(3e-3),
              engine,
              List.of())
          .run(
              batches.training(2, 1024, 1),
              List.of(),
              Trainer.Progress.start(),
              (progress, best) -> {},
              () -> false);
      Evaluator.Result held = new Evaluator<>(model, engine, 1).evaluate(batches.whole());
      assertThat(held.bitsPerElement()).isLessThan(1);
    }
    Decoder decoder =
        model.decoder(Engines.open("vector", 1), WaveBatch.room(1, Conditions.NONE, 3000));
    WaveGenerator generator = new WaveGenerator(decoder, config, 0.5, 2, sine(1000));
    int[][] codes = new int[1][2000];
    generator.generate(codes);
    float[] heard = new float[2000];
    generator.decode(codes[0], heard);
    int rises = 0;
    for (int t = 1; t < heard.length; t++) {
      rises += heard[t - 1] < 0 && heard[t] >= 0 ? 1 : 0;
    }
    assertThat(rises * (double) RATE / heard.length).isCloseTo(HERTZ, within(0.03 * HERTZ));
  }
}
