package dev.chainrule.text.run;

import dev.chainrule.base.InputException;
import dev.chainrule.base.parallel.Workers;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.array.TensorMemory;
import dev.chainrule.core.autograd.Parameters;
import dev.chainrule.core.engine.Engine;
import dev.chainrule.core.kernel.ActivationKernels;
import dev.chainrule.core.kernel.ArrayKernels;
import dev.chainrule.core.kernel.AttentionKernels;
import dev.chainrule.core.kernel.CacheKernels;
import dev.chainrule.core.kernel.ConvolutionKernels;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.LikelihoodKernels;
import dev.chainrule.core.kernel.LinearKernels;
import dev.chainrule.core.kernel.RecurrentKernels;
import dev.chainrule.core.kernel.RowKernels;
import dev.chainrule.core.kernel.SampleKernels;
import dev.chainrule.core.kernel.SoftmaxKernels;
import dev.chainrule.core.kernel.StepKernels;
import dev.chainrule.core.kernel.TransformerKernels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * An engine that sums up the outer products {@code x x^T} of what matrices are multiplied with.
 * Matrices that are multiplied with the same, one after the other, share a sum.
 */
final class ObservedProducts implements Engine {
  private final Engine engine;
  private final List<Observer> observers = new ArrayList<>();
  private final AtomicLong bytes = new AtomicLong();

  ObservedProducts(Engine engine) {
    this.engine = engine;
    for (int worker = 0; worker < engine.workers(); worker++) {
      observers.add(new Observer(engine.kernels(worker)));
    }
  }

  /** The sums [I, I] of all workers for a matrix [O, I]; null if it was not multiplied with. */
  float @Nullable [] sums(Tensor matrix) {
    float[] all = null;
    for (Observer observer : observers) {
      Tensor sums = observer.sums.get(matrix.address());
      if (sums == null) {
        continue;
      }
      float[] part = sums.toFloats();
      if (all == null) {
        all = part;
      } else {
        for (int i = 0; i < part.length; i++) {
          all[i] += part[i];
        }
      }
    }
    return all;
  }

  /** Memory for sums, if the machine has so much. */
  private Tensor square(Tensor matrix) {
    int inputs = matrix.dim(1);
    long size = (long) inputs * inputs;
    long all = bytes.addAndGet(size * matrix.dtype().bytes());
    // They are summed up, and a root of one of them is taken, at the end.
    if (size > Integer.MAX_VALUE - 8 || 2 * all > Parameters.machineMemory()) {
      throw new InputException(
          "moments of inputs take more than %,.1f MB, expected half of the machine's %,.1f MB"
              .formatted(all / 1e6, Parameters.machineMemory() / 1e6));
    }
    return engine.zeros(matrix.dtype(), inputs, inputs);
  }

  @Override
  public String name() {
    return engine.name();
  }

  @Override
  public TensorMemory memory() {
    return engine.memory();
  }

  @Override
  public int workers() {
    return engine.workers();
  }

  @Override
  public Kernels kernels(int worker) {
    return observers.get(worker);
  }

  @Override
  public void run(Workers.Task task) {
    engine.run(task);
  }

  @Override
  public Engine worker(int worker) {
    return engine.worker(worker);
  }

  @Override
  public void close() {
    engine.close();
  }

  /** The kernels of one worker. */
  private final class Observer implements Kernels {
    private final Kernels kernels;
    private final LinearKernels linear;

    /** By where the matrix lies. */
    private final Map<Long, Tensor> sums = new HashMap<>();

    private @Nullable Tensor last;
    private @Nullable Tensor sumsOfLast;

    Observer(Kernels kernels) {
      this.kernels = kernels;
      linear = new Linear(kernels.linear(), this);
    }

    void see(Tensor x, Tensor w) {
      Tensor known = sums.get(w.address());
      Tensor before = sumsOfLast;
      if (x == last && before != null && (known == null || known == before)) {
        sums.put(w.address(), before);
        return;
      }
      if (known == null) {
        known = square(w);
        sums.put(w.address(), known);
      }
      // The gradient of a map from x to x.
      kernels.linear().linearBackward(null, false, known, null, x, x, known);
      last = x;
      sumsOfLast = known;
    }

    @Override
    public String name() {
      return kernels.name();
    }

    @Override
    public ArrayKernels arrays() {
      return kernels.arrays();
    }

    @Override
    public LinearKernels linear() {
      return linear;
    }

    @Override
    public AttentionKernels attention() {
      return kernels.attention();
    }

    @Override
    public TransformerKernels transformer() {
      return kernels.transformer();
    }

    @Override
    public ActivationKernels activations() {
      return kernels.activations();
    }

    @Override
    public ConvolutionKernels convolutions() {
      return kernels.convolutions();
    }

    @Override
    public RecurrentKernels recurrent() {
      return kernels.recurrent();
    }

    @Override
    public SoftmaxKernels softmax() {
      return kernels.softmax();
    }

    @Override
    public LikelihoodKernels likelihoods() {
      return kernels.likelihoods();
    }

    @Override
    public StepKernels steps() {
      return kernels.steps();
    }

    @Override
    public CacheKernels caches() {
      return kernels.caches();
    }

    @Override
    public RowKernels rows() {
      return kernels.rows();
    }

    @Override
    public SampleKernels samples() {
      return kernels.samples();
    }
  }

  /** Products that are seen. */
  private record Linear(LinearKernels kernels, Observer observer) implements LinearKernels {
    @Override
    public void linear(
        Tensor y, Tensor x, Tensor w, @Nullable Tensor bias, @Nullable Tensor residual) {
      observer.see(x, w);
      kernels.linear(y, x, w, bias, residual);
    }

    @Override
    public void linearBackward(
        @Nullable Tensor dX,
        boolean accumulate,
        @Nullable Tensor dW,
        @Nullable Tensor dBias,
        Tensor dY,
        Tensor x,
        Tensor w) {
      kernels.linearBackward(dX, accumulate, dW, dBias, dY, x, w);
    }

    @Override
    public void embedding(Tensor y, Tensor ids, Tensor table) {
      kernels.embedding(y, ids, table);
    }

    @Override
    public void embeddingBackward(Tensor dTable, Tensor dY, Tensor ids) {
      kernels.embeddingBackward(dTable, dY, ids);
    }

    @Override
    public void addRows(Tensor y, Tensor x, Tensor rows) {
      kernels.addRows(y, x, rows);
    }

    @Override
    public void addRowsBackward(Tensor dRows, Tensor dY) {
      kernels.addRowsBackward(dRows, dY);
    }

    @Override
    public void weightNorm(Tensor w, Tensor norms, Tensor v, Tensor gain, boolean columns) {
      kernels.weightNorm(w, norms, v, gain, columns);
    }

    @Override
    public void weightNormBackward(
        Tensor dV, Tensor dGain, Tensor dW, Tensor norms, Tensor v, Tensor gain, boolean columns) {
      kernels.weightNormBackward(dV, dGain, dW, norms, v, gain, columns);
    }
  }
}
