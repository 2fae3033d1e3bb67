package dev.chainrule.experiments.text;

import dev.chainrule.base.InputException;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.WeightFormat;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.text.openai.Media;
import dev.chainrule.wavenet.Conditions;
import dev.chainrule.wavenet.WaveBatch;
import dev.chainrule.wavenet.WaveGenerator;
import dev.chainrule.wavenet.audio.AudioClip;
import dev.chainrule.wavenet.audio.WavWriter;
import dev.chainrule.wavenet.run.AudioModel;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/** A model of sound beside a served one of text. */
record ServedAudio(String name, AudioModel model) implements Media.Audio {
  /** Samples between two looks at whether anyone waits. */
  private static final int PIECE = 1000;

  ServedAudio {
    if (model.mel() != null) {
      throw new InputException(
          "%s: a vocoder, whose features no request gives, expected a model without"
              .formatted(name));
    }
  }

  @Override
  public byte[] draw(
      double seconds,
      long seed,
      double temperature,
      Map<String, String> labels,
      BooleanSupplier cancelled) {
    Conditions conditions = new Conditions(AudioModel.numbers(model.shape(), labels, 1), null);
    int length = Math.max(1, (int) Math.round(seconds * model.sampleRate()));
    float[] samples = new float[length];
    try (Engine engine = model.compute().open();
        Decoder decoder =
            model
                .network()
                .decoder(engine, WaveBatch.room(1, conditions, length), WeightFormat.FLOAT32)) {
      WaveGenerator generator = new WaveGenerator(decoder, model.shape(), temperature, seed);
      for (int from = 0; from < length; from += PIECE) {
        if (cancelled.getAsBoolean()) {
          throw new CancellationException("nobody waits for the sound");
        }
        int[][] codes = new int[1][Math.min(PIECE, length - from)];
        float[] piece = new float[codes[0].length];
        generator.generate(codes);
        generator.decode(codes[0], piece);
        System.arraycopy(piece, 0, samples, from, piece.length);
      }
    }
    return WavWriter.bytes(new AudioClip(model.sampleRate(), samples));
  }
}
