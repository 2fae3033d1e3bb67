package dev.chainrule.experiments.wavenet;

import dev.chainrule.base.io.AtomicFile;
import dev.chainrule.base.progress.Progress;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.model.Decoder;
import dev.chainrule.plot.AudioPicture;
import dev.chainrule.wavenet.Conditions;
import dev.chainrule.wavenet.WaveBatch;
import dev.chainrule.wavenet.WaveGenerator;
import dev.chainrule.wavenet.WaveNetConfig;
import dev.chainrule.wavenet.audio.AudioClip;
import dev.chainrule.wavenet.audio.WavWriter;
import dev.chainrule.wavenet.run.AudioModel;
import dev.chainrule.wavenet.run.AudioSampling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/**
 * Draws audio and writes it: for every stream a WAV file, which grows under a temporary name while
 * it is drawn, and a picture of its wave form and spectrogram.
 */
final class Synthesis {
  /** Seconds of audio drawn between looks at files, progress and the stop request. */
  private static final double PIECE_SECONDS = 0.1;

  /** One file, as {@code --json} prints it. */
  record Sample(String file, String picture, double logProb, long elements) {}

  /** All files; a factor above 1 is faster than real time, for all streams together. */
  record Result(List<Sample> samples, double elementsPerSecond, double realTimeFactor) {}

  private final AudioModel model;
  private final Path folder;
  private final String name;
  private final BooleanSupplier stop;

  /**
   * Into a folder.
   *
   * @param name how files begin
   * @param stop asked between pieces
   */
  Synthesis(AudioModel model, Path folder, String name, BooleanSupplier stop) {
    this.model = model;
    this.folder = folder;
    this.name = name;
    this.stop = stop;
  }

  /**
   * Draws.
   *
   * @param prompt heard before, and written before what is drawn; may be empty
   * @param samples to be drawn for each stream
   */
  Result draw(
      int streams, Conditions conditions, AudioSampling sampling, float[] prompt, int samples)
      throws IOException {
    WaveBatch room = WaveBatch.room(streams, conditions, prompt.length + samples);
    try (Engine engine = model.compute().open();
        Decoder decoder = model.network().decoder(engine, room, sampling.precision())) {
      WaveGenerator generator =
          new WaveGenerator(
              decoder, model.shape(), sampling.temperature(), sampling.seed(), prompt);
      return draw(generator, streams, prompt, samples);
    }
  }

  private Result draw(WaveGenerator generator, int streams, float[] prompt, int samples)
      throws IOException {
    int rate = model.shape().sampleRate();
    float[][] drawn = new float[streams][samples];
    List<AtomicFile.Draft> drafts = new ArrayList<>();
    List<WavWriter> writers = new ArrayList<>();
    long begun = System.nanoTime();
    int done = 0;
    try (Progress bar = Progress.start("drawing", samples, "samples")) {
      for (int s = 0; s < streams; s++) {
        drafts.add(AtomicFile.draft(file(s, "wav")));
        writers.add(new WavWriter(drafts.get(s).path(), rate));
        writers.get(s).append(prompt, 0, prompt.length);
      }
      int piece = Math.max(1, (int) (PIECE_SECONDS * rate));
      while (done < samples && !stop.getAsBoolean()) {
        int count = Math.min(piece, samples - done);
        int[][] codes = new int[streams][count];
        float[] audio = new float[count];
        generator.generate(codes);
        for (int s = 0; s < streams; s++) {
          generator.decode(codes[s], audio);
          System.arraycopy(audio, 0, drawn[s], done, count);
          writers.get(s).append(audio, 0, count);
        }
        done += count;
        bar.moveTo(done);
        double factor = (double) done * streams / rate / seconds(begun);
        bar.note(String.format(Locale.ROOT, "%.2f x real time", factor));
      }
      for (int s = 0; s < streams; s++) {
        writers.get(s).close();
        drafts.get(s).commit();
      }
    } finally {
      for (WavWriter writer : writers) {
        writer.close();
      }
      for (AtomicFile.Draft draft : drafts) {
        draft.close();
      }
    }
    double perSecond = (double) done * streams / seconds(begun);
    List<Sample> results = new ArrayList<>();
    for (int s = 0; s < streams; s++) {
      float[] whole = new float[prompt.length + done];
      System.arraycopy(prompt, 0, whole, 0, prompt.length);
      System.arraycopy(drawn[s], 0, whole, prompt.length, done);
      AudioPicture.write(
          file(s, "png"), new AudioClip(rate, whole), title(), file(s, "wav").toString());
      results.add(
          new Sample(
              file(s, "wav").toString(), file(s, "png").toString(), generator.logProb(s), done));
    }
    return new Result(results, perSecond, perSecond / rate);
  }

  private String title() {
    WaveNetConfig config = model.shape();
    return String.format(
        Locale.ROOT,
        "WaveNet, %d layers of %d channels, %,d Hz: %s",
        config.stack().numLayers(),
        config.stack().residualChannels(),
        config.sampleRate(),
        name);
  }

  private static double seconds(long begun) {
    return (System.nanoTime() - begun) / 1e9;
  }

  private Path file(int stream, String ending) {
    return folder.resolve("%s-%d.%s".formatted(name, stream, ending));
  }
}
