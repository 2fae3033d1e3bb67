import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.engine.Compute;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.pixelcnn.ImageBatch;
import dev.chainrule.pixelcnn.ImageModel;
import dev.chainrule.pixelcnn.run.PixelModel;
import dev.chainrule.plot.Chart;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Which pixels does a prediction depend on? Each pixel before the one in the middle is turned from
 * black to white or back, and the likelihood of the middle one is computed anew, in two images
 * that the model drew: what never changes it is not seen.
 */
public final class BlindSpot {
  /** Likelihoods are float32: what is below is rounding. */
  private static final double LEAST = 1e-6;

  private static final int IMAGES = 2;

  public static void main(String[] args) throws Exception {
    if (args.length != 3) {
      System.err.println("usage: BlindSpot PLAIN GATED OUT");
      System.exit(2);
    }
    StudyTable table =
        new StudyTable(
            Path.of(args[2]), "blind-spot", "model", "pixels before", "within reach", "seen", "blind");
    String[] names = {"plain", "gated"};
    for (int i = 0; i < 2; i++) {
      draw(names[i], PixelModel.open(Path.of(args[i])), table);
    }
    table.finish();
  }

  private static void draw(String name, PixelModel model, StudyTable table) throws Exception {
    int width = model.network().format().width();
    int middle = model.network().format().height() / 2 * width + width / 2;
    double[] effect = effects(model, middle);
    int top = middle / width;
    int left = width;
    int right = 0;
    for (int i = 0; i < middle; i++) {
      if (effect[i] > LEAST) {
        top = Math.min(top, i / width);
        left = Math.min(left, i % width);
        right = Math.max(right, i % width);
      }
    }
    List<List<Double>> x = new ArrayList<>();
    List<List<Double>> y = new ArrayList<>();
    for (int kind = 0; kind < 4; kind++) {
      x.add(new ArrayList<>());
      y.add(new ArrayList<>());
    }
    int reach = 0;
    for (int i = 0; i < middle; i++) {
      boolean within = i / width >= top && i % width >= left && i % width <= right;
      reach += within ? 1 : 0;
      int kind = effect[i] > 0.01 ? 0 : effect[i] > LEAST ? 1 : within ? 2 : 3;
      x.get(kind).add((double) (i % width - middle % width));
      y.get(kind).add((double) (middle / width - i / width));
    }
    int seen = x.get(0).size() + x.get(1).size();
    table.add(name, middle, reach, seen, reach - seen);
    table.figure(
        "blind-spot-" + name,
        new Chart(
            "What the middle pixel depends on: " + name,
            Chart.Axis.of("columns from the pixel"),
            Chart.Axis.of("rows above it"),
            List.of(
                new Chart.Dots("more than 0.01 nats", 0, x.get(0), y.get(0)),
                new Chart.Dots("less", 2, x.get(1), y.get(1)),
                new Chart.Dots("nothing: blind", 3, x.get(2), y.get(2)),
                new Chart.Dots("the pixel", Chart.INK, List.of(0.0), List.of(0.0)))));
  }

  /** Nats by which each pixel before the middle changes its likelihood at most. */
  private static double[] effects(PixelModel model, int middle) throws Exception {
    double[] largest = new double[middle];
    try (Engine engine = Compute.automatic().open()) {
      ImageModel network = model.network();
      Tape tape = Tape.evaluation(engine, network.parameters().snapshot(engine));
      for (BufferedImage drawn : model.sample(IMAGES)) {
        int[] levels = levels(drawn);
        double[] base = nats(network, tape, levels, middle, middle, middle);
        for (int from = 0; from < middle; from += 32) {
          int to = Math.min(middle, from + 32);
          double[] changed = nats(network, tape, levels, from, to, middle);
          for (int i = from; i < to; i++) {
            largest[i] = Math.max(largest[i], Math.abs(changed[i - from] - base[0]));
          }
        }
      }
    }
    return largest;
  }

  /** Of the middle pixel, in an image for each pixel that is turned; the image itself for none. */
  private static double[] nats(
      ImageModel network, Tape tape, int[] levels, int from, int to, int middle) {
    int count = Math.max(1, to - from);
    Tensor images = Tensor.zeros(DType.INT32, count, levels.length);
    for (int n = 0; n < count; n++) {
      for (int i = 0; i < levels.length; i++) {
        images.set((long) n * levels.length + i, from + n == i && i < to ? 1 - levels[i] : levels[i]);
      }
    }
    tape.begin();
    Tensor all = network.nll(tape, new ImageBatch(images, null)).value().host();
    double[] nats = new double[count];
    for (int n = 0; n < count; n++) {
      nats[n] = all.get((long) n * levels.length + middle);
    }
    return nats;
  }

  private static int[] levels(BufferedImage image) {
    int[] levels = new int[image.getWidth() * image.getHeight()];
    for (int i = 0; i < levels.length; i++) {
      int grey = image.getRGB(i % image.getWidth(), i / image.getWidth()) & 0xFF;
      levels[i] = grey > 127 ? 1 : 0;
    }
    return levels;
  }
}
