package dev.chainrule.core.kernel.cuda;

import dev.chainrule.base.random.CounterRandom;
import dev.chainrule.core.array.DType;
import dev.chainrule.core.array.Tensor;
import dev.chainrule.core.kernel.AdamWStep;
import dev.chainrule.core.kernel.AttentionShape;
import dev.chainrule.core.kernel.Kernels;
import dev.chainrule.core.kernel.PackedLinear;
import dev.chainrule.core.kernel.Rows;
import dev.chainrule.core.kernel.StepKernels;
import dev.chainrule.core.kernel.WeightFormat;
import java.util.Locale;

/** How long the operations of a GPT-2 training step take on a GPU, one by one. */
public final class GpuTimings {
  private final Gpu gpu;
  private final Kernels kernels;
  private final int repeats;

  private GpuTimings(Gpu gpu, Kernels kernels, int repeats) {
    this.gpu = gpu;
    this.kernels = kernels;
    this.repeats = repeats;
  }

  /**
   * Prints a table.
   *
   * @param rows of a batch, 16,384 for 16 sequences of 1,024
   */
  public static void print(int rows, int repeats) {
    CudaRuntime runtime = CudaRuntime.load(new CudaLibraries(System.getenv()));
    try (Gpu gpu = new Gpu(runtime, 0)) {
      System.out.println(gpu.info() + ", NVRTC " + runtime.compiler().version());
      CublasLt library = runtime.products();
      System.out.println("cuBLASLt " + (library == null ? "none" : library.library()));
      for (Precision precision : Precision.values()) {
        new GpuTimings(gpu, new CudaKernels(gpu, library, precision), repeats)
            .run(precision.name().toLowerCase(Locale.ROOT), rows);
        System.gc();
      }
      if (library != null) {
        new GpuTimings(gpu, new CudaKernels(gpu, null, Precision.BFLOAT16), repeats)
            .products("own bfloat16", rows);
        new GpuTimings(gpu, new CudaKernels(gpu, null, Precision.FLOAT32), repeats)
            .products("own float32", rows);
      }
    }
  }

  private void run(String name, int rows) {
    products(name, rows);
    attention(name, rows);
    if (name.equals("float32")) {
      pointwise(rows);
      steps(rows < 1024);
    }
  }

  private void products(String name, int rows) {
    int[][] shapes = {{768, 2304}, {768, 768}, {768, 3072}, {3072, 768}, {768, vocab(rows)}};
    for (int[] shape : shapes) {
      Tensor x = random(rows, shape[0]);
      Tensor w = random(shape[1], shape[0]);
      Tensor y = random(rows, shape[1]);
      Tensor bias = random(shape[1]);
      double flops = 2.0 * rows * shape[0] * shape[1];
      String what = "%s linear %d %d %d".formatted(name, rows, shape[0], shape[1]);
      report(what, flops, 0, () -> kernels.linear().linear(y, x, w, bias, null));
      report(
          what + " backward",
          2 * flops,
          0,
          () -> kernels.linear().linearBackward(x, false, w, bias, y, x, w));
    }
  }

  private void attention(String name, int rows) {
    int time = Math.min(1024, rows);
    int batch = rows / time;
    Tensor qkv = random(batch, time, 3 * 768);
    Tensor y = random(batch, time, 768);
    Tensor lse = random(batch, 12, time);
    Tensor dQkv = random(batch, time, 3 * 768);
    double flops = 2.0 * batch * 12 * time * (double) time * 64;
    String what = "%s attention %d %d".formatted(name, batch, time);
    report(what, flops, 0, () -> kernels.attention().causalAttention(y, lse, qkv, 12));
    report(
        what + " backward",
        2.5 * flops,
        0,
        () -> kernels.attention().causalAttentionBackward(dQkv, false, y, y, lse, qkv, 12));
  }

  /** Of a step of GPT-2's decoding, with 1,000 times seen; less for a try without a GPU. */
  private void steps(boolean few) {
    int seen = few ? 20 : 1000;
    int outputs = few ? 64 : 3072;
    AttentionShape heads = new AttentionShape(12, 12, 0, 0.125, 0);
    for (int rows : new int[] {1, few ? 2 : 32}) {
      Tensor x = random(rows, 768);
      Tensor y = random(rows, outputs);
      Tensor keys = random(rows, 12, seen + 1, 64);
      Tensor values = random(rows, 12, seen + 1, 64);
      Tensor streams = Tensor.zeros(DType.INT32, rows);
      Tensor times = Tensor.zeros(DType.INT32, rows);
      for (int row = 0; row < rows; row++) {
        streams.set(row, row);
        times.set(row, seen);
      }
      Tensor placedStreams = Tensor.zeros(gpu.memory(), DType.INT32, rows);
      Tensor placedTimes = Tensor.zeros(gpu.memory(), DType.INT32, rows);
      placedStreams.copyFrom(streams);
      placedTimes.copyFrom(times);
      Rows qkv = Rows.of(x);
      report(
          "cached attention, rows " + rows,
          0,
          8.0 * rows * 768 * seen,
          () ->
              kernels
                  .caches()
                  .cachedAttention(
                      x, keys, values, qkv, qkv, qkv, placedStreams, placedTimes, heads));
      for (WeightFormat format : WeightFormat.values()) {
        PackedLinear map =
            kernels.steps().pack(random(outputs, 768), null, format, StepKernels.Reading.STREAMED);
        report(
            "product 768 " + outputs + " in " + format + ", rows " + rows,
            2.0 * rows * 768 * outputs,
            map.bytes(),
            () -> kernels.steps().product(Rows.of(y), null, map, Rows.of(x), rows));
      }
    }
  }

  private void pointwise(int rows) {
    Tensor x = random(rows, 3072);
    Tensor y = random(rows, 3072);
    Tensor narrow = random(rows, 768);
    Tensor out = random(rows, 768);
    Tensor gain = random(768);
    Tensor bias = random(768);
    Tensor mean = random(rows);
    Tensor rstd = random(rows);
    report("copy", 0, 8.0 * x.size(), () -> kernels.arrays().copy(y, x));
    report("gelu", 0, 8.0 * x.size(), () -> kernels.activations().gelu(y, x));
    report(
        "gelu backward",
        0,
        12.0 * x.size(),
        () -> kernels.activations().geluBackward(y, false, y, x));
    report("add", 0, 12.0 * x.size(), () -> kernels.arrays().add(y, x, y));
    double bytes = 8.0 * narrow.size();
    report(
        "layer norm",
        0,
        bytes,
        () -> kernels.attention().layerNorm(out, mean, rstd, narrow, gain, bias, 1e-5));
    report(
        "layer norm backward",
        0,
        5 * bytes / 2,
        () ->
            kernels
                .attention()
                .layerNormBackward(out, false, gain, bias, narrow, mean, rstd, narrow, gain));
    report(
        "sum of rows", 0, 4.0 * x.size(), () -> kernels.linear().addRowsBackward(random(3072), x));
    losses(rows);
    int parameters = rows < 1024 ? 1000 : 124_000_000;
    Tensor p = zeros(parameters);
    Tensor g = zeros(parameters);
    Tensor m = zeros(parameters);
    Tensor v = zeros(parameters);
    AdamWStep step = new AdamWStep(1, 0.9, 0.95, 1e-4, 1, 1e-8, 0);
    report("adamW of 124M", 0, 28.0 * parameters, () -> kernels.arrays().adamW(p, g, m, v, step));
    report("squared norm of 124M", 0, 4.0 * parameters, () -> kernels.arrays().squaredNorm(g));
    Tensor one = zeros(1);
    report("a launch", 0, 0, () -> kernels.arrays().addScaled(one, one, 1));
  }

  /** GPT-2's, or few where the rows are few, too: for a try without a GPU. */
  private static int vocab(int rows) {
    return rows < 1024 ? 48 : 50_304;
  }

  private void losses(int rows) {
    int vocab = vocab(rows);
    Tensor logits = random(rows, vocab);
    Tensor nll = random(rows);
    Tensor lse = random(rows);
    Tensor ids = Tensor.zeros(DType.INT32, rows);
    CounterRandom rng = CounterRandom.of(5);
    for (int i = 0; i < rows; i++) {
      ids.set(i, rng.nextInt(vocab));
    }
    Tensor targets = Tensor.zeros(gpu.memory(), DType.INT32, rows);
    targets.copyFrom(ids);
    double bytes = 4.0 * logits.size();
    report(
        "cross-entropy", 0, bytes, () -> kernels.softmax().crossEntropy(nll, lse, logits, targets));
    report(
        "cross-entropy backward",
        0,
        2 * bytes,
        () -> kernels.softmax().crossEntropyBackward(logits, false, nll, lse, logits, targets));
    Tensor table = random(vocab, 768);
    Tensor y = random(rows, 768);
    report("embedding", 0, 8.0 * y.size(), () -> kernels.linear().embedding(y, targets, table));
    report(
        "embedding backward",
        0,
        8.0 * y.size(),
        () -> kernels.linear().embeddingBackward(table, y, targets));
  }

  private Tensor zeros(int... shape) {
    return Tensor.zeros(gpu.memory(), DType.FLOAT32, shape);
  }

  /** Numbers of the size of activations; what they are matters little. */
  private Tensor random(int... shape) {
    Tensor x = zeros(shape);
    kernels.arrays().fill(x, 0.01);
    kernels.attention().dropout(x, false, x, 0.5, 7);
    return x;
  }

  private void report(String what, double flops, double bytes, Runnable call) {
    call.run();
    call.run();
    gpu.finish();
    long begun = System.nanoTime();
    for (int i = 0; i < repeats; i++) {
      call.run();
    }
    gpu.finish();
    double seconds = (System.nanoTime() - begun) / 1e9 / repeats;
    StringBuilder line = new StringBuilder("%-44s %10.1f us".formatted(what, 1e6 * seconds));
    if (flops > 0) {
      line.append("%9.1f TFLOP/s".formatted(flops / seconds / 1e12));
    }
    if (bytes > 0) {
      line.append("%9.0f GB/s".formatted(bytes / seconds / 1e9));
    }
    System.out.println(line);
  }
}
