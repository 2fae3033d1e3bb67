import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.autograd.Conv2dOps;
import dev.chainrule.core.autograd.ElementwiseOps;
import dev.chainrule.core.autograd.Initializer;
import dev.chainrule.core.autograd.Ops;
import dev.chainrule.core.autograd.Parameter;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.autograd.Tape;
import dev.chainrule.core.autograd.Variable;
import dev.chainrule.core.kernel.Taps;
import dev.chainrule.core.model.AutoregressiveModel;
import dev.chainrule.core.model.Batch;
import dev.chainrule.core.nn.Embedding;
import dev.chainrule.core.nn.LayerNorm;
import dev.chainrule.core.nn.Linear;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Block diffusion of discrete elements (BD3-LM, Arriola et al. 2025): p(x) = prod_b p(x_b |
 * x_&lt;b), and within a block of B elements p(x_i | z_b, x_&lt;b) for those i that are masked in
 * z. With B = 1 it is an autoregressive network, with B = T a masked diffusion (MDLM, Sahoo et al.
 * 2024).
 *
 * <p>Differences from the paper: convolutions in place of attention, so that a block reads the copy
 * without noise by what reaches out of it; masked numbers of elements n, each equally probable, in
 * place of times, which is the same in the mean.
 */
final class BlockDiffusion implements AutoregressiveModel<BlockDiffusion.Noised> {
  /** Elements of a text, T. */
  static final int LENGTH = 64;

  private static final int WIDTH = 96;
  private static final int[] DILATIONS = {1, 2, 4, 8, 16, 1, 2, 4, 8, 16};

  final int block;
  final int vocabulary;
  final Parameters parameters = new Parameters();
  final Embedding embedding;
  final List<Layer> layers = new ArrayList<>();
  final LayerNorm norm;
  final Linear head;

  BlockDiffusion(int block, int vocabulary) {
    this.block = block;
    this.vocabulary = vocabulary;
    embedding = new Embedding(parameters, "tokens", vocabulary + 1, WIDTH, Initializer.normal(0.5));
    for (int dilation : DILATIONS) {
      layers.add(new Layer(parameters, "layer" + layers.size(), dilation, block));
    }
    norm = new LayerNorm(parameters, "norm", WIDTH, true);
    head = new Linear(parameters, "head", WIDTH, vocabulary, true, Initializer.normal(0.02));
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  @Override
  public int givenElements() {
    return 0;
  }

  /** The blocks before are read from a copy without noise, which one block has no need of. */
  @Override
  public Variable conditionals(Tape tape, Noised batch) {
    Tensor x = batch.elements();
    if (block == 1) {
      // All of a block of one is masked: the copy itself, one place later, says what comes.
      Variable c = embedding.forward(tape, later(tape, x));
      for (Layer layer : layers) {
        c = layer.forward(tape, c, layer.before(tape, c));
      }
      return head.forward(tape, norm.forward(tape, c));
    }
    Variable z = embedding.forward(tape, batch.noised());
    Variable c = block == LENGTH ? null : embedding.forward(tape, x);
    for (Layer layer : layers) {
      Variable before = c == null ? null : layer.before(tape, c);
      z = layer.forward(tape, z, before);
      c = c == null ? null : layer.forward(tape, c, before);
    }
    return head.forward(tape, norm.forward(tape, z));
  }

  private Tensor later(Tape tape, Tensor x) {
    Tensor y = tape.integers(x.dim(0), LENGTH);
    for (int i = 0; i < x.size(); i++) {
      y.set(i, i % LENGTH == 0 ? vocabulary : x.getInt(i - 1));
    }
    return y;
  }

  /** Of masked characters, times their weights. */
  @Override
  public Variable nll(Tape tape, Noised batch) {
    Tensor targets = tape.integers(batch.size(), LENGTH);
    for (int i = 0; i < targets.size(); i++) {
      targets.set(i, batch.weights().get(i) > 0 ? batch.elements().getInt(i) : -1);
    }
    Variable nll = Ops.crossEntropy(tape, conditionals(tape, batch), targets);
    Tensor weights = tape.upload(batch.weights().reshape((int) targets.size()));
    Variable weighted = tape.variable(true, (int) targets.size());
    tape.kernels().arrays().multiply(weighted.value(), false, nll.value(), weights);
    tape.record(
        "weigh",
        weighted,
        nll,
        () -> {
          boolean started = nll.gradientStarted();
          Tensor dNll = tape.gradient(nll);
          tape.kernels().arrays().multiply(dNll, started, tape.gradient(weighted), weights);
        });
    return weighted;
  }

  /** Multiply-adds of a character in a forward pass of training. */
  double learning() {
    double taps = 0;
    for (int d : DILATIONS) {
      taps += block == 1 || block == LENGTH ? 4 : d < block ? 10 : 6;
    }
    return taps * WIDTH * WIDTH + (double) WIDTH * vocabulary;
  }

  /**
   * Multiply-adds of a text that is drawn, each block in so many passes. Of the blocks before all
   * is kept that can be: with one block there is none, and each pass is over the whole text.
   */
  double drawing(int passes) {
    double pass = 0;
    double keeping = 0;
    for (int d : DILATIONS) {
      pass += block == 1 || d < block ? 4 : 2;
      keeping += block == 1 || block == LENGTH ? 0 : d < block ? 5 : 4;
    }
    double each = pass * WIDTH * WIDTH + (double) WIDTH * vocabulary;
    return LENGTH * (passes * each + keeping * WIDTH * WIDTH);
  }

  /**
   * Texts, and what a network is shown of their own blocks.
   *
   * @param elements x [N, T]
   * @param noised z [N, T], x with some characters masked
   * @param weights [N, T], B/n where one of the n masked characters of a block stands, else 0
   */
  record Noised(Tensor elements, Tensor noised, Tensor weights) implements Batch {
    @Override
    public Noised slice(int from, int to) {
      return new Noised(elements.slice(from, to), noised.slice(from, to), weights.slice(from, to));
    }

    @Override
    public Noised withElements(Tensor other) {
      return new Noised(other, noised, weights);
    }

    /**
     * In each block a number n from 1 to B is masked, all equally often, at places by chance. The
     * likelihoods so weighted are, in the mean, those of all orders of the block's characters, and
     * a bound of its likelihood.
     */
    static Noised of(int[][] texts, int block, int nothing, CounterRandom random) {
      Tensor x = Tensor.zeros(DType.INT32, texts.length, LENGTH);
      Tensor z = Tensor.zeros(DType.INT32, texts.length, LENGTH);
      Tensor weights = Tensor.zeros(DType.FLOAT32, texts.length, LENGTH);
      double u = random.nextDouble();
      int[] places = IntStream.range(0, block).toArray();
      for (int at = 0; at < texts.length * LENGTH; at += block) {
        // Steps of the golden ratio: as even as can be over few blocks.
        u = (u + 0.6180339887498949) % 1;
        int n = 1 + (int) (block * u);
        shuffle(places, random);
        for (int i = 0; i < block; i++) {
          int place = at + places[i];
          int id = texts[place / LENGTH][place % LENGTH];
          x.set(place, id);
          z.set(place, i < n ? nothing : id);
          weights.set(place, i < n ? (double) block / n : 0);
        }
      }
      return new Noised(x, z, weights);
    }
  }

  /**
   * y = x + W gelu(conv(norm(x))), of three taps d apart: to either side where the block reaches so
   * far, else two to the left. A tap to the left that leaves the block reads the copy without
   * noise.
   */
  private static final class Layer {
    final int dilation;
    final int block;
    final LayerNorm norm;
    final Linear here;
    final Parameter left;
    final Parameter other;
    final Linear out;

    Layer(Parameters parameters, String name, int dilation, int block) {
      this.dilation = dilation;
      this.block = block;
      Initializer normal = Initializer.normal(1 / Math.sqrt(3.0 * WIDTH));
      norm = new LayerNorm(parameters, name + ".norm", WIDTH, true);
      here = new Linear(parameters, name + ".here", WIDTH, WIDTH, true, normal);
      left = parameters.add(name + ".left", normal, WIDTH, 1, WIDTH);
      other = parameters.add(name + ".other", normal, WIDTH, 1, WIDTH);
      Initializer small = Initializer.normal(1 / Math.sqrt(WIDTH * 2.0 * DILATIONS.length));
      out = new Linear(parameters, name + ".out", WIDTH, WIDTH, true, small);
    }

    /** What the blocks before give to each place. */
    Variable before(Tape tape, Variable clean) {
      Variable x = norm.forward(tape, clean);
      if (dilation >= block) {
        return tap(tape, x, left, -1, LENGTH, tap(tape, x, other, -2, LENGTH, null));
      }
      Variable within = tap(tape, x, left, -1, block, null);
      return tap(tape, x, left, -1, LENGTH, ElementwiseOps.scale(tape, within, -1));
    }

    Variable forward(Tape tape, Variable x, @Nullable Variable before) {
      Variable u = norm.forward(tape, x);
      Variable h = before == null ? here.forward(tape, u) : here.forward(tape, u, before);
      if (dilation < block) {
        h = tap(tape, u, left, -1, block, h);
        h = tap(tape, u, other, 1, block, h);
      }
      return out.forward(tape, Ops.gelu(tape, h), x);
    }

    /** Reads d places to the right, or to the left, of its own stretch of so many characters. */
    private Variable tap(
        Tape tape, Variable x, Parameter w, int to, int stretch, @Nullable Variable residual) {
      int[] shape = x.value().shape();
      int[] rows = {shape[0] * LENGTH / stretch, stretch / dilation, dilation, WIDTH};
      Variable r = residual == null ? null : tape.reshape(residual, rows);
      Variable y =
          Conv2dOps.conv2d(tape, tape.reshape(x, rows), tape.parameter(w), null, r, Taps.at(to, 0));
      return tape.reshape(y, shape);
    }
  }

  static void shuffle(int[] values, CounterRandom random) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int kept = values[i];
      values[i] = values[j];
      values[j] = kept;
    }
  }
}
