import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.model.AutoregressiveModel;
import dev.chainrule.core.model.Batch;
import dev.chainrule.core.optim.AdamW;
import dev.chainrule.core.optim.LearningRateSchedule;
import dev.chainrule.core.train.Evaluator;
import dev.chainrule.core.train.TrainConfig;
import dev.chainrule.core.train.Trainer;
import dev.chainrule.pixelcnn.ImageBatch;
import dev.chainrule.pixelcnn.ImageFormat;
import dev.chainrule.pixelcnn.ImageOutput;
import dev.chainrule.pixelcnn.data.ImageSet;
import dev.chainrule.pixelcnn.data.ImageSource;
import dev.chainrule.pixelcnn.gated.GatedPixelCnnConfig;
import dev.chainrule.pixelcnn.rnn.PixelRnnConfig;
import dev.chainrule.text.gpt.Gpt;
import dev.chainrule.text.gpt.GptConfig;
import dev.chainrule.text.model.TokenBatch;
import dev.chainrule.wavenet.Conditions;
import dev.chainrule.wavenet.Quantization;
import dev.chainrule.wavenet.WaveBatch;
import dev.chainrule.wavenet.WaveNet;
import dev.chainrule.wavenet.WaveNetConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The same images as text, sound and picture: digits in black and white, 784 pixels from left to
 * right and from top to bottom. Every network multiplies the conditionals of the same pixels in the
 * same order, so that bits a pixel can be compared; all that differs is what a network believes of
 * pixels that are near each other.
 */
public final class OneChainRule {
  private static final int SIDE = 28;
  private static final int PIXELS = SIDE * SIDE;
  private static final int TRAINING = 5000;
  private static final int HELD_OUT = 300;
  private static final int BATCH = 16;
  private static final double[] RATES = {0.001, 0.003, 0.01};

  /** A network, and how it gets images. */
  private record Subject<B extends Batch>(
      String name, Supplier<? extends AutoregressiveModel<B>> model, Function<int[][], B> batch) {}

  /** What a training came to. */
  private record Outcome(long parameters, double rate, double chosenBy, double bits) {}

  public static void main(String[] args) throws Exception {
    if (args.length < 1 || args.length > 3) {
      System.err.println("usage: OneChainRule OUT [STEPS [SEED]]");
      System.exit(2);
    }
    long steps = args.length > 1 ? Long.parseLong(args[1]) : 250;
    long seed = args.length > 2 ? Long.parseLong(args[2]) : 1;
    ImageSource mnist = ImageSource.open("mnist", null);
    int[][] training = pixels(mnist.training(), 0, TRAINING);
    int[][] choosing = pixels(mnist.training(), TRAINING, TRAINING + HELD_OUT);
    int[][] judging = pixels(mnist.heldOut(), 0, HELD_OUT);
    StudyTable table =
        new StudyTable(
            Path.of(args[0]), "one-chain-rule", "network", "weights", "rate", "bits a pixel");
    table.add("each pixel by itself", PIXELS, "", alone(training, judging));
    try (Engine engine = Compute.automatic().open()) {
      for (Subject<?> subject : subjects()) {
        Outcome best = best(subject, engine, training, choosing, judging, steps, seed);
        table.add(subject.name, best.parameters, best.rate, best.bits);
      }
    }
    table.finish();
  }

  /** Five networks of about as many weights. */
  private static List<Subject<?>> subjects() {
    ImageFormat image = new ImageFormat(SIDE, SIDE, 1, 2);
    WaveNetConfig sound =
        new WaveNetConfig(
            8000,
            new WaveNetConfig.Signal(Quantization.LINEAR, 2, true),
            WaveNetConfig.Head.softmax(),
            new WaveNetConfig.Stack(2, 8, 2, 28, 28, 28),
            List.of(),
            null);
    return List.of(
        // The first of two more tokens begins an image.
        new Subject<>(
            "GPT, as text",
            () -> new Gpt(new GptConfig(3, PIXELS, 4, 4, 32, 0, false, true)),
            OneChainRule::text),
        new Subject<>("WaveNet, as sound", () -> new WaveNet(sound), OneChainRule::sound),
        new Subject<>(
            "Row LSTM",
            () ->
                new PixelRnnConfig(
                        image,
                        PixelRnnConfig.Recurrence.ROW_LSTM,
                        3,
                        28,
                        32,
                        ImageOutput.softmax(),
                        0)
                    .model(),
            OneChainRule::image),
        new Subject<>(
            "Diagonal BiLSTM",
            () ->
                new PixelRnnConfig(
                        image,
                        PixelRnnConfig.Recurrence.DIAGONAL_BILSTM,
                        3,
                        26,
                        32,
                        ImageOutput.softmax(),
                        0)
                    .model(),
            OneChainRule::image),
        new Subject<>(
            "Gated PixelCNN",
            () -> new GatedPixelCnnConfig(image, 7, 23, 7, 3, 23, 0).model(),
            OneChainRule::image));
  }

  /** The rate is the one whose network is best on images to choose by. */
  private static <B extends Batch> Outcome best(
      Subject<B> subject,
      Engine engine,
      int[][] training,
      int[][] choosing,
      int[][] judging,
      long steps,
      long seed)
      throws IOException {
    Outcome best = null;
    for (double rate : RATES) {
      Outcome found = train(subject, engine, training, choosing, judging, steps, seed, rate);
      System.err.printf(
          "%s, rate %s: %.4f bits on the images to choose by%n",
          subject.name, rate, found.chosenBy);
      if (best == null || found.chosenBy < best.chosenBy) {
        best = found;
      }
    }
    return best;
  }

  private static <B extends Batch> Outcome train(
      Subject<B> subject,
      Engine engine,
      int[][] training,
      int[][] choosing,
      int[][] judging,
      long steps,
      long seed,
      double rate)
      throws IOException {
    AutoregressiveModel<B> model = subject.model.get();
    model.parameters().allocate(DType.FLOAT32, seed);
    long never = Long.MAX_VALUE;
    TrainConfig config =
        TrainConfig.of(
            seed, TrainConfig.Limits.steps(steps), new TrainConfig.Cadence(never, never, never));
    new Trainer<B>(
            model,
            config,
            new AdamW(AdamW.Config.defaults()),
            LearningRateSchedule.warmupCosine(rate, rate / 10, Math.max(1, steps / 20), steps),
            engine,
            List.of())
        .run(
            step -> subject.batch.apply(drawn(training, seed, step)),
            List.of(),
            Trainer.Progress.start(),
            (at, best) -> {},
            () -> false);
    Evaluator<B> evaluator = new Evaluator<>(model, engine, 4);
    return new Outcome(
        model.parameters().count(),
        rate,
        evaluator.evaluate(List.of(subject.batch.apply(choosing))).bitsPerElement(),
        evaluator.evaluate(List.of(subject.batch.apply(judging))).bitsPerElement());
  }

  /** The images of a step, the same for all networks. */
  private static int[][] drawn(int[][] training, long seed, long step) {
    CounterRandom random = CounterRandom.of(seed, step);
    int[][] batch = new int[BATCH][];
    for (int n = 0; n < BATCH; n++) {
      batch[n] = training[random.nextInt(training.length)];
    }
    return batch;
  }

  private static int[][] pixels(ImageSet images, int from, int to) {
    ImageSet chosen = images.range(from, to).quantised(2);
    int[][] pixels = new int[to - from][PIXELS];
    for (int n = 0; n < pixels.length; n++) {
      for (int i = 0; i < PIXELS; i++) {
        pixels[n][i] = chosen.level(n, i);
      }
    }
    return pixels;
  }

  private static ImageBatch image(int[][] images) {
    return new ImageBatch(elements(images, 0), null);
  }

  private static WaveBatch sound(int[][] images) {
    return new WaveBatch(elements(images, 0), Conditions.NONE);
  }

  private static TokenBatch text(int[][] images) {
    return new TokenBatch(elements(images, 1));
  }

  /** [images, pixels], with room before them for the token 2, which begins a text. */
  private static Tensor elements(int[][] images, int before) {
    int length = before + PIXELS;
    int[] all = new int[images.length * length];
    for (int n = 0; n < images.length; n++) {
      all[n * length] = 2;
      System.arraycopy(images[n], 0, all, n * length + before, PIXELS);
    }
    return Tensor.of(all, images.length, length);
  }

  /** Bits a pixel if all are independent, each white as often as in the training images. */
  private static double alone(int[][] training, int[][] judging) {
    double bits = 0;
    for (int i = 0; i < PIXELS; i++) {
      double white = 1;
      for (int[] image : training) {
        white += image[i];
      }
      double p = white / (training.length + 2);
      for (int[] image : judging) {
        bits -= Math.log(image[i] == 1 ? p : 1 - p) / Math.log(2);
      }
    }
    return bits / ((double) judging.length * PIXELS);
  }
}
